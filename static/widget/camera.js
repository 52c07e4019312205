import { CameraFault } from "./camera-fault.js";

// Web views may leave getUserMedia unanswered for ever; after this time the user is offered another way.
const WATCHDOG_MS = 8_000;

/** One live camera in one video element. Opened in a click, closed when its step goes. */
export class Camera {
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {string[]} */
  #deviceIds = [];
  #generation = 0;

  /**
   * @param {HTMLVideoElement} $video
   * @param {MediaTrackConstraints} constraints
   */
  constructor($video, constraints) {
    this.$video = $video;
    this.constraints = constraints;
  }

  /**
   * Must be called in the click itself: an await before it loses the gesture on iOS.
   *
   * @param {{onSlow?: () => void}} [options] told when the browser has not answered yet
   */
  async open({ onSlow } = {}) {
    this.close();
    const generation = this.#generation;
    const fault = CameraFault.beforeAsking();
    if (fault) throw fault;
    const watchdog = setTimeout(() => onSlow?.(), WATCHDOG_MS);
    try {
      const stream = await Camera.#ask(this.constraints);
      if (generation !== this.#generation) return Camera.#stop(stream);
      this.#stream = stream;
      this.$video.srcObject = stream;
      await this.#firstPicture();
      await this.#listDevices();
    } catch (error) {
      if (generation !== this.#generation) return;
      this.close();
      throw await CameraFault.from(error);
    } finally {
      clearTimeout(watchdog);
    }
  }

  close() {
    this.#generation += 1;
    if (this.#stream) Camera.#stop(this.#stream);
    this.#stream = null;
    this.$video.srcObject = null;
  }

  get isOpen() {
    return this.#stream !== null && this.$video.videoWidth > 0;
  }

  get hasOthers() {
    return this.#deviceIds.length > 1;
  }

  /** Goes on to the device's next camera. */
  async switchOver() {
    const current = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
    const next = this.#deviceIds[(this.#deviceIds.indexOf(current) + 1) % this.#deviceIds.length];
    const { facingMode: _, ...rest } = this.constraints;
    this.constraints = { ...rest, deviceId: { exact: next } };
    await this.open();
  }

  async #firstPicture() {
    const playing = this.$video.play();
    const late = new Promise((_, reject) => setTimeout(() => reject(new CameraFault("no_picture")), WATCHDOG_MS));
    const arrived = new Promise((resolve) => {
      if (this.$video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) resolve(null);
      else this.$video.addEventListener("loadeddata", resolve, { once: true });
    });
    await Promise.race([Promise.all([playing, arrived]), late]);
  }

  async #listDevices() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.#deviceIds = devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
  }

  /** @param {MediaTrackConstraints} constraints */
  static async #ask(constraints) {
    try {
      return await navigator.mediaDevices.getUserMedia({ video: constraints, audio: false });
    } catch (error) {
      // Some cameras are hidden by any wish at all, however soft.
      if (!(error instanceof DOMException) || error.name !== "OverconstrainedError") throw error;
      return navigator.mediaDevices.getUserMedia({ video: true, audio: false });
    }
  }

  /** @param {MediaStream} stream */
  static #stop(stream) {
    for (const track of stream.getTracks()) track.stop();
  }
}
