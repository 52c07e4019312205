/**
 * Back to the partner's page or app from a page of its own, for whoever the widget does not send on to a payment.
 * The server takes the address from the partner alone, on an origin that is registered for it.
 */
export class WayBack {
  /** @type {string | null} */
  #address = null;

  /** @param {import("./shell-config.js").ShellConfig} config */
  constructor(config) {
    this.config = config;
  }

  /** @param {string | null | undefined} address as it came with the launch */
  keep(address) {
    // In a frame the host page hears of the end, and does what it likes.
    this.#address = this.config.isEmbedded || !address ? null : address;
  }

  get address() {
    return this.#address;
  }

  get isOffered() {
    return this.#address !== null;
  }

  /** @param {string} kycStatus a hint for the page; what counts is what its backend asks */
  go(kycStatus) {
    if (this.#address === null) return;
    const url = new URL(this.#address);
    if (url.protocol !== "https:" && url.protocol !== "http:") return;
    url.searchParams.set("kyc_session", this.config.sessionId);
    url.searchParams.set("kyc_status", kycStatus);
    window.location.assign(url.href);
  }
}
