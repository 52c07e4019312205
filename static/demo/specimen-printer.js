import { findElement } from "../widget/find-element.js";
import { PortraitPicker } from "./portrait-picker.js";

/** Prints a specimen paper with the chosen portrait and shows it for download. */
export class SpecimenPrinter {
  /**
   * @param {Document} $document
   * @param {import("./merchant-backend.js").MerchantBackend} backend
   */
  constructor($document, backend) {
    this.backend = backend;
    this.$form = findElement($document, "[data-printer]", HTMLFormElement);
    this.$fault = findElement($document, "[data-printer-fault]", HTMLElement);
    this.$papers = findElement($document, "[data-papers]", HTMLElement);
    this.$paper = findElement($document, "[data-paper]", HTMLTemplateElement);
    this.$print = findElement(this.$form, "[data-action=print]", HTMLButtonElement);
    this.portrait = new PortraitPicker(this.$form, (message) => this.#tellFault(message));
    this.$form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#print();
    });
  }

  async #print() {
    this.$fault.hidden = true;
    this.$print.setAttribute("aria-disabled", "true");
    try {
      const form = new FormData(this.$form);
      this.portrait.addTo(form);
      const { front_url, back_url } = await this.backend.printSpecimen(form);
      const sides = /** @type {[string, string | null][]} */ ([["Front", front_url], ["Back", back_url ?? null]]);
      this.$papers.replaceChildren(...sides.flatMap(([side, url]) => (url ? [this.#paper(side, url)] : [])));
      this.$papers.hidden = false;
    } catch (error) {
      this.#tellFault(error instanceof Error ? error.message : "The specimen could not be printed.");
    } finally {
      this.$print.removeAttribute("aria-disabled");
    }
  }

  /**
   * @param {string} side
   * @param {string} url
   */
  #paper(side, url) {
    const $figure = findElement(/** @type {DocumentFragment} */ (this.$paper.content.cloneNode(true)), "figure", HTMLElement);
    const $image = findElement($figure, "img", HTMLImageElement);
    $image.src = url;
    $image.alt = `Specimen, ${side.toLowerCase()}`;
    findElement($figure, "b", HTMLElement).textContent = side;
    const $link = findElement($figure, "a", HTMLAnchorElement);
    $link.href = url;
    $link.download = `specimen-${side.toLowerCase()}.jpg`;
    $link.dataset.testid = `download-${side.toLowerCase()}`;
    return $figure;
  }

  /** @param {string} message */
  #tellFault(message) {
    this.$fault.textContent = message;
    this.$fault.hidden = false;
  }
}
