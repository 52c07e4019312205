import { ReasonList } from "./reason-list.js";

/** The user's own picture: to be used, taken again, or shown with what is wrong and where. */
export class DocumentReview {
  /** @type {Blob | null} */
  #picture = null;
  #source = "camera";
  #url = "";

  /** @param {import("./document-capture-step.js").DocumentCaptureStep} step */
  constructor(step) {
    this.step = step;
    this.reasons = new ReasonList(step.$root, step.context.catalogue);
    this.$preview = step.find("[data-preview]", HTMLImageElement);
    this.$picture = step.find("[data-picture]", HTMLElement);
    // The server may read what this browser cannot show: no picture is better than a broken one.
    this.$preview.addEventListener("error", () => (this.$picture.hidden = true));
    this.$regions = step.find("[data-regions]", HTMLElement);
    this.$checking = step.find("[data-checking]", HTMLElement);
    this.$use = step.find("[data-action=use]", HTMLElement);
    this.$retake = step.find("[data-action=retake]", HTMLElement);
  }

  get isFromCamera() {
    return this.#source === "camera";
  }

  /**
   * @param {Blob} picture
   * @param {"camera" | "file"} source
   */
  show(picture, source) {
    this.release();
    this.#picture = picture;
    this.#source = source;
    this.#url = URL.createObjectURL(picture);
    this.$picture.hidden = false;
    this.$preview.src = this.#url;
    this.$use.hidden = false;
    this.#emphasiseRetake(false);
    this.step.hideAlert();
    this.step.head(this.step.text("capture.review.title"), this.step.text("capture.review.lead"));
    this.step.showPhase("review");
    this.step.focusHeading();
  }

  /** Sends the picture; an accepted one leads on, a refused one stays with its reasons. */
  async send() {
    if (!this.#picture) return;
    const { api, announcer, flow } = this.step.context;
    this.$checking.hidden = false;
    announcer.say(this.step.text("capture.checking"));
    try {
      const { data } = await api.post("/captures", this.#form(this.#picture));
      if (!this.step.isConnected) return;
      if (!data.accepted) return this.#refuse(data);
      announcer.say(this.step.text("capture.accepted"));
      flow.show(data.state);
    } finally {
      this.$checking.hidden = true;
    }
  }

  /** Frees the picture's memory; a phone has little of it. */
  release() {
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = "";
    this.#picture = null;
    this.$regions.replaceChildren();
    this.reasons.clear();
  }

  /** @param {Blob} picture */
  #form(picture) {
    const form = new FormData();
    form.set("side", this.step.side ?? "front");
    form.set("source", this.#source);
    form.set("file", picture, picture instanceof File ? picture.name : "capture.jpg");
    return form;
  }

  /** @param {import("./types.js").CaptureAnswer} answer */
  #refuse({ reasons = [], state }) {
    if (!state.step.startsWith("document_")) return this.step.context.flow.show(state);
    const shown = this.reasons.show(reasons.length ? reasons : [{ code: "other" }]);
    ReasonList.mark(this.$regions, shown);
    this.$use.hidden = true;
    this.#emphasiseRetake(true);
    this.step.head(this.step.text("capture.refused.title"), this.step.text("capture.refused.lead"));
    this.step.focusHeading();
  }

  /** @param {boolean} isMain */
  #emphasiseRetake(isMain) {
    this.$retake.classList.toggle("kyc-button--primary", isMain);
    this.$retake.classList.toggle("kyc-button--secondary", !isMain);
  }
}
