import { keepOwnPicture } from "./own-pictures.js";
import { PictureReview } from "./picture-review.js";

const PDF = "application/pdf";

/** The user's paper: a picture is shown, a PDF is named, for no browser may draw it in this frame. */
export class PaperReview extends PictureReview {
  /** @param {import("./proof-of-address-step.js").ProofOfAddressStep} step */
  constructor(step) {
    super(step);
    this.$file = step.find("[data-paper-file]", HTMLElement);
    this.$name = step.find("[data-paper-name]", HTMLElement);
    this.$size = step.find("[data-paper-size]", HTMLElement);
  }

  /** @override */
  get title() {
    return this.step.text("paper.review.title");
  }

  /** @override */
  get lead() {
    return this.step.text("paper.review.lead");
  }

  /** @override */
  get sending() {
    return this.step.text("paper.sending");
  }

  /**
   * @override
   * @param {Blob} paper
   * @param {"camera" | "file"} source
   */
  show(paper, source) {
    super.show(paper, source);
    const isPdf = paper.type === PDF;
    this.$file.hidden = !isPdf;
    this.$retake.hidden = !this.isFromCamera;
    if (!isPdf) return;
    this.$picture.hidden = true;
    this.$name.textContent = paper instanceof File ? paper.name : "PDF";
    this.$size.textContent = this.#size(paper.size);
  }

  /**
   * @override
   * @param {Blob} paper
   */
  async deliver(paper) {
    const { announcer, flow } = this.step.context;
    const data = await this.post("/proof-of-address", this.form(paper, {}));
    if (!this.step.isConnected) return;
    if (paper.type !== PDF) keepOwnPicture("proof_of_address", paper);
    announcer.say(this.step.text("paper.accepted"));
    flow.show(data.state);
  }

  /** @param {number} bytes */
  #size(bytes) {
    const unit = bytes < 1_000_000 ? "kilobyte" : "megabyte";
    const amount = Math.max(1, bytes / (unit === "kilobyte" ? 1_000 : 1_000_000));
    const form = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: unit === "kilobyte" ? 0 : 1 };
    return new Intl.NumberFormat(this.step.context.catalogue.locale, /** @type {Intl.NumberFormatOptions} */ (form)).format(amount);
  }
}
