import { ReasonList } from "./reason-list.js";
import { sendForm } from "./upload.js";

/** The user's own picture: to be used, or to be taken again. */
export class PictureReview {
  #url = "";
  #source = "camera";

  /** @param {import("./capture-step.js").CaptureStep} step */
  constructor(step) {
    this.step = step;
    /** @type {Blob | null} */
    this.picture = null;
    this.reasons = new ReasonList(step.$root, step.context.catalogue);
    this.$preview = step.find("[data-preview]", HTMLImageElement);
    this.$picture = step.find("[data-picture]", HTMLElement);
    // The server may read what this browser cannot show: no picture is better than a broken one.
    this.$preview.addEventListener("error", () => (this.$picture.hidden = true));
    this.$checking = step.find("[data-checking]", HTMLElement);
    this.$checkingText = step.find("[data-checking-text]", HTMLElement);
    this.$sent = step.find("[data-sent]", HTMLProgressElement);
    this.$use = step.find("[data-action=use]", HTMLElement);
    this.$retake = step.find("[data-action=retake]", HTMLElement);
  }

  get isFromCamera() {
    return this.#source === "camera";
  }

  /** The words of the review. */
  get title() {
    return this.step.text("capture.review.title");
  }

  get lead() {
    return this.step.text("capture.review.lead");
  }

  get sending() {
    return this.step.text("capture.checking");
  }

  /**
   * @param {Blob} picture
   * @param {"camera" | "file"} source
   */
  show(picture, source) {
    this.release();
    this.picture = picture;
    this.#source = source;
    this.#url = URL.createObjectURL(picture);
    this.$picture.hidden = false;
    this.$preview.src = this.#url;
    this.$use.hidden = false;
    this.emphasiseRetake(false);
    this.step.hideAlert();
    this.step.head(this.title, this.lead);
    this.step.showPhase("review");
    this.step.focusHeading();
  }

  /** Sends the picture. */
  async send() {
    if (!this.picture) return;
    this.$checking.hidden = false;
    this.#tellSent(0);
    this.step.context.announcer.say(this.sending);
    try {
      await this.deliver(this.picture);
    } finally {
      this.$checking.hidden = true;
    }
  }

  /**
   * @param {string} path
   * @param {FormData} form
   */
  async post(path, form) {
    const tell = (/** @type {number} */ share) => this.#tellSent(share);
    const send = (/** @type {string} */ address, /** @type {FormData} */ body, /** @type {Record<string, string>} */ headers) =>
      sendForm(address, body, headers, tell);
    return (await this.step.context.api.post(path, form, { send })).data;
  }

  /** @param {number} share of the picture that has left; what comes then is the server's look at it */
  #tellSent(share) {
    const isOnItsWay = share > 0 && share < 1;
    const shown = new Intl.NumberFormat(this.step.context.catalogue.locale, { style: "percent" }).format(share);
    this.$checkingText.textContent = isOnItsWay ? this.step.text("upload.sent", { share: shown }) : this.sending;
    this.$sent.hidden = !isOnItsWay;
    this.$sent.value = share;
  }

  /**
   * Sends this picture, and goes on by the answer.
   *
   * @param {Blob} _picture
   * @returns {Promise<void>}
   */
  async deliver(_picture) {
    throw new TypeError("a review knows where its picture goes");
  }

  /** Frees the picture's memory; a phone has little of it. */
  release() {
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = "";
    this.picture = null;
    this.reasons.clear();
  }

  /**
   * @param {Blob} picture
   * @param {Record<string, string>} fields
   */
  form(picture, fields) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("source", this.#source);
    form.set("file", picture, picture instanceof File ? picture.name : "capture.jpg");
    return form;
  }

  /** @param {boolean} isMain */
  emphasiseRetake(isMain) {
    this.$retake.classList.toggle("kyc-button--primary", isMain);
    this.$retake.classList.toggle("kyc-button--secondary", !isMain);
  }
}
