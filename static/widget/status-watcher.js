import { ApiError } from "./api-error.js";

const PAUSE_MS = 1_000;
const PAUSE_AFTER_FAULT_MS = 5_000;

/** @param {string} partnerUserId where the server says how this user stands */
export function kycStatusPath(partnerUserId) {
  return `/users/${encodeURIComponent(partnerUserId)}/kyc-status?wait=25`;
}

/** Waits, by long poll, until what the server says at a path changes. */
export class StatusWatcher {
  #abort = new AbortController();

  /**
   * @param {import("./api-client.js").ApiClient} api
   * @param {string} path answered with an ETag
   * @param {{pauseMs?: number}} [options] between two questions
   */
  constructor(api, path, { pauseMs = PAUSE_MS } = {}) {
    this.api = api;
    this.path = path;
    this.pauseMs = pauseMs;
  }

  /** @param {(news?: any) => Promise<boolean>} onChange answers whether to go on watching; asked at once, too */
  async watch(onChange) {
    /** @type {string | null} */
    let etag = null;
    // The state may have moved between its reading and the first poll.
    let goesOn = await onChange();
    while (goesOn && !this.#abort.signal.aborted) {
      try {
        const answer = await this.api.get(this.path, { etag, signal: this.#abort.signal });
        if (answer.status !== 304) {
          etag = answer.etag;
          goesOn = await onChange(answer.data);
        }
        if (goesOn) await this.#pause(this.pauseMs);
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        if (!(error instanceof ApiError) || error.isExpiredSession) throw error;
        await this.#pause(PAUSE_AFTER_FAULT_MS);
      }
    }
  }

  stop() {
    this.#abort.abort();
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
}
