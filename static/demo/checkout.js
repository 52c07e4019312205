import { findElement } from "../widget/find-element.js";

/** The shop's "Pay" button: the session call first, the widget when the answer is 422. */
export class Checkout {
  /** @type {{close: () => void, destroy: () => void} | null} */
  #widget = null;

  /**
   * @param {Document} $document
   * @param {import("./merchant-backend.js").MerchantBackend} backend
   * @param {import("./developer-panel.js").DeveloperPanel} panel
   */
  constructor($document, backend, panel) {
    this.backend = backend;
    this.panel = panel;
    this.$pay = findElement($document, "[data-action=pay]", HTMLButtonElement);
    this.$note = findElement($document, "[data-pay-note]", HTMLElement);
    this.$paid = findElement($document, "[data-paid]", HTMLElement);
    this.$pay.addEventListener("click", () => this.#pay());
    window.addEventListener("message", (event) => {
      if (event.origin === window.location.origin && event.data === "shop.paid") this.#finish();
    });
  }

  async #pay() {
    this.$pay.setAttribute("aria-disabled", "true");
    try {
      this.panel.showSessionCall(await this.backend.callSession());
      const { launch_code, widget_url } = await this.backend.buyLaunchCode();
      this.#open(widget_url, launch_code);
    } catch (error) {
      this.$note.textContent = error instanceof Error ? error.message : "The payment could not be started.";
    } finally {
      this.$pay.removeAttribute("aria-disabled");
    }
  }

  /**
   * @param {string} widgetUrl
   * @param {string} launchCode
   */
  #open(widgetUrl, launchCode) {
    const { KycWidget } = /** @type {any} */ (window);
    this.#widget?.destroy();
    this.#widget = KycWidget.open({
      widgetUrl,
      launchCode,
      onEvent: (/** @type {{type: string, payload: Record<string, unknown>}} */ event) => {
        this.panel.addEvent(event);
        if (event.type === "kyc.exited") this.$note.textContent = "You closed the verification. Press “Pay” to go on.";
        if (event.type === "kyc.status_changed") this.panel.refresh().catch(() => {});
      },
    });
  }

  async #finish() {
    this.#widget?.destroy();
    this.#widget = null;
    this.$paid.hidden = false;
    this.$pay.hidden = true;
    this.$note.hidden = true;
    this.panel.showSessionCall(await this.backend.callSession());
  }
}
