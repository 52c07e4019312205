import { Step } from "./step.js";

/** The user's agreement, without which nothing is taken. */
export class ConsentStep extends Step {
  /** @override */
  connect() {
    for (const $part of this.$root.querySelectorAll("[data-paper]")) {
      if ($part instanceof HTMLElement) $part.hidden = !this.input.state?.proof_of_address;
    }
    this.onAction("accept", () => this.#answer(true));
    this.onAction("decline", () => this.#answer(false));
  }

  /** @param {boolean} accepted */
  async #answer(accepted) {
    const { api, config, flow } = this.context;
    const { data } = await api.post("/consent", { consent_version: config.consentVersion, accepted });
    if (accepted || data.state.step !== "consent") return flow.show(data.state);
    this.showAlert(this.text("consent.declined.title"), this.text("consent.declined.text"));
  }
}
