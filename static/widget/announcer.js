import { findElement } from "./find-element.js";

/** Says things to those who listen to the page, and shows the state of the line to everybody. */
export class Announcer {
  /** @param {Document} $document */
  constructor($document) {
    this.$polite = findElement($document, "[data-announce=polite]", HTMLElement);
    this.$assertive = findElement($document, "[data-announce=assertive]", HTMLElement);
    this.$toast = findElement($document, "[data-toast]", HTMLElement);
    this.$toastText = findElement($document, "[data-toast-text]", HTMLElement);
  }

  /**
   * @param {string} sentence
   * @param {{urgent?: boolean}} [options]
   */
  say(sentence, { urgent = false } = {}) {
    const $region = urgent ? this.$assertive : this.$polite;
    // Screen readers skip a region whose text did not change.
    $region.textContent = $region.textContent === sentence ? `${sentence}\u00a0` : sentence;
  }

  /** @param {string | null} sentence null takes it away */
  toast(sentence) {
    this.$toast.hidden = sentence === null;
    if (sentence !== null) this.$toastText.textContent = sentence;
  }
}
