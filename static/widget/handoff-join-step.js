import { ApiError } from "./api-error.js";
import { Step } from "./step.js";

const WAIT_S = 25;
const PAUSE_MS = 1_000;
const PAUSE_AFTER_FAULT_MS = 5_000;

/** The phone, before anybody let it in: asks its user, shows its number, waits to be chosen. */
export class HandoffJoinStep extends Step {
  #claim = "";

  /** @override */
  connect() {
    this.find("[data-lead]", HTMLElement).textContent = this.#lead;
    // On a click and not at once: programs that look at links before people do would use the code up.
    this.onAction("handoff-join", () => this.#scan());
  }

  /** Whose site it is, so that somebody who was sent a code sees that it is not theirs. */
  get #lead() {
    const { config, catalogue } = this.context;
    const sites = config.parentOrigins.map((origin) => new URL(origin).hostname);
    if (!sites.length) return this.text("handoff.join.lead");
    const list = new Intl.ListFormat(catalogue.locale, { type: "disjunction" }).format([...new Set(sites)]);
    return this.text("handoff.join.lead_at", { site: list });
  }

  async #scan() {
    const { api, announcer } = this.context;
    try {
      const { data } = await api.post("/handoffs/scan", { handoff_code: this.input.handoffCode ?? "" });
      this.#claim = data.claim;
      // Plain digits: the other device may write this language's numbers differently.
      const number = String(data.number);
      this.find("[data-number]", HTMLElement).textContent = number;
      this.head(this.text("handoff.number.title"), this.text("handoff.number.lead"));
      this.showPhase("number");
      this.focusHeading();
      announcer.say(this.text("handoff.number.said", { number }));
    } catch (error) {
      if (!(error instanceof ApiError) || !error.code.startsWith("handoff_")) throw error;
      return this.#end(error.textKey);
    }
    void this.#wait();
  }

  async #wait() {
    while (this.isConnected) {
      try {
        const answer = await this.context.api.post("/handoffs/join", { claim: this.#claim, wait: WAIT_S });
        if (!this.isConnected) return;
        if (answer.data.status === "active") return this.#goOn(answer);
        if (answer.data.status !== "scanned") return this.#end(`handoff.join.${answer.data.status}`);
        await this.#pause(PAUSE_MS);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code.startsWith("handoff_")) return this.#end(error.textKey);
        await this.#pause(PAUSE_AFTER_FAULT_MS);
      }
    }
  }

  /** @param {import("./types.js").Answer} answer with the token */
  async #goOn({ data, serverNowMs }) {
    const { token, flow } = this.context;
    token.keep(data, serverNowMs);
    await flow.refresh();
  }

  /** @param {string} key */
  #end(key) {
    this.head(this.text(`${key}.title`), this.text(`${key}.text`));
    this.showPhase("over");
    this.$root.classList.add("kyc-step--centre");
    this.focusHeading();
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
}
