import { ApiError } from "./api-error.js";

const RETRY_AFTER_MS = [600, 1800, 4000];
const PASSING_FAULTS = new Set([502, 503, 504]);
const TIMEOUT_MS = 45_000;

/**
 * @typedef {{body?: BodyInit, headers?: Record<string, string>, signal?: AbortSignal,
 *   send?: typeof import("./upload.js").sendForm}} Request
 */

/** Speaks to the widget face: bearer token, JSON, patient with a bad network. */
export class ApiClient {
  #base;
  #authorization;
  #onConnection;

  /**
   * @param {object} options
   * @param {string} options.base
   * @param {() => string} options.authorization the header's value, empty before launch
   * @param {(isLost: boolean) => void} options.onConnection
   */
  constructor({ base, authorization, onConnection }) {
    this.#base = base;
    this.#authorization = authorization;
    this.#onConnection = onConnection;
  }

  /**
   * @param {string} path
   * @param {{etag?: string | null, signal?: AbortSignal}} [options]
   */
  get(path, { etag = null, signal } = {}) {
    return this.#send("GET", path, { headers: etag ? { "If-None-Match": etag } : {}, signal });
  }

  /**
   * @param {string} path
   * @param {object | FormData} body
   * @param {{signal?: AbortSignal, begun?: Promise<Response>, send?: typeof import("./upload.js").sendForm}} [options]
   *   `begun` is this very request, on its way already; `send` takes a form to the server
   */
  post(path, body, { signal, begun, send } = {}) {
    if (body instanceof FormData) return this.#send("POST", path, { body, signal, send });
    const headers = { "Content-Type": "application/json" };
    return this.#send("POST", path, { body: JSON.stringify(body), headers, signal }, begun);
  }

  /** @param {string} path */
  remove(path) {
    return this.#send("DELETE", path, {});
  }

  /**
   * One frame, never repeated: a late frame tells the server nothing.
   *
   * @param {string} path
   * @param {Blob} frame
   * @param {number} sequence
   * @param {AbortSignal} signal
   */
  postFrame(path, frame, sequence, signal) {
    const headers = { "Content-Type": "image/jpeg", "X-Frame-Sequence": String(sequence) };
    return ApiClient.#read(this.#fetch("POST", path, { body: frame, headers, signal }));
  }

  /**
   * Says goodbye even while the page goes away.
   *
   * @param {string} path
   */
  farewell(path) {
    const headers = { "Content-Type": "application/json", Authorization: this.#authorization() };
    fetch(this.#base + path, { method: "POST", body: "{}", headers, keepalive: true }).catch(() => {});
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Request} request
   * @param {Promise<Response>} [begun] stands for the first attempt
   * @returns {Promise<import("./types.js").Answer>}
   */
  async #send(method, path, request, begun) {
    for (const pause of [...RETRY_AFTER_MS, null]) {
      try {
        const answer = await ApiClient.#read(begun ?? this.#fetch(method, path, request));
        this.#onConnection(false);
        return answer;
      } catch (error) {
        const isPassing = error instanceof ApiError && (error.isNetwork || PASSING_FAULTS.has(error.status));
        begun = undefined;
        if (!isPassing || pause === null || request.signal?.aborted) {
          this.#onConnection(false);
          throw error;
        }
        this.#onConnection(true);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    throw new ApiError(0, "network");
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Request} request
   */
  #fetch(method, path, { body, headers = {}, signal, send }) {
    const authorization = this.#authorization();
    const all = { Accept: "application/json", ...headers, ...(authorization && { Authorization: authorization }) };
    if (send && body instanceof FormData) return send(this.#base + path, body, all);
    return fetch(this.#base + path, {
      method,
      body,
      headers: all,
      signal: AbortSignal.any ? AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]) : signal,
      credentials: "omit",
      cache: "no-store",
    });
  }

  /**
   * @param {Promise<Response>} request
   * @returns {Promise<import("./types.js").Answer>}
   */
  static async #read(request) {
    const response = await request.catch(() => {
      throw new ApiError(0, "network");
    });
    const data = await response.json().catch(() => null);
    if (!response.ok && response.status !== 304) {
      throw new ApiError(response.status, data?.error ?? "server_error", { requestId: data?.request_id, body: data });
    }
    const serverNowMs = Date.parse(response.headers.get("Date") ?? "") || Date.now();
    return { status: response.status, data, etag: response.headers.get("ETag"), serverNowMs };
  }
}
