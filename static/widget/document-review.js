import { keepOwnPicture } from "./own-pictures.js";
import { PictureReview } from "./picture-review.js";
import { ReasonList } from "./reason-list.js";

/** A picture of a document side: accepted by the server, or shown with what is wrong and where. */
export class DocumentReview extends PictureReview {
  /** @param {import("./document-capture-step.js").DocumentCaptureStep} step */
  constructor(step) {
    super(step);
    /** @type {"front" | "back"} */
    this.side = step.side === "back" ? "back" : "front";
    this.$regions = step.find("[data-regions]", HTMLElement);
  }

  /**
   * An accepted picture leads on, a refused one stays with its reasons.
   *
   * @override
   * @param {Blob} picture
   */
  async deliver(picture) {
    const { announcer, flow } = this.step.context;
    const data = await this.post("/captures", this.form(picture, { side: this.side }));
    if (!this.step.isConnected) return;
    if (!data.accepted) return this.#refuse(data);
    keepOwnPicture(`document_${this.side}`, picture);
    announcer.say(this.step.text("capture.accepted"));
    flow.show(data.state);
  }

  /** @override */
  release() {
    super.release();
    this.$regions.replaceChildren();
  }

  /** @param {import("./types.js").CaptureAnswer} answer */
  #refuse({ reasons = [], state }) {
    if (!state.step.startsWith("document_")) return this.step.context.flow.show(state);
    const shown = this.reasons.show(reasons.length ? reasons : [{ code: "other" }]);
    ReasonList.mark(this.$regions, shown);
    this.$use.hidden = true;
    this.emphasiseRetake(true);
    this.step.head(this.step.text("capture.refused.title"), this.step.text("capture.refused.lead"));
    this.step.focusHeading();
  }
}
