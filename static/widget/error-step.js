import { Step } from "./step.js";

/** Something did not work; the user can try again, and support gets a reference. */
export class ErrorStep extends Step {
  /** @override */
  connect() {
    const { error } = this.input;
    if (error) {
      this.head(this.text(`${error.textKey}.title`), this.text(`${error.textKey}.text`));
      if (error.requestId) {
        const $reference = this.find("[data-reference]", HTMLElement);
        $reference.textContent = this.text("error.reference", { reference: error.requestId });
        $reference.hidden = false;
      }
      // A spent code stays spent: trying again would only disappoint.
      this.find("[data-action=try-again]", HTMLElement).hidden = error.code.startsWith("launch_code_");
    }
    this.onAction("try-again", () => this.context.flow.refresh());
  }
}
