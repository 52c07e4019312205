/** @type {Record<string, number>} which part of the way a step belongs to */
const PARTS = { consent: 0, document_type: 0, document_front: 0, document_back: 0, selfie: 1, proof_of_address: 2, submit: 3 };

/** How far the phone has come, as a short list that fills up. */
export class HandoffTrack {
  /**
   * @param {ParentNode} $root
   * @param {import("./catalogue.js").Catalogue} catalogue
   */
  constructor($root, catalogue) {
    this.$parts = [...$root.querySelectorAll("[data-track]")];
    this.catalogue = catalogue;
  }

  /** The phone has nothing to do any more. @param {import("./types.js").WidgetState} state */
  static isOver({ step }) {
    return step !== "retry" && !(step in PARTS);
  }

  /** @param {import("./types.js").WidgetState} state */
  show(state) {
    const now = PARTS[state.step] ?? -1;
    this.$parts.forEach(($part, index) => {
      if (!($part instanceof HTMLElement)) return;
      const place = index < now ? "done" : index === now ? "now" : "next";
      $part.dataset.track = place;
      $part.hidden = index === PARTS.proof_of_address && state.proof_of_address === null;
      if (place === "now") $part.setAttribute("aria-current", "step");
      else $part.removeAttribute("aria-current");
    });
  }
}
