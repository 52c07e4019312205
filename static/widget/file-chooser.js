// Longer than any chooser takes to appear; a chooser that is there has the focus, or hides the page.
const NOTHING_OPENED_MS = 4_000;
// Some browsers hand the file over a while after the page has the focus again.
const CAME_BACK_MS = 3_000;

/**
 * The system's file chooser. In web views it may never appear, or be closed without a word to the page: both are told,
 * because to the user it is a button that does nothing.
 */
export class FileChooser {
  #timer = 0;
  #wasAway = false;

  /**
   * @param {HTMLInputElement} $input
   * @param {object} told
   * @param {(file: File) => unknown} told.onFile
   * @param {() => void} told.onNothing no file came, and nobody said that none would
   */
  constructor($input, { onFile, onNothing }) {
    this.$input = $input;
    this.onNothing = onNothing;
    $input.addEventListener("change", () => {
      this.stop();
      const file = $input.files?.[0];
      if (file) onFile(file);
    });
    $input.addEventListener("cancel", () => this.stop());
  }

  /** Opens it; must be called in the click itself. */
  open() {
    this.stop();
    this.$input.value = "";
    this.#wasAway = false;
    this.#wait(NOTHING_OPENED_MS);
    this.$input.click();
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** @param {number} ms */
  #wait(ms) {
    this.#timer = window.setTimeout(() => this.#look(), ms);
  }

  #look() {
    const isAway = document.hidden || !document.hasFocus();
    if (!isAway && !this.#wasAway) return this.onNothing();
    // While somebody chooses there is no hurry; once they are back the file must come.
    if (!isAway) this.#timer = window.setTimeout(() => this.onNothing(), CAME_BACK_MS);
    else this.#wait(1_000);
    this.#wasAway = true;
  }
}
