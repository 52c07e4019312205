import { ReasonList } from "./reason-list.js";
import { Step } from "./step.js";

/** What has to be done again and why; the steps that were good stay as they are. */
export class RetryStep extends Step {
  /** @override */
  connect() {
    new ReasonList(this.$root, this.context.catalogue).show(this.state.reasons);
    const left = this.state.attempts_left;
    if (left !== null && left !== undefined) {
      const $attempts = this.find("[data-attempts]", HTMLElement);
      $attempts.textContent = this.text("retry.attempts", { count: left });
      $attempts.hidden = false;
    }
    this.onAction("retry", async () => {
      const { data } = await this.context.api.post("/retry", {});
      this.context.flow.show(data.state);
    });
  }
}
