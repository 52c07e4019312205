// Whoever holds what the looks cannot judge gets the button after this time; who cannot wait has "Upload a photo".
const BUTTON_AFTER_MS = 8_000;
const SAME_HINT_AGAIN_MS = 4_000;
/** @type {Record<string, string>} */
const SENTENCES = {
  ready: "capture.hint.ready",
  too_dark: "hint.too_dark",
  fit: "capture.caption",
  glare: "capture.hint.glare",
  hold_still: "hint.hold_still",
  blurred: "capture.hint.blurred",
};

/**
 * @typedef {import("./live-look.js").LiveLook} LiveLook
 */

/** Takes the picture by itself when it is worth it, says what helps until then, and gives the user the button in time. */
export class AutomaticShutter {
  #timer = 0;
  #isOn = false;
  #hint = "";
  #saidAtMs = -Infinity;

  /**
   * @param {import("./capture-step.js").CaptureStep} step
   * @param {() => void} onReady
   */
  constructor(step, onReady) {
    this.step = step;
    this.onReady = onReady;
    /** @type {Promise<LiveLook | null>} null where the code did not come: the button does, then */
    this.look = this.#load();
    this.$video = step.find("[data-video]", HTMLVideoElement);
    this.$stage = step.find("[data-stage]", HTMLElement);
    this.$guide = step.find("[data-guide]", HTMLElement);
    this.$caption = step.find("[data-caption]", HTMLElement);
    this.$button = step.find("[data-action=shoot]", HTMLElement);
    this.$waiting = step.find("[data-automatic]", HTMLElement);
  }

  /** While the user reads: it is no part of what the first steps wait for. */
  async #load() {
    try {
      const { LiveLook } = await import(this.step.context.config.liveLook);
      return new LiveLook({
        $video: this.$video,
        guide: () => this.#guide(),
        onHint: (/** @type {string | null} */ hint) => this.#tell(hint),
        onReady: this.onReady,
      });
    } catch {
      return null;
    }
  }

  async start() {
    this.#isOn = true;
    this.#offerButton(false);
    this.#timer = window.setTimeout(() => this.#giveButton(), BUTTON_AFTER_MS);
    const look = await this.look;
    if (!this.#isOn) return;
    if (look) look.start();
    else this.#offerButton(true);
  }

  /** The picture is taken, or the camera went away. */
  stop() {
    this.#isOn = false;
    clearTimeout(this.#timer);
    this.look.then((look) => !this.#isOn && look?.stop());
    this.#hint = "";
    this.$guide.removeAttribute("data-ready");
  }

  #giveButton() {
    this.#offerButton(true);
    this.step.context.announcer.say(this.step.text("capture.by_hand"));
  }

  /** @param {boolean} isOffered */
  #offerButton(isOffered) {
    this.$button.hidden = !isOffered;
    this.$waiting.hidden = isOffered;
  }

  /** @param {string | null} hint */
  #tell(hint) {
    const sentence = this.step.text(SENTENCES[hint ?? "ready"]);
    this.$guide.toggleAttribute("data-ready", hint === null);
    this.$caption.textContent = sentence;
    const isNews = sentence !== this.#hint && performance.now() - this.#saidAtMs > SAME_HINT_AGAIN_MS;
    if (!isNews) return;
    this.#hint = sentence;
    this.#saidAtMs = performance.now();
    this.step.context.announcer.say(sentence);
  }

  /** The guide in fractions of the camera's picture, of which the stage shows the middle. */
  #guide() {
    const stage = this.$stage.getBoundingClientRect();
    const guide = this.$guide.getBoundingClientRect();
    const { videoWidth, videoHeight } = this.$video;
    const scale = Math.max(stage.width / videoWidth, stage.height / videoHeight);
    const left = (videoWidth * scale - stage.width) / 2 - stage.left;
    const top = (videoHeight * scale - stage.height) / 2 - stage.top;
    return {
      x: (guide.left + left) / (videoWidth * scale),
      y: (guide.top + top) / (videoHeight * scale),
      width: guide.width / (videoWidth * scale),
      height: guide.height / (videoHeight * scale),
    };
  }
}
