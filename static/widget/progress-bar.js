const SEGMENTS = 4;
/** @type {Record<string, [number, boolean]>} segment (from 0) and whether it is filled */
const POSITIONS = {
  consent: [0, false],
  document_type: [1, false],
  document_capture: [1, false],
  selfie: [2, false],
  proof_of_address: [2, false],
  processing: [3, false],
  in_review: [3, false],
  result_verified: [3, true],
  result_retry: [3, false],
  result_rejected: [3, true],
};

/** How far along the way the user is. */
export class ProgressBar {
  /**
   * @param {HTMLElement} $element
   * @param {import("./catalogue.js").Catalogue} catalogue
   */
  constructor($element, catalogue) {
    this.$element = $element;
    this.catalogue = catalogue;
  }

  /** @param {string} step */
  moveTo(step) {
    const [current, isFilled] = POSITIONS[step] ?? [-1, false];
    [...this.$element.children].forEach(($segment, index) => {
      $segment.classList.toggle("kyc-progress__segment--done", index < current || (index === current && isFilled));
      $segment.classList.toggle("kyc-progress__segment--now", index === current && !isFilled);
    });
    this.$element.setAttribute("aria-valuenow", String(current + 1));
    const params = { step: Math.max(current + 1, 1), total: SEGMENTS };
    this.$element.setAttribute("aria-valuetext", this.catalogue.text("shell.progress_step", params));
  }
}
