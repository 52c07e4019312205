import { Camera } from "./camera.js";
import { CameraFault } from "./camera-fault.js";
import { CameraFaultPanel } from "./camera-fault-panel.js";
import { FrameGrabber } from "./frame-grabber.js";
import { offerHandoff } from "./handoff-offer.js";
import { keepOwnPicture } from "./own-pictures.js";
import { PresenceRun } from "./presence-run.js";
import { PresenceView } from "./presence-view.js";
import { ReasonList } from "./reason-list.js";
import { Step } from "./step.js";
import { Voice } from "./voice.js";

const FRONT_CAMERA = { facingMode: { ideal: "user" }, width: { ideal: 640 }, height: { ideal: 480 } };
const THANKS_MS = 1_100;

/** The look into the camera: opens it, lets a presence challenge run, shows how it ended. */
export class SelfieStep extends Step {
  #stop = new AbortController();
  /** @type {import("./types.js").PresenceWay} */
  #way = "turns";

  /** @override */
  connect() {
    const $video = this.find("[data-video]", HTMLVideoElement);
    const camera = (this.camera = new Camera($video, FRONT_CAMERA));
    this.grabber = new FrameGrabber($video);
    this.voice = new Voice(this.context.catalogue.locale, () => this.#offerVoice());
    this.view = new PresenceView(this.$root, this.context, this.voice);
    this.$aloud = this.find("[data-aloud]", HTMLInputElement);
    this.$aloud.addEventListener("change", () => this.voice?.turn(this.$aloud?.checked ?? false));
    this.faultPanel = new CameraFaultPanel(this.$root, this.context);
    this.reasons = new ReasonList(this.$root, this.context.catalogue);
    // Not waited for: while one camera runs the user may go on to another.
    this.onAction("start", () => void this.attend(() => this.#begin((options) => camera.open(options))));
    this.onAction("switch-camera", () => void this.attend(() => this.#begin((options) => camera.switchOver(options))));
    this.$light = this.find("[data-light-offer]", HTMLElement);
    this.$withoutLight = this.find("[data-without-light]", HTMLInputElement);
    // Who asked the device for less motion has asked for no changing light either, until they say so here.
    this.$withoutLight.checked = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#offerChoices(true);
    this.onAction("cannot-turn", () => this.#choose("still"));
    this.onAction("can-turn", () => this.#choose("turns"));
    for (const $offer of this.$root.querySelectorAll('[data-action="cannot-turn"]')) {
      if ($offer instanceof HTMLElement) $offer.hidden = !this.state.presence_ways.includes("still");
    }
    offerHandoff(this);
  }

  /** @override */
  disconnect() {
    super.disconnect();
    this.#stop.abort();
    this.camera?.close();
    this.view?.end();
    this.voice?.end();
  }

  /** @override */
  get back() {
    const side = this.state.sides[this.state.sides.length - 1];
    if (!side || !this.state.accepted.includes(`document_${side}`)) return null;
    const { api, flow } = this.context;
    return () => this.run(null, async () => flow.show((await api.remove(`/captures/${side}`)).data.state));
  }

  /**
   * Says what the way means before the camera is opened.
   *
   * @param {import("./types.js").PresenceWay} way
   */
  #choose(way) {
    this.#way = way;
    this.#showBeginning();
    this.focusHeading();
  }

  /** Before the camera is opened only: nobody chooses while it runs. @param {boolean} isBefore */
  #offerChoices(isBefore) {
    if (this.$light) this.$light.hidden = !isBefore || !this.state.presence_light;
    this.#offerVoice(isBefore);
  }

  #offerVoice(isBefore = !this.$root.hasAttribute("data-live")) {
    this.find("[data-voice-offer]", HTMLElement).hidden = !isBefore || !this.voice?.isThere;
  }

  #showBeginning() {
    const isStill = this.#way === "still";
    this.head(
      this.text(isStill ? "selfie.still.title" : "selfie.title"),
      this.text(isStill ? "selfie.still.lead" : "selfie.lead"),
    );
    this.showPhase(isStill ? "still" : "intro");
  }

  /**
   * One challenge before one camera; another one begins anew, for the server follows one picture.
   *
   * @param {(options: {onSlow: () => void}) => Promise<void>} opened
   */
  async #begin(opened) {
    const { camera, grabber, view } = this;
    if (!camera || !grabber || !view) return;
    this.#stop.abort();
    const stop = (this.#stop = new AbortController()).signal;
    this.#setLive(true);
    view.wait();
    try {
      await opened({ onSlow: () => view.slow() });
      if (stop.aborted || !camera.isOpen) return;
      this.#offerSwitch(camera.hasOthers);
      this.context.channel.emit("kyc.permission", { camera: "granted" });
      view.begin();
      const run = new PresenceRun({
        api: this.context.api,
        grabber,
        way: this.#way,
        bearsLight: !this.$withoutLight?.checked,
        onAnswer: (answer) => view.show(answer),
      });
      const end = await run.perform(stop);
      if (stop.aborted) return;
      this.#offerSwitch(false);
      if (end?.status === "met" && run.lastFrame) keepOwnPicture("selfie", run.lastFrame);
      if (end) await this.#finish(end);
    } catch (error) {
      if (stop.aborted) return;
      this.#leaveLive(error);
    } finally {
      if (!stop.aborted) camera.close();
    }
  }

  /** @param {boolean} isOffered */
  #offerSwitch(isOffered) {
    this.find("[data-action=switch-camera]", HTMLElement).hidden = !isOffered;
  }

  /** @param {import("./types.js").FrameAnswer} end */
  async #finish(end) {
    if (end.status === "failed") return this.#tellFailure(end.reasons ?? []);
    await new Promise((resolve) => setTimeout(resolve, THANKS_MS));
    if (!this.isConnected) return;
    if (end.state) this.context.flow.show(end.state);
    else await this.context.flow.refresh();
  }

  /** @param {import("./types.js").Reason[]} reasons */
  #tellFailure(reasons) {
    this.#setLive(false);
    this.head(this.text("selfie.failed.title"), this.text("selfie.failed.lead"));
    this.reasons?.show(reasons.length ? reasons : [{ code: "challenge_failed" }]);
    this.showPhase("failed");
    this.focusHeading();
  }

  /** @param {unknown} error */
  #leaveLive(error) {
    this.#setLive(false);
    this.#showBeginning();
    if (!(error instanceof CameraFault)) throw error;
    this.faultPanel?.show(error);
    this.showPhase("fault");
  }

  /** @param {boolean} isLive */
  #setLive(isLive) {
    this.$root.toggleAttribute("data-live", isLive);
    this.#offerChoices(!isLive);
    if (!isLive) this.view?.end();
    if (isLive) this.showPhase("live");
  }
}
