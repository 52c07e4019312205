import { ApiError } from "./api-error.js";

const REFRESH_BEFORE_MS = 120_000;
const SHORTEST_WAIT_MS = 5_000;

/** Holds the client token, in memory and nowhere else, and buys the next one in time. */
export class ClientToken {
  #value = "";
  #timer = 0;
  #refresh;
  #onExpiring;
  #onNew;

  /**
   * @param {object} options
   * @param {() => Promise<import("./types.js").Answer>} options.refresh
   * @param {(token: import("./types.js").TokenAnswer) => void} options.onNew
   * @param {() => void} options.onExpiring the refresh failed: the host may hand in a new token
   */
  constructor({ refresh, onNew, onExpiring }) {
    this.#refresh = refresh;
    this.#onNew = onNew;
    this.#onExpiring = onExpiring;
  }

  get authorization() {
    return this.#value && `Bearer ${this.#value}`;
  }

  /**
   * The remaining life is measured on the server's clock: the device's may be minutes off.
   *
   * @param {import("./types.js").TokenAnswer} token
   * @param {number} serverNowMs
   */
  keep(token, serverNowMs) {
    this.#value = token.client_token;
    const remainingMs = Date.parse(token.expires_at) - serverNowMs;
    this.#wakeIn(Math.max(remainingMs - REFRESH_BEFORE_MS, Math.min(remainingMs / 2, SHORTEST_WAIT_MS)));
    this.#onNew(token);
  }

  forget() {
    clearTimeout(this.#timer);
    this.#value = "";
  }

  /** @param {number} delayMs */
  #wakeIn(delayMs) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), delayMs);
  }

  async #renew() {
    try {
      const answer = await this.#refresh();
      this.keep(answer.data, answer.serverNowMs);
    } catch (error) {
      this.#onExpiring();
      if (error instanceof ApiError && error.isNetwork) this.#wakeIn(15_000);
    }
  }
}
