import { ReasonList } from "./reason-list.js";
import { Step } from "./step.js";

/** The other end; only reasons that the server lets the user see are told. */
export class RejectedStep extends Step {
  /** @override */
  connect() {
    new ReasonList(this.$root, this.context.catalogue).show(this.state.reasons);
    this.onAction("close", () => this.context.flow.header.onLeave());
    this.onAction("retry", async () => {
      const { data } = await this.context.api.post("/retry", {});
      this.context.flow.show(data.state);
    });
    if (this.state.retry_at) this.#offerRetry(this.state.retry_at);
  }

  /** @param {string} instant from when the server takes another try */
  #offerRetry(instant) {
    const isDue = Date.parse(instant) <= Date.now();
    const $when = this.find("[data-retry-at]", HTMLElement);
    $when.textContent = this.text("rejected.retry_at", { time: this.context.catalogue.time(instant) });
    $when.hidden = isDue;
    this.find("[data-retry]", HTMLElement).hidden = !isDue;
  }
}
