import { ApiError } from "./api-error.js";

/**
 * What opens a page of its own again when its browser killed it, for instance while the camera's app was in front: a
 * code that works once, in the history entry of this very page. It is in no address, and no other page can read it. A
 * frame needs none: the page around it asks its backend.
 */
export class SpareCode {
  #isOver = false;

  /**
   * @param {object} parts
   * @param {import("./shell-config.js").ShellConfig} parts.config
   * @param {import("./api-client.js").ApiClient} parts.api
   * @param {import("./way-back.js").WayBack} parts.wayBack
   */
  constructor({ config, api, wayBack }) {
    this.config = config;
    this.api = api;
    this.wayBack = wayBack;
  }

  /**
   * With each new token, so that it lives as long.
   *
   * @param {string | null} [dealt] came with the token
   */
  async renew(dealt) {
    if (this.config.isEmbedded) return;
    if (dealt) return this.#keep(dealt);
    try {
      const { data } = await this.api.post("/launch-codes", {});
      if (!this.#isOver) this.#keep(data.launch_code);
    } catch (error) {
      // Without it a reload asks for a new link, as it does after half an hour.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Whoever goes on or away comes back by the partner's page; the next user of this browser does not. */
  forget() {
    this.#isOver = true;
    if (!this.config.isEmbedded) this.#keep(null);
  }

  /** @param {string | null} code */
  #keep(code) {
    window.history.replaceState({ kyc: { code, back: this.wayBack.address } }, "");
  }
}
