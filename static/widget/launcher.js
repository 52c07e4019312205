import { ApiError } from "./api-error.js";

/** Turns the one-time launch code, from the host page or from the address, into a client token. */
export class Launcher {
  /**
   * @param {object} parts
   * @param {import("./api-client.js").ApiClient} parts.api
   * @param {import("./client-token.js").ClientToken} parts.token
   * @param {import("./flow.js").Flow} parts.flow
   * @param {import("./parent-channel.js").ParentChannel} parts.channel
   */
  constructor({ api, token, flow, channel }) {
    this.api = api;
    this.token = token;
    this.flow = flow;
    this.channel = channel;
  }

  /** @param {boolean} isEmbedded */
  start(isEmbedded) {
    const code = Launcher.#codeFromAddress();
    if (code) return this.#launch(code);
    if (!isEmbedded) return this.flow.fail(new ApiError(400, "launch_code_missing"));
    this.channel.on("kyc.init", (payload) => {
      document.documentElement.dataset.presentation = payload.presentation === "inline" ? "inline" : "modal";
      this.#launch(String(payload.launch_code ?? ""));
    });
    this.channel.on("kyc.set_token", (payload) => this.#resume(payload));
    this.channel.open();
  }

  /** @param {string} code */
  async #launch(code) {
    try {
      const answer = await this.api.post("/launch", { launch_code: code });
      this.token.keep(answer.data, answer.serverNowMs);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.flow.fail(error);
    }
    await this.flow.refresh({ returning: true });
  }

  /** @param {any} payload a token that the host's backend bought for the same user */
  async #resume(payload) {
    if (typeof payload.client_token !== "string" || !Date.parse(payload.expires_at)) return;
    this.token.keep(payload, Date.now());
    if (this.flow.shownName === "session_expired") await this.flow.refresh();
  }

  /** The code leaves the address at once: it must not stay in the history. */
  static #codeFromAddress() {
    const code = new URLSearchParams(window.location.hash.slice(1)).get("c");
    if (code) window.history.replaceState(null, "", window.location.pathname + window.location.search);
    return code;
  }
}
