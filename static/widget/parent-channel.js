/**
 * The line to the host page. It carries hints, never personal data; the truth is the status endpoint and the webhook.
 *
 * The launch code is taken from the parent window only, from an origin that the server wrote into the page, and
 * everything after it runs over the port that came with it.
 */
export class ParentChannel {
  #config;
  #sequence = 0;
  /** @type {MessagePort | null} */
  #port = null;
  /** @type {Map<string, (payload: any) => void>} */
  #handlers = new Map();

  /** @param {import("./shell-config.js").ShellConfig} config */
  constructor(config) {
    this.#config = config;
  }

  /**
   * @param {string} type
   * @param {(payload: any) => void} handler
   */
  on(type, handler) {
    this.#handlers.set(type, handler);
  }

  /** Announces the frame to every origin that may hold it; the browser delivers to the right one only. */
  open() {
    if (!this.#config.isEmbedded) return;
    window.addEventListener("message", (event) => this.#receiveInit(event));
    for (const origin of this.#config.parentOrigins) {
      window.parent.postMessage(this.#envelope("kyc.ready", {}), origin);
    }
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} [payload]
   */
  emit(type, payload = {}) {
    this.#port?.postMessage(this.#envelope(type, payload));
  }

  /** @param {MessageEvent} event */
  #receiveInit(event) {
    const isParent = event.source === window.parent && this.#config.parentOrigins.includes(event.origin);
    if (!isParent || this.#port || event.data?.type !== "kyc.init" || !event.ports[0]) return;
    this.#port = event.ports[0];
    this.#port.onmessage = (message) => this.#dispatch(message.data);
    this.#dispatch(event.data);
  }

  /** @param {any} message */
  #dispatch(message) {
    if (message?.source !== "kyc-widget" || message.version !== 1) return;
    this.#handlers.get(message.type)?.(message.payload ?? {});
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} payload
   */
  #envelope(type, payload) {
    this.#sequence += 1;
    return { source: "kyc-widget", version: 1, session: this.#config.sessionId, seq: this.#sequence, type, payload };
  }
}
