import { ApiError } from "./api-error.js";

// A host page answers in its next task; one that has not by now has lost its loader, or never had one.
const HOST_MS = 15_000;

/** Takes up the launch that the page began: keeps the client token, and shows where the user stands. */
export class Launcher {
  /**
   * @param {object} parts
   * @param {import("./api-client.js").ApiClient} parts.api
   * @param {import("./client-token.js").ClientToken} parts.token
   * @param {import("./flow.js").Flow} parts.flow
   * @param {import("./opening.js").Opening} parts.opening
   * @param {import("./way-back.js").WayBack} parts.wayBack
   */
  constructor({ api, token, flow, opening, wayBack }) {
    this.api = api;
    this.token = token;
    this.flow = flow;
    this.opening = opening;
    this.wayBack = wayBack;
  }

  start() {
    const { handoffCode, launch, kept, channel } = this.opening;
    if (handoffCode) return this.flow.render("handoff_join", { state: null, handoffCode });
    this.wayBack.keep(kept.back);
    if (!launch) return this.flow.fail(new ApiError(400, "launch_code_missing"));
    channel.on("kyc.set_token", (payload) => this.#resume(payload));
    return this.#launch(launch);
  }

  /** @param {Promise<import("./types.js").BegunLaunch>} launch */
  async #launch(launch) {
    // Should the code come after all, the widget goes on with it.
    const watchdog = setTimeout(() => this.flow.fail(new ApiError(400, "launch_code_missing")), HOST_MS);
    const { body, response } = await launch;
    clearTimeout(watchdog);
    try {
      const answer = await this.api.post("/launch", body, { begun: response });
      this.wayBack.keep(answer.data.return_url);
      this.token.keep(answer.data, answer.serverNowMs);
      this.flow.show(answer.data.state, { returning: true });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.flow.fail(error);
    }
  }

  /** @param {any} payload a token that the host's backend bought for the same user */
  async #resume(payload) {
    if (typeof payload.client_token !== "string" || !Date.parse(payload.expires_at)) return;
    this.token.keep(payload, Date.now());
    if (this.flow.shownName === "session_expired") await this.flow.refresh();
  }
}
