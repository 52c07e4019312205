import { StatusWatcher, kycStatusPath } from "./status-watcher.js";
import { Step } from "./step.js";

/** Hands the verification in when that is still to be done, then waits for the server's word. */
export class ProcessingStep extends Step {
  /** @type {StatusWatcher | null} */
  #watcher = null;
  #lateTimer = 0;

  /** @override */
  connect() {
    this.onAction("resubmit", () => this.#submit());
    if (this.state.step === "submit") this.run(null, () => this.#submit());
    else this.attend(() => this.#watch());
  }

  /** @override */
  disconnect() {
    super.disconnect();
    this.#watcher?.stop();
    clearTimeout(this.#lateTimer);
  }

  async #submit() {
    const $again = this.find("[data-resubmit]", HTMLElement);
    $again.hidden = false;
    const { data } = await this.context.api.post("/submit", {});
    $again.hidden = true;
    if (this.isConnected) this.context.flow.show(data.state);
  }

  async #watch() {
    const { api, flow } = this.context;
    this.#lateTimer = setTimeout(() => this.#tellLate(), this.#untilExpectedMs());
    this.#watcher = new StatusWatcher(api, kycStatusPath(this.state.partner_user_id));
    await this.#watcher.watch(async () => {
      const { data } = await api.get("/state");
      const state = data.state ?? data;
      if (!this.isConnected) return false;
      if (state.step === this.state.step) return true;
      flow.show(state);
      return false;
    });
  }

  #untilExpectedMs() {
    const expected = this.state.expected_by ? Date.parse(this.state.expected_by) - Date.now() : 0;
    return Math.max(expected, 60_000);
  }

  #tellLate() {
    this.find("[data-lead]", HTMLElement).textContent = this.text("processing.late");
    this.context.announcer.say(this.text("processing.late"));
  }
}
