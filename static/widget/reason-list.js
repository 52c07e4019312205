import { findElement } from "./find-element.js";

/** Tells each reason in the user's words, and marks its place on the user's own picture when it has one. */
export class ReasonList {
  /**
   * @param {ParentNode} $root
   * @param {import("./catalogue.js").Catalogue} catalogue
   */
  constructor($root, catalogue) {
    this.catalogue = catalogue;
    this.$list = findElement($root, "[data-reasons]", HTMLElement);
    this.$item = findElement($root, "[data-reason-item]", HTMLTemplateElement);
  }

  /** @param {import("./types.js").Reason[]} reasons */
  show(reasons) {
    const titles = new Set();
    const shown = reasons.filter((reason) => {
      const { title } = this.catalogue.reason(reason.code);
      return !titles.has(title) && titles.add(title);
    });
    this.$list.replaceChildren(...shown.map((reason, index) => this.#line(reason, index)));
    this.$list.hidden = shown.length === 0;
    return shown;
  }

  clear() {
    this.show([]);
  }

  /**
   * @param {import("./types.js").Reason} reason
   * @param {number} index
   */
  #line(reason, index) {
    const $line = findElement(/** @type {DocumentFragment} */ (this.$item.content.cloneNode(true)), "li", HTMLLIElement);
    const { title, action } = this.catalogue.reason(reason.code);
    $line.dataset.reasonCode = reason.code;
    findElement($line, "[data-reason-mark]", HTMLElement).textContent = reason.region ? String(index + 1) : "!";
    findElement($line, "[data-reason-title]", HTMLElement).textContent = title;
    findElement($line, "[data-reason-action]", HTMLElement).textContent = action;
    return $line;
  }

  /**
   * @param {HTMLElement} $layer an empty element over the picture
   * @param {import("./types.js").Reason[]} reasons
   */
  static mark($layer, reasons) {
    const $marks = reasons.flatMap(({ region }, index) => {
      if (!region) return [];
      const $mark = document.createElement("div");
      $mark.className = "kyc-picture__region";
      $mark.style.left = `${region.x * 100}%`;
      $mark.style.top = `${region.y * 100}%`;
      $mark.style.width = `${region.width * 100}%`;
      $mark.style.height = `${region.height * 100}%`;
      const $number = document.createElement("span");
      $number.textContent = String(index + 1);
      $mark.append($number);
      return [$mark];
    });
    $layer.replaceChildren(...$marks);
  }
}
