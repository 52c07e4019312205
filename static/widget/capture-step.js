import { Camera } from "./camera.js";
import { CameraFault } from "./camera-fault.js";
import { CameraFaultPanel } from "./camera-fault-panel.js";
import { offerHandoff } from "./handoff-offer.js";
import { FrameGrabber } from "./frame-grabber.js";
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
    this.find("[data-action=camera-app]", HTMLElement).hidden = !matchMedia("(pointer: coarse)").matches;
    this.introduce();
    offerHandoff(this);
    this.onAction("open-camera", () => this.openCamera());
    this.onAction("retake", () => (this.review?.isFromCamera ? this.openCamera() : this.#pick("[data-file]")));
    this.onAction("switch-camera", () => this.#withFaults(this.camera?.switchOver()));
    this.onAction("shoot", () => this.#shoot());
    this.onAction("upload", () => this.#pick("[data-file]"));
    this.onAction("camera-app", () => this.#pick("[data-camera-app]"));
    this.onAction("use", () => this.review?.send());
    this.#listenTo("[data-file]");
    this.#listenTo("[data-camera-app]");
  }

  /** @override */
  disconnect() {
    super.disconnect();
    this.camera?.close();
    this.review?.release();
  }

  /** The heading of what is wanted. */
  introduce() {}

  async openCamera() {
    this.review?.release();
    this.introduce();
    const $waiting = this.find("[data-waiting]", HTMLElement);
    $waiting.textContent = this.text("camera.waiting");
    $waiting.hidden = false;
    const $shoot = this.find("[data-action=shoot]", HTMLElement);
    $shoot.setAttribute("aria-disabled", "true");
    this.showPhase("live");
    await this.#withFaults(this.camera?.open({ onSlow: () => ($waiting.textContent = this.text("camera.slow")) }));
    if (!this.camera?.isOpen) return;
    $waiting.hidden = true;
    this.#fitStage();
    this.find("[data-action=switch-camera]", HTMLElement).hidden = !this.camera.hasOthers;
    $shoot.removeAttribute("aria-disabled");
    $shoot.focus({ preventScroll: true });
    this.$stage?.scrollIntoView({ block: "center" });
    this.context.channel.emit("kyc.permission", { camera: "granted" });
  }

  get #aspect() {
    const natural = this.$video ? this.$video.videoWidth / this.$video.videoHeight : WIDEST;
    return Math.min(WIDEST, Math.max(NARROWEST, natural));
  }

  #fitStage() {
    if (this.$stage) this.$stage.style.aspectRatio = String(this.#aspect);
  }

  /** @param {Promise<void> | undefined} opening */
  async #withFaults(opening) {
    try {
      await opening;
    } catch (error) {
      if (!(error instanceof CameraFault)) throw error;
      if (!this.isConnected) return;
      this.faultPanel?.show(error);
      this.showPhase("fault");
    }
  }

  async #shoot() {
    if (!this.camera?.isOpen || !this.grabber) return;
    const picture = await this.grabber.grab({ aspect: this.#aspect });
    this.camera.close();
    this.review?.show(picture, "camera");
  }

  /** @param {string} selector */
  #pick(selector) {
    const $input = this.find(selector, HTMLInputElement);
    $input.value = "";
    $input.click();
  }

  /** @param {string} selector */
  #listenTo(selector) {
    const $input = this.find(selector, HTMLInputElement);
    $input.addEventListener("change", async () => {
      const file = $input.files?.[0];
      if (!file) return;
      this.camera?.close();
      this.review?.show(await PictureFile.prepare(file), "file");
    });
  }
}
