import { findElement } from "./find-element.js";

/** The header's two buttons and the question before leaving. */
export class ShellHeader {
  /** @type {(() => void) | null} */
  #back = null;

  /**
   * @param {Document} $document
   * @param {{onLeave: () => void, mustAsk: () => boolean}} options
   */
  constructor($document, { onLeave, mustAsk }) {
    this.onLeave = onLeave;
    this.mustAsk = mustAsk;
    this.$back = findElement($document, "[data-back]", HTMLButtonElement);
    this.$close = findElement($document, "[data-close]", HTMLButtonElement);
    this.$dialog = findElement($document, "[data-leave]", HTMLDialogElement);
    this.$back.addEventListener("click", () => this.#back?.());
    this.$close.addEventListener("click", () => this.askToLeave());
    $document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.$close.hidden || this.$dialog.open) return;
      // The same key would close the question in the moment it opens.
      event.preventDefault();
      this.askToLeave();
    });
    findElement(this.$dialog, "[data-action=leave-stay]", HTMLElement).addEventListener("click", () => this.$dialog.close());
    findElement(this.$dialog, "[data-action=leave-confirm]", HTMLElement).addEventListener("click", () => {
      this.$dialog.close();
      this.onLeave();
    });
  }

  /** @param {boolean} isShown a top-level page has nobody to close it */
  showClose(isShown) {
    this.$close.hidden = !isShown;
  }

  /** @param {(() => void) | null} handler */
  setBack(handler) {
    this.#back = handler;
    this.$back.hidden = handler === null;
  }

  askToLeave() {
    if (this.mustAsk()) this.$dialog.showModal();
    else this.onLeave();
  }
}
