/**
 * The middle of the video in the given shape, in its own pixels.
 *
 * @param {HTMLVideoElement} $video
 * @param {number} aspect width over height
 */
export function middleOf({ videoWidth, videoHeight }, aspect) {
  return { width: Math.min(videoWidth, videoHeight * aspect), height: Math.min(videoHeight, videoWidth / aspect) };
}

/** The 4:3 that most cameras give; upright when the phone is. @param {HTMLVideoElement} $video */
export function presenceAspect({ videoWidth, videoHeight }) {
  return videoWidth >= videoHeight ? 4 / 3 : 3 / 4;
}

/** Takes still pictures from a video as JPEG, never mirrored. */
export class FrameGrabber {
  #canvas = document.createElement("canvas");

  /** @param {HTMLVideoElement} $video */
  constructor($video) {
    this.$video = $video;
  }

  /**
   * The centre of the picture in the given shape, at the camera's own resolution or smaller.
   *
   * @param {object} options
   * @param {number} options.aspect width over height
   * @param {number} [options.longEdgePx]
   * @param {number} [options.quality]
   * @returns {Promise<Blob>}
   */
  grab({ aspect, longEdgePx = Infinity, quality = 0.92 }) {
    const { videoWidth, videoHeight } = this.$video;
    const { width, height } = middleOf(this.$video, aspect);
    const scale = Math.min(1, longEdgePx / Math.max(width, height));
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    const pen = this.#canvas.getContext("2d", { alpha: false });
    const [left, top] = [(videoWidth - width) / 2, (videoHeight - height) / 2];
    pen?.drawImage(this.$video, left, top, width, height, 0, 0, this.#canvas.width, this.#canvas.height);
    return new Promise((resolve, reject) => {
      this.#canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", quality);
    });
  }
}
