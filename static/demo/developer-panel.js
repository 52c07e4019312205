import { findElement } from "../widget/find-element.js";

const POLL_MS = 2_000;
const EVENTS_SHOWN = 40;

/** The side of the page that a customer would never see: status, session call, webhooks, frame events. */
export class DeveloperPanel {
  #shownHooks = "";

  /**
   * @param {Document} $document
   * @param {import("./merchant-backend.js").MerchantBackend} backend
   */
  constructor($document, backend) {
    this.$root = $document;
    this.backend = backend;
  }

  async follow() {
    for (;;) {
      if (!document.hidden) await this.refresh().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async refresh() {
    const [status, webhooks] = await Promise.all([this.backend.readStatus(), this.backend.readWebhooks()]);
    this.#badge("[data-status-badge]", status?.status ?? "unknown", DeveloperPanel.#tone(status?.status));
    this.#part("[data-status-json]").textContent = JSON.stringify(status, null, 2);
    this.#showWebhooks(webhooks);
  }

  /** @param {{status: number, body: any}} call */
  showSessionCall({ status, body }) {
    this.#badge("[data-session-badge]", String(status), status < 300 ? "good" : "warn");
    this.#part("[data-session-json]").textContent = JSON.stringify(body, null, 2);
  }

  /** @param {{type: string, payload: Record<string, unknown>}} event */
  addEvent({ type, payload }) {
    if (type === "kyc.resize") return;
    const $line = document.createElement("li");
    const detail = Object.keys(payload ?? {}).length ? ` ${JSON.stringify(payload)}` : "";
    $line.textContent = `${type}${detail}`;
    const $events = this.#part("[data-events]");
    $events.prepend($line);
    while ($events.children.length > EVENTS_SHOWN) $events.lastElementChild?.remove();
  }

  /** @param {any[]} webhooks */
  #showWebhooks(webhooks) {
    const ids = JSON.stringify(webhooks.map(({ id }) => id));
    if (ids === this.#shownHooks) return;
    this.#shownHooks = ids;
    this.#part("[data-webhook-count]").textContent = String(webhooks.length);
    this.#part("[data-webhooks-empty]").hidden = webhooks.length > 0;
    this.#part("[data-webhooks]").replaceChildren(...webhooks.map((hook) => this.#hookLine(hook)));
  }

  /** @param {any} hook */
  #hookLine(hook) {
    const $template = findElement(this.$root, "[data-webhook-item]", HTMLTemplateElement);
    const $line = findElement(/** @type {DocumentFragment} */ ($template.content.cloneNode(true)), "li", HTMLLIElement);
    findElement($line, "[data-hook-type]", HTMLElement).textContent = hook.type ?? hook.body?.type ?? "webhook";
    findElement($line, "[data-hook-signature]", HTMLElement).textContent = hook.verified ? "signature valid" : "not verified";
    findElement($line, "time", HTMLTimeElement).textContent = hook.received_at ? new Date(hook.received_at).toLocaleTimeString() : "";
    findElement($line, "pre", HTMLElement).textContent = JSON.stringify(hook.body ?? hook, null, 2);
    return $line;
  }

  /**
   * @param {string} selector
   * @param {string} label
   * @param {string} tone
   */
  #badge(selector, label, tone) {
    const $badge = this.#part(selector);
    $badge.textContent = label;
    $badge.dataset.tone = tone;
    $badge.hidden = false;
  }

  /** @param {string} selector */
  #part(selector) {
    return findElement(this.$root, selector, HTMLElement);
  }

  /** @param {string | undefined} status */
  static #tone(status) {
    return { verified: "good", pending: "wait", failed: "bad" }[status ?? ""] ?? "";
  }
}
