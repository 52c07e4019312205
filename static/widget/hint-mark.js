import { middleOf, presenceAspect } from "./frame-grabber.js";

/** A frame on the mirror around what a hint is about: another face, something before the eyes. */
export class HintMark {
  /**
   * @param {HTMLElement} $mark over the video, whose picture fills it
   * @param {HTMLVideoElement} $video
   */
  constructor($mark, $video) {
    this.$mark = $mark;
    this.$video = $video;
  }

  /** @param {import("./types.js").Region | null} region of the frame as it was sent, which is not mirrored */
  show(region) {
    this.$mark.hidden = !region;
    if (!region) return;
    const { videoWidth, videoHeight, clientWidth, clientHeight } = this.$video;
    const sent = middleOf(this.$video, presenceAspect(this.$video));
    const scale = Math.max(clientWidth / videoWidth, clientHeight / videoHeight);
    const [width, height] = [region.width * sent.width * scale, region.height * sent.height * scale];
    const left = clientWidth / 2 - (region.x + region.width - 0.5) * sent.width * scale;
    const top = clientHeight / 2 + (region.y - 0.5) * sent.height * scale;
    Object.assign(this.$mark.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  }
}
