import { ApiError } from "./api-error.js";
import { StatusWatcher } from "./status-watcher.js";

const PAUSE_MS = 4_000;

/** On the phone: notices within seconds that the user went on on the first device. */
export class TakeBackWatch {
  #watcher;

  /**
   * @param {import("./api-client.js").ApiClient} api
   * @param {string} handoffId
   */
  constructor(api, handoffId) {
    this.#watcher = new StatusWatcher(api, `/handoffs/${handoffId}`, { pauseMs: PAUSE_MS });
  }

  /** @param {(error: ApiError) => void} onRefused told what the server says to a token that is worth nothing any more */
  async run(onRefused) {
    try {
      await this.#watcher.watch(async () => true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      onRefused(error);
    }
  }

  stop() {
    this.#watcher.stop();
  }
}
