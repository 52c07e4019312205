/** The sentences of one language, by key. */
export class Catalogue {
  #texts;

  /**
   * @param {Record<string, string>} texts
   * @param {string} locale
   */
  constructor(texts, locale) {
    this.#texts = texts;
    this.locale = locale;
  }

  /**
   * @param {Document} $document a page of the widget
   * @returns {Record<string, string>}
   */
  static textsOf($document) {
    return JSON.parse($document.querySelector("#kyc-texts")?.textContent ?? "{}");
  }

  /**
   * Speaks another language from now on.
   *
   * @param {Record<string, string>} texts
   * @param {string} locale
   */
  change(texts, locale) {
    this.#texts = texts;
    this.locale = locale;
  }

  /**
   * The sentence with `{name}` replaced; the key itself when there is none, so that a gap is seen and not hidden.
   *
   * @param {string} key
   * @param {Record<string, string | number>} [params]
   */
  text(key, params = {}) {
    const sentence = this.#texts[key] ?? key;
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
  }

  /** @param {string} key */
  has(key) {
    return key in this.#texts;
  }

  /**
   * The first key that has a sentence.
   *
   * @param {string[]} keys
   */
  firstOf(keys) {
    return this.text(keys.find((key) => this.has(key)) ?? keys[keys.length - 1]);
  }

  /**
   * What was wrong and what to do, for a reason code; an unknown code gets the general sentence.
   *
   * @param {string} code
   */
  reason(code) {
    const known = this.has(`reason.${code}.title`) ? code : "other";
    return { title: this.text(`reason.${known}.title`), action: this.text(`reason.${known}.action`) };
  }

  /** @param {string} instant RFC 3339 */
  time(instant) {
    return new Intl.DateTimeFormat(this.locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
  }
}
