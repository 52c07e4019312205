import { StatusWatcher, kycStatusPath } from "./status-watcher.js";
import { Step } from "./step.js";

/** A person will look: nothing to do, and it goes on by itself should the answer come soon. */
export class InReviewStep extends Step {
  /** @type {StatusWatcher | null} */
  #watcher = null;

  /** @override */
  connect() {
    const { api, flow, catalogue } = this.context;
    this.onAction("close", () => flow.header.onLeave());
    if (this.state.expected_by) {
      const time = catalogue.time(this.state.expected_by);
      this.find("[data-expected-text]", HTMLElement).textContent = this.text("in_review.expected", { time });
      this.find("[data-expected]", HTMLElement).hidden = false;
    }
    this.#watcher = new StatusWatcher(api, kycStatusPath(this.state.partner_user_id));
    this.attend(() => this.#watch());
  }

  /** @override */
  disconnect() {
    super.disconnect();
    this.#watcher?.stop();
  }

  async #watch() {
    const { api, flow } = this.context;
    await this.#watcher?.watch(async () => {
      const { data } = await api.get("/state");
      const state = data.state ?? data;
      if (!this.isConnected) return false;
      if (state.step === this.state.step) return true;
      flow.show(state);
      return false;
    });
  }
}
