import { Step } from "./step.js";

/** Which document the user has; only the kinds that the policy takes are shown. */
export class DocumentTypeStep extends Step {
  /** @override */
  connect() {
    for (const $kind of this.$root.querySelectorAll("[data-document-type]")) {
      if ($kind instanceof HTMLElement) {
        $kind.hidden = !this.state.document_types.includes($kind.dataset.documentType ?? "");
      }
    }
    this.onAction("choose", async ($button) => {
      const { data } = await this.context.api.post("/document-type", { document_type: $button.dataset.value });
      this.context.flow.show(data.state);
    });
  }
}
