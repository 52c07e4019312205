import { AutomaticShutter } from "./automatic-shutter.js";
import { Camera } from "./camera.js";
import { CameraFault } from "./camera-fault.js";
import { CameraFaultPanel } from "./camera-fault-panel.js";
import { offerHandoff } from "./handoff-offer.js";
import { FrameGrabber } from "./frame-grabber.js";
import { FileChooser } from "./file-chooser.js";
import { nudge } from "./nudge.js";
import { PictureFile } from "./picture-file.js";
import { Step } from "./step.js";

// Between these shapes the whole camera picture is shown; a taller one would push the shutter off a phone's screen.
const NARROWEST = 3 / 4;
const WIDEST = 16 / 9;
const REAR_CAMERA = { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } };

/** One picture of a paper: by camera or from a file, looked at by the user, then sent. */
export class CaptureStep extends Step {
  /** @returns {import("./picture-review.js").PictureReview} */
  makeReview() {
    throw new TypeError("a step names its own review");
  }

  /** Whether the page can tell by itself when the picture is worth taking. */
  get isAutomatic() {
    return false;
  }

  /** What is asked of the camera. @returns {MediaTrackConstraints} */
  get cameraWishes() {
    return REAR_CAMERA;
  }

  /** @override */
  connect() {
    this.$video = this.find("[data-video]", HTMLVideoElement);
    this.$stage = this.find("[data-stage]", HTMLElement);
    this.camera = new Camera(this.$video, this.cameraWishes);
    this.grabber = new FrameGrabber(this.$video);
    this.faultPanel = new CameraFaultPanel(this.$root, this.context);
    this.review = this.makeReview();
    this.shutter = this.isAutomatic ? new AutomaticShutter(this, () => this.run(null, () => this.#shoot())) : null;
    this.files = this.#chooser("[data-file]");
    this.cameraApp = this.#chooser("[data-camera-app]");
    this.find("[data-action=camera-app]", HTMLElement).hidden = !matchMedia("(pointer: coarse)").matches;
    this.introduce();
    offerHandoff(this);
    this.onAction("open-camera", () => this.openCamera());
    this.onAction("retake", () => (this.review?.isFromCamera ? this.openCamera() : this.files?.open()));
    this.onAction("switch-camera", () => this.#openBy(this.camera?.switchOver()));
    this.onAction("torch", () => this.#turnTorch());
    this.onAction("shoot", () => this.#shoot());
    this.onAction("upload", () => this.files?.open());
    this.onAction("camera-app", () => this.cameraApp?.open());
    this.onAction("use", () => this.review?.send());
  }

  /** @override */
  disconnect() {
    super.disconnect();
    this.files?.stop();
    this.cameraApp?.stop();
    this.shutter?.stop();
    this.camera?.close();
    this.review?.release();
  }

  /** The heading of what is wanted. */
  introduce() {}

  async openCamera() {
    this.review?.release();
    this.introduce();
    this.showPhase("live");
    const $waiting = this.find("[data-waiting]", HTMLElement);
    await this.#openBy(this.camera?.open({ onSlow: () => ($waiting.textContent = this.text("camera.slow")) }));
  }

  /** @param {Promise<void> | undefined} opening */
  async #openBy(opening) {
    this.shutter?.stop();
    const $waiting = this.find("[data-waiting]", HTMLElement);
    const $shoot = this.find("[data-action=shoot]", HTMLElement);
    $waiting.textContent = this.text("camera.waiting");
    $waiting.hidden = false;
    $shoot.setAttribute("aria-disabled", "true");
    await this.#withFaults(opening);
    if (!this.camera?.isOpen) return;
    $waiting.hidden = true;
    this.#fitStage();
    this.find("[data-action=switch-camera]", HTMLElement).hidden = !this.camera.hasOthers;
    this.#showTorch();
    $shoot.removeAttribute("aria-disabled");
    this.shutter?.start();
    if (this.shutter) this.focusHeading({ scrolls: false });
    else $shoot.focus({ preventScroll: true });
    this.$stage?.scrollIntoView({ block: "center" });
    this.context.channel.emit("kyc.permission", { camera: "granted" });
  }

  #showTorch() {
    const $torch = this.find("[data-action=torch]", HTMLElement);
    $torch.hidden = !this.camera?.hasTorch;
    $torch.setAttribute("aria-pressed", String(this.camera?.isTorchOn ?? false));
  }

  async #turnTorch() {
    await this.camera?.setTorch(!this.camera.isTorchOn);
    this.#showTorch();
  }

  get #aspect() {
    const natural = this.$video ? this.$video.videoWidth / this.$video.videoHeight : WIDEST;
    return Math.min(WIDEST, Math.max(NARROWEST, natural));
  }

  #fitStage() {
    this.$stage?.style.setProperty("--kyc-stage", String(this.#aspect));
  }

  /** @param {Promise<void> | undefined} opening */
  async #withFaults(opening) {
    try {
      await opening;
    } catch (error) {
      if (!(error instanceof CameraFault)) throw error;
      if (!this.isConnected) return;
      this.shutter?.stop();
      this.faultPanel?.show(error);
      this.showPhase("fault");
    }
  }

  async #shoot() {
    if (!this.camera?.isOpen || !this.grabber) return;
    this.shutter?.stop();
    const picture = await this.grabber.grab({ aspect: this.#aspect });
    this.camera.close();
    nudge();
    this.review?.show(picture, "camera");
  }

  /** @param {string} selector */
  #chooser(selector) {
    return new FileChooser(this.find(selector, HTMLInputElement), {
      onFile: (file) => this.#take(file),
      onNothing: () => this.showAlert(this.text("error.no_file.title"), this.text("error.no_file.text")),
    });
  }

  /** @param {File} file */
  async #take(file) {
    this.shutter?.stop();
    this.camera?.close();
    this.review?.show(await PictureFile.prepare(file), "file");
  }
}
