import { Step } from "./step.js";

const SHOWN_MS = 6_000;

/** The good end: shown for a moment, then on to the partner's payment page in the same frame. */
export class VerifiedStep extends Step {
  #timer = 0;
  /** @type {string | null} */
  #paymentUrl = null;

  /** @override */
  connect() {
    if (this.state.handoff?.is_phone) return this.#sendBack();
    this.onAction("continue", () => this.#goOn());
    this.run(null, () => this.#open());
  }

  /** @override */
  disconnect() {
    super.disconnect();
    clearTimeout(this.#timer);
  }

  /** Opens the session in which the user may transact; a returning user goes straight on. */
  async #open() {
    const { data } = await this.context.api.post("/sessions", {});
    this.#paymentUrl = VerifiedStep.#safeUrl(data.payment_url);
    if (!this.isConnected) return;
    if (!this.#paymentUrl) return this.#offerEnd();
    if (this.input.returning) return this.#goOn();
    this.#timer = setTimeout(() => this.#goOn(), SHOWN_MS);
  }

  async #goOn() {
    clearTimeout(this.#timer);
    if (!this.#paymentUrl) await this.#open();
    if (!this.#paymentUrl) return this.context.flow.header.onLeave();
    this.context.spareCode.forget();
    window.location.assign(this.#paymentUrl);
  }

  /** The payment is the first device's: there the shop is open, and there somebody waits. */
  #sendBack() {
    this.find("[data-lead]", HTMLElement).textContent = this.text("handoff.verified");
    this.find("[data-action=continue]", HTMLElement).hidden = true;
  }

  #offerEnd() {
    const { config, wayBack } = this.context;
    this.find("[data-lead]", HTMLElement).textContent = this.text("verified.lead_done");
    this.find("[data-action=continue] .kyc-button__label", HTMLElement).textContent = this.text("verified.close");
    this.find("[data-action=continue]", HTMLElement).hidden = !(config.isEmbedded || wayBack.isOffered);
  }

  /**
   * A payment page is a web page: `javascript:` and the like are never followed.
   *
   * @param {string | null | undefined} url
   */
  static #safeUrl(url) {
    if (!url || !URL.canParse(url, window.location.href)) return null;
    const { protocol, href } = new URL(url, window.location.href);
    return protocol === "https:" || protocol === "http:" ? href : null;
  }
}
