import { CaptureStep } from "./capture-step.js";
import { DocumentReview } from "./document-review.js";

/** One side of the document: by camera or from a file, looked at by the user, then by the server. */
export class DocumentCaptureStep extends CaptureStep {
  /** @override */
  connect() {
    this.side = this.state.step === "document_back" ? "back" : "front";
    this.documentType = this.state.document_type ?? "id_card";
    const isPassport = this.documentType === "passport";
    this.find("[data-sample]", HTMLElement).dataset.sample = isPassport ? "passport" : this.side;
    this.find("[data-guide]", HTMLElement).dataset.shape = isPassport ? "passport" : "card";
    super.connect();
  }

  /** @override */
  makeReview() {
    return new DocumentReview(this);
  }

  /** @override */
  get isAutomatic() {
    return true;
  }

  /** @override */
  get back() {
    const { flow, api } = this.context;
    if (this.side === "front") return () => flow.chooseDocument();
    return () => this.run(null, async () => flow.show((await api.remove("/captures/front")).data.state));
  }

  /** The heading of the side that is wanted. @override */
  introduce() {
    const { catalogue } = this.context;
    const kind = `${this.documentType}.${this.side}`;
    this.head(this.text(`capture.title.${kind}`), catalogue.firstOf([`capture.lead.${kind}`, `capture.lead.${this.side}`]));
  }
}
