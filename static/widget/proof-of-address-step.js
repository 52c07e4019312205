import { CaptureStep } from "./capture-step.js";
import { PaperReview } from "./paper-review.js";

// Small print on a whole page: what a card needs would leave eight-point letters too few pixels.
const SHARPEST_CAMERA = { facingMode: { ideal: "environment" }, width: { ideal: 3840 }, height: { ideal: 2160 } };
/** @type {Record<number, string>} faults that a paper's file has other words for */
const OWN_WORDS = { 413: "error.paper_too_large", 415: "error.unsupported_paper" };

/** A paper that shows where the user lives: by camera, or a file that may be a PDF. */
export class ProofOfAddressStep extends CaptureStep {
  /** @override */
  connect() {
    super.connect();
    this.find("[data-tip-date]", HTMLElement).textContent = this.text("paper.tip.date", { days: this.#maxAgeDays });
    const refused = this.state.proof_of_address?.status === "failed" ? this.state.proof_of_address.reasons : [];
    this.review?.reasons.show(refused);
  }

  /** @override */
  makeReview() {
    return new PaperReview(this);
  }

  /** @override */
  get cameraWishes() {
    return SHARPEST_CAMERA;
  }

  /** @override */
  introduce() {
    this.head(this.text("paper.title"), this.text("paper.lead"));
  }

  /**
   * @override
   * @param {import("./api-error.js").ApiError} error
   */
  faultKey(error) {
    return OWN_WORDS[error.status] ?? super.faultKey(error);
  }

  get #maxAgeDays() {
    return this.state.proof_of_address?.max_age_days ?? 90;
  }
}
