import { StatusWatcher, kycStatusPath } from "./status-watcher.js";
import { Step } from "./step.js";

/** Hands the verification in when that is still to be done, then waits for the server's word. */
export class ProcessingStep extends Step {
  /** @type {StatusWatcher | null} */
  #watcher = null;
  #lateTimer = 0;
  #estimateTimer = 0;

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
    clearInterval(this.#estimateTimer);
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
    this.#estimate();
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

  /** By what the server measured of others; without that the bar only says that something goes on. */
  #estimate() {
    const typicalS = this.state.typical_wait_s;
    if (!typicalS) return;
    const beganMs = performance.now();
    this.find("[data-lead]", HTMLElement).textContent = this.text("processing.estimate", { time: this.#inWords(typicalS) });
    const $bar = this.find("[data-wait]", HTMLElement);
    const tick = () => {
      // Four of five are through at the typical time: so far the bar is then, and it never pretends to be full.
      const percent = Math.round(100 * (1 - 0.2 ** ((performance.now() - beganMs) / 1000 / typicalS)));
      $bar.style.setProperty("--kyc-share", `${percent}%`);
      $bar.setAttribute("aria-valuenow", String(percent));
    };
    $bar.dataset.estimated = "";
    $bar.setAttribute("role", "progressbar");
    $bar.setAttribute("aria-label", this.text("processing.title"));
    this.#estimateTimer = window.setInterval(tick, 1_000);
    tick();
  }

  /** @param {number} seconds */
  #inWords(seconds) {
    const [amount, unit] = seconds < 90 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
    return new Intl.NumberFormat(this.context.catalogue.locale, { style: "unit", unit, unitDisplay: "long" }).format(amount);
  }

  #untilExpectedMs() {
    const expected = this.state.expected_by ? Date.parse(this.state.expected_by) - Date.now() : 0;
    return Math.max(expected, 60_000);
  }

  #tellLate() {
    clearInterval(this.#estimateTimer);
    this.find("[data-lead]", HTMLElement).textContent = this.text("processing.late");
    this.context.announcer.say(this.text("processing.late"));
  }
}
