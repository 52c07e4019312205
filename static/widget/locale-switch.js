import { Catalogue } from "./catalogue.js";

const LOCALE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const SAID_IN_ATTRIBUTES = ["aria-label", "title", "placeholder"];

/**
 * Changes the language of a page that is open: the server renders the page anew in the other language, and its
 * words and step templates take the place of ours. The token, the session and the step stay.
 */
export class LocaleSwitch {
  /**
   * @param {Document} $document
   * @param {object} parts
   * @param {import("./catalogue.js").Catalogue} parts.catalogue
   * @param {() => void} parts.onChange shows the current step again
   */
  constructor($document, { catalogue, onChange }) {
    this.$document = $document;
    this.catalogue = catalogue;
    this.onChange = onChange;
    this.asked = 0;
  }

  /** @param {unknown} locale such as "ar"; an unknown language gets the server's next best */
  async to(locale) {
    if (typeof locale !== "string" || !LOCALE.test(locale) || locale === this.catalogue.locale) return;
    const asked = (this.asked += 1);
    const $other = await LocaleSwitch.#load(locale);
    if (!$other || asked !== this.asked || $other.documentElement.lang === this.catalogue.locale) return;
    this.#takeWords($other);
    this.onChange();
  }

  /**
   * A document request parses HTML without running it and without a sink that Trusted Types forbid.
   *
   * @param {string} locale
   * @returns {Promise<Document | null>}
   */
  static #load(locale) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("GET", `${window.location.pathname}?locale=${encodeURIComponent(locale)}`);
      request.responseType = "document";
      request.timeout = 20_000;
      request.onloadend = () => resolve(request.status === 200 ? request.responseXML : null);
      request.send();
    });
  }

  /** @param {Document} $other */
  #takeWords($other) {
    const { documentElement: $root } = this.$document;
    $root.lang = $other.documentElement.lang;
    $root.dir = $other.documentElement.dir;
    this.$document.title = $other.title;
    this.catalogue.change(Catalogue.textsOf($other), $other.documentElement.lang);
    for (const $template of this.$document.querySelectorAll("template[data-step-template]")) {
      const name = $template.getAttribute("data-step-template");
      const $translated = $other.querySelector(`template[data-step-template="${name}"]`);
      if ($translated) $template.replaceWith(this.$document.importNode($translated, true));
    }
    for (const part of [".kyc-header", ".kyc-trust", "[data-leave]"]) {
      const $part = this.$document.querySelector(part);
      const $translated = $other.querySelector(part);
      if ($part && $translated) LocaleSwitch.#copyWords($translated, $part);
    }
  }

  /**
   * Both come from one template, so that their elements answer to each other one by one.
   *
   * @param {Element} $from
   * @param {Element} $to
   */
  static #copyWords($from, $to) {
    for (const name of SAID_IN_ATTRIBUTES) {
      const said = $from.getAttribute(name);
      if (said !== null) $to.setAttribute(name, said);
    }
    const $words = [...$to.childNodes].filter(LocaleSwitch.#isText);
    [...$from.childNodes].filter(LocaleSwitch.#isText).forEach(($word, index) => {
      const $own = $words[index];
      if ($own) $own.textContent = $word.textContent;
    });
    [...$from.children].forEach(($child, index) => {
      const $own = $to.children[index];
      if ($own) LocaleSwitch.#copyWords($child, $own);
    });
  }

  /** @param {Node} $node */
  static #isText($node) {
    return $node.nodeType === Node.TEXT_NODE;
  }
}
