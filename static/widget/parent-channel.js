/**
 * The line to the host page. It carries hints, never personal data; the truth is the status endpoint and the webhook.
 *
 * The launch code is taken from the parent window only, from an origin that the server wrote into the page, and
 * everything after it runs over the port that came with it.
 */
export class ParentChannel {
  #config;
  #sequence = 0;
  #lastSequence = 0;
  /** @type {MessagePort | null} */
  #port = null;
  /** @type {Map<string, (payload: any) => void>} */
  #handlers = new Map();
  /** @type {Map<string, any>} what came before there was a handler, the newest of each type */
  #waiting = new Map();

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
    if (!this.#waiting.has(type)) return;
    handler(this.#waiting.get(type));
    this.#waiting.delete(type);
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
    const isInit = event.data?.type === "kyc.init" && this.#isOurs(event.data);
    if (!isParent || this.#port || !isInit || !event.ports[0]) return;
    this.#port = event.ports[0];
    this.#port.onmessage = (message) => this.#dispatch(message.data);
    this.#dispatch(event.data);
  }

  /** @param {any} message each is taken once, in order, and only when it has the envelope's shape */
  #dispatch(message) {
    if (!this.#isOurs(message)) return;
    this.#lastSequence = message.seq;
    const handler = this.#handlers.get(message.type);
    if (handler) handler(message.payload);
    else this.#waiting.set(message.type, message.payload);
  }

  /** @param {any} message */
  #isOurs(message) {
    return (
      message?.source === "kyc-widget" &&
      message.version === 1 &&
      message.session === this.#config.sessionId &&
      typeof message.type === "string" &&
      typeof message.payload === "object" &&
      message.payload !== null &&
      Number.isSafeInteger(message.seq) &&
      message.seq > this.#lastSequence
    );
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
