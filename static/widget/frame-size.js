/** Tells the host page how tall the content is, so that an inline frame needs no scroll bar of its own. */
export class FrameSize {
  /**
   * @param {HTMLElement} $shell
   * @param {import("./parent-channel.js").ParentChannel} channel
   */
  constructor($shell, channel) {
    this.heightPx = 0;
    this.observer = new ResizeObserver(() => {
      const heightPx = Math.ceil($shell.getBoundingClientRect().height);
      if (heightPx === this.heightPx) return;
      this.heightPx = heightPx;
      channel.emit("kyc.resize", { height: heightPx });
    });
    this.observer.observe($shell);
  }
}
