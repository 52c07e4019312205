import { ApiError } from "./api-error.js";
import { cameraLabel } from "./camera-label.js";
import { presenceAspect } from "./frame-grabber.js";

const USUAL = { longEdgePx: 640, quality: 0.85 };
// A quarter of the bytes: on a slow line, twice as many frames show more of a turn than large ones do.
const SMALL = { longEdgePx: 480, quality: 0.7 };
const SLOW_MS = 700;
const SLOW_ANSWERS = 2;
const LOST_FRAMES_ALLOWED = 5;

/** One challenge from its dealing to its end: a frame, an answer, the next frame. */
export class PresenceRun {
  /**
   * @param {object} parts
   * @param {import("./api-client.js").ApiClient} parts.api
   * @param {import("./frame-grabber.js").FrameGrabber} parts.grabber
   * @param {import("./types.js").PresenceWay} parts.way
   * @param {boolean} parts.bearsLight
   * @param {(answer: import("./types.js").FrameAnswer) => void} parts.onAnswer
   */
  constructor({ api, grabber, way, bearsLight, onAnswer }) {
    this.api = api;
    this.grabber = grabber;
    this.asked = { way, bears_light: bearsLight };
    this.onAnswer = onAnswer;
    this.lostFrames = 0;
    this.slowAnswers = 0;
    /** @type {Blob | null} */
    this.lastFrame = null;
  }

  /**
   * The server's last answer; null when the run was stopped.
   *
   * @param {AbortSignal} signal
   * @returns {Promise<import("./types.js").FrameAnswer | null>}
   */
  async perform(signal) {
    /** @type {import("./types.js").Challenge} */
    const challenge = (await this.api.post("/presence", this.#asking(), { signal })).data;
    /** @type {import("./types.js").FrameAnswer} */
    let answer = { ...challenge, status: "open", hint: null, hint_region: null };
    this.onAnswer(answer);
    for (let sequence = 1; answer.status === "open"; sequence += 1) {
      const pause = new Promise((resolve) => setTimeout(resolve, challenge.frame_interval_ms));
      const frame = await this.#frame();
      if (signal.aborted) return null;
      this.lastFrame = frame;
      answer = await this.#send(challenge, frame, sequence, signal, answer);
      if (signal.aborted) return null;
      this.onAnswer(answer);
      if (answer.status === "open") await pause;
    }
    return answer;
  }

  #asking() {
    return { ...this.asked, camera: cameraLabel(this.grabber.$video) };
  }

  #frame() {
    const aspect = presenceAspect(this.grabber.$video);
    return this.grabber.grab({ aspect, ...(this.slowAnswers < SLOW_ANSWERS ? USUAL : SMALL) });
  }

  /**
   * @param {import("./types.js").Challenge} challenge
   * @param {Blob} frame
   * @param {number} sequence
   * @param {AbortSignal} signal
   * @param {import("./types.js").FrameAnswer} before
   */
  async #send(challenge, frame, sequence, signal, before) {
    const sentAtMs = performance.now();
    try {
      const answer = await this.api.postFrame(`/presence/${challenge.challenge_id}/frames`, frame, sequence, signal);
      this.lostFrames = 0;
      if (performance.now() - sentAtMs > SLOW_MS) this.slowAnswers += 1;
      return answer.data;
    } catch (error) {
      this.lostFrames += 1;
      const isPassing = error instanceof ApiError && (error.isNetwork || error.status === 429);
      if (!isPassing || this.lostFrames > LOST_FRAMES_ALLOWED) throw error;
      return { ...before, hint: "connection", hint_region: null };
    }
  }
}
