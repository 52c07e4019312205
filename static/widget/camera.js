import { CameraFault } from "./camera-fault.js";

// Web views may leave getUserMedia unanswered for ever; after this time the user is offered another way.
const WATCHDOG_MS = 8_000;
/** @type {Map<unknown, string>} which camera the user went over to, by the direction that was asked for */
const chosen = new Map();

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
    this.direction = constraints.facingMode;
    const deviceId = chosen.get(JSON.stringify(this.direction));
    if (deviceId) this.#wishFor(deviceId);
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
      await this.#avoidInfrared(generation);
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

  /**
   * Goes on to the device's next camera, and keeps to it in later steps; trying again after a fault is for the one before.
   *
   * @param {{onSlow?: () => void}} [options]
   */
  async switchOver(options) {
    const [next, before] = [this.#nextDeviceId, this.constraints];
    this.#wishFor(next);
    try {
      await this.open(options);
      chosen.set(JSON.stringify(this.direction), next);
    } catch (error) {
      this.constraints = before;
      throw error;
    }
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  get #nextDeviceId() {
    const current = this.#track?.getSettings().deviceId ?? "";
    return this.#deviceIds[(this.#deviceIds.indexOf(current) + 1) % this.#deviceIds.length];
  }

  /** @param {string} deviceId */
  #wishFor(deviceId) {
    const { facingMode: _, ...rest } = this.constraints;
    this.constraints = { ...rest, deviceId: { exact: deviceId } };
  }

  get hasTorch() {
    return Boolean(/** @type {any} */ (this.#track?.getCapabilities?.())?.torch);
  }

  get isTorchOn() {
    return Boolean(/** @type {any} */ (this.#track?.getSettings())?.torch);
  }

  /** Its light, where it has one; a camera that refuses stays as it is. @param {boolean} isOn */
  async setTorch(isOn) {
    const wish = /** @type {any} */ ({ advanced: [{ torch: isOn }] });
    await this.#track?.applyConstraints(wish).catch(() => {});
  }

  /**
   * Computers that know their owner's face have an infra-red camera besides, and browsers may take that one first. Its
   * picture has no colour at all; then the next camera is tried, once.
   *
   * @param {number} generation
   */
  async #avoidInfrared(generation) {
    if (!this.hasOthers || this.constraints.deviceId || !isColourless(this.$video)) return;
    const next = this.#nextDeviceId;
    if (this.#stream) Camera.#stop(this.#stream);
    this.#wishFor(next);
    const stream = await Camera.#ask(this.constraints);
    if (generation !== this.#generation) return Camera.#stop(stream);
    this.#stream = stream;
    this.$video.srcObject = stream;
    await this.#firstPicture();
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
      // Some cameras are hidden by any wish at all, however soft; one that was chosen may be unplugged by now.
      if (!(error instanceof DOMException) || error.name !== "OverconstrainedError") throw error;
      return navigator.mediaDevices.getUserMedia({ video: true, audio: false });
    }
  }

  /** @param {MediaStream} stream */
  static #stop(stream) {
    for (const track of stream.getTracks()) track.stop();
  }
}

/**
 * Whether a lit picture has one shade only: on any other camera even a grey wall has the colour of its light.
 *
 * @param {HTMLVideoElement} $video
 */
function isColourless($video) {
  const [width, height] = [32, 24];
  const $canvas = document.createElement("canvas");
  Object.assign($canvas, { width, height });
  const pen = /** @type {CanvasRenderingContext2D} */ ($canvas.getContext("2d", { alpha: false, willReadFrequently: true }));
  pen.drawImage($video, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  let light = 0;
  let colour = 0;
  for (let at = 0; at < data.length; at += 4) {
    light += data[at + 1];
    colour += Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]);
  }
  const count = width * height;
  return light / count > 25 && colour / count < 1.5;
}
