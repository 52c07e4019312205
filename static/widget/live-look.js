import { GreyPicture, edgesAlong, glareOf, lightOf, motionOf, sharpnessOf, tilesOf } from "./picture-measures.js";

const LONG_EDGE_PX = 480;
const EVERY_MS = 250;
/** So many looks in a row must find nothing to say: three quarters of a second. */
const GOOD_LOOKS = 3;
/** Around the guide, as a share of its shorter side: where an edge is looked for. */
const MARGIN = 0.12;

/**
 * @typedef {object} Look what one look at the live picture measured
 * @property {{mean: number, high: number}} light
 * @property {number} sharpness
 * @property {number} glare
 * @property {number} edges
 * @property {number} motion
 */

/**
 * What to tell the user first; null when the picture is worth taking. Only the server's word counts: these are lenient.
 *
 * @param {Look} look
 */
export function hintFor({ light, sharpness, glare, edges, motion }) {
  if (light.high < 60) return "too_dark";
  if (edges < 3) return "fit";
  if (glare > 0.07) return "glare";
  if (motion > 4) return "hold_still";
  return sharpness < 0.7 ? "blurred" : null;
}

/** Looks at the live picture inside the guide, and says when it is worth taking. */
export class LiveLook {
  #canvas = document.createElement("canvas");
  #timer = 0;
  #goodLooks = 0;
  /** @type {ReturnType<typeof tilesOf>} */
  #tilesBefore = [];

  /**
   * @param {object} parts
   * @param {HTMLVideoElement} parts.$video
   * @param {() => import("./types.js").Region} parts.guide in fractions of the picture
   * @param {(hint: string | null) => void} parts.onHint
   * @param {() => void} parts.onReady once; nothing is looked at any more
   */
  constructor({ $video, guide, onHint, onReady }) {
    this.$video = $video;
    this.guide = guide;
    this.onHint = onHint;
    this.onReady = onReady;
  }

  start() {
    this.stop();
    this.#timer = window.setInterval(() => this.#look(), EVERY_MS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#goodLooks = 0;
    this.#tilesBefore = [];
  }

  #look() {
    const { videoWidth, videoHeight } = this.$video;
    if (!videoWidth) return;
    const hint = hintFor(this.measure(this.$video, videoWidth, videoHeight));
    this.#goodLooks = hint === null ? this.#goodLooks + 1 : 0;
    this.onHint(hint);
    if (this.#goodLooks < GOOD_LOOKS) return;
    this.stop();
    this.onReady();
  }

  /**
   * @param {CanvasImageSource} source
   * @param {number} sourceWidth
   * @param {number} sourceHeight
   * @returns {Look}
   */
  measure(source, sourceWidth, sourceHeight) {
    const guide = this.guide();
    const marginPx = MARGIN * Math.min(guide.width * sourceWidth, guide.height * sourceHeight);
    const left = Math.max(0, guide.x * sourceWidth - marginPx);
    const top = Math.max(0, guide.y * sourceHeight - marginPx);
    const width = Math.min(sourceWidth, (guide.x + guide.width) * sourceWidth + marginPx) - left;
    const height = Math.min(sourceHeight, (guide.y + guide.height) * sourceHeight + marginPx) - top;
    const picture = this.#draw(source, left, top, width, height);
    const tiles = tilesOf(picture);
    const inPicture = {
      x: (guide.x * sourceWidth - left) / width,
      y: (guide.y * sourceHeight - top) / height,
      width: (guide.width * sourceWidth) / width,
      height: (guide.height * sourceHeight) / height,
    };
    const motion = motionOf(this.#tilesBefore, tiles);
    this.#tilesBefore = tiles;
    return {
      light: lightOf(tiles),
      sharpness: sharpnessOf(tiles),
      glare: glareOf(tiles),
      edges: edgesAlong(picture, inPicture, MARGIN),
      motion,
    };
  }

  /**
   * @param {CanvasImageSource} source
   * @param {number} left
   * @param {number} top
   * @param {number} width
   * @param {number} height
   */
  #draw(source, left, top, width, height) {
    const scale = Math.min(1, LONG_EDGE_PX / Math.max(width, height));
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    const pen = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d", { alpha: false, willReadFrequently: true }));
    pen.imageSmoothingQuality = "medium";
    pen.drawImage(source, left, top, width, height, 0, 0, this.#canvas.width, this.#canvas.height);
    return GreyPicture.of(pen.getImageData(0, 0, this.#canvas.width, this.#canvas.height));
  }
}
