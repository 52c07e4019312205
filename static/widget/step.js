import { ApiError } from "./api-error.js";
import { findElement } from "./find-element.js";

/** One step on the screen: born from its template, connected, disconnected when the next one comes. */
export class Step {
  /** @type {boolean} */
  #isBusy = false;

  /**
   * @param {HTMLElement} $root
   * @param {import("./types.js").StepContext} context
   * @param {import("./types.js").StepInput} input
   */
  constructor($root, context, input) {
    this.$root = $root;
    this.context = context;
    this.input = input;
    this.isConnected = true;
  }

  /** Wires the step; the template already shows it. */
  connect() {}

  /** Lets go of everything that outlives the elements: camera, timers, requests. */
  disconnect() {
    this.isConnected = false;
  }

  /** What the header's back button does here; null hides it. @returns {(() => void) | null} */
  get back() {
    return null;
  }

  get state() {
    if (!this.input.state) throw new TypeError("this step needs a state");
    return this.input.state;
  }

  /**
   * @template {Element} T
   * @param {string} selector
   * @param {new () => T} Type
   */
  find(selector, Type) {
    return findElement(this.$root, selector, Type);
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [params]
   */
  text(key, params) {
    return this.context.catalogue.text(key, params);
  }

  /**
   * Runs the handler inside the click itself: a camera may be opened only there.
   *
   * @param {string} action
   * @param {($button: HTMLElement) => unknown} handler
   */
  onAction(action, handler) {
    for (const $button of this.$root.querySelectorAll(`[data-action="${action}"]`)) {
      if ($button instanceof HTMLElement) $button.addEventListener("click", () => this.run($button, handler));
    }
  }

  /**
   * @param {HTMLElement | null} $button
   * @param {($button: HTMLElement) => unknown} handler
   */
  async run($button, handler) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.hideAlert();
    $button?.setAttribute("aria-disabled", "true");
    try {
      await handler($button ?? this.$root);
    } catch (error) {
      await this.#recover(error);
    } finally {
      this.#isBusy = false;
      $button?.removeAttribute("aria-disabled");
    }
  }

  /**
   * Does what lasts as long as the step is shown, and leaves the buttons free meanwhile.
   *
   * @param {() => Promise<unknown>} task
   */
  async attend(task) {
    try {
      await task();
    } catch (error) {
      await this.#recover(error);
    }
  }

  /** @param {unknown} error */
  async #recover(error) {
    if (!(error instanceof ApiError)) throw error;
    if (!this.isConnected) return;
    if (error.isExpiredSession) return this.context.flow.expire(error);
    if (error.isOutOfStep) return this.context.flow.refresh();
    this.context.channel.emit("kyc.error", { code: error.code });
    const key = this.faultKey(error);
    this.showAlert(this.text(`${key}.title`), this.text(`${key}.text`));
  }

  /**
   * The key of the sentences that tell of a fault here.
   *
   * @param {ApiError} error
   */
  faultKey(error) {
    return error.textKey;
  }

  /**
   * @param {string} title
   * @param {string} sentence
   */
  showAlert(title, sentence) {
    const $alert = this.find("[data-alert]", HTMLElement);
    this.find("[data-alert-title]", HTMLElement).textContent = title;
    this.find("[data-alert-text]", HTMLElement).textContent = sentence;
    $alert.hidden = false;
    // Who was sent back here starts from what is wrong, and not from the button that did not do it.
    $alert.focus({ preventScroll: true });
    $alert.scrollIntoView({ block: "nearest" });
  }

  hideAlert() {
    const $alert = this.$root.querySelector("[data-alert]");
    if ($alert instanceof HTMLElement) $alert.hidden = true;
  }

  /** @param {string} phase shows the parts of this phase and hides the others */
  showPhase(phase) {
    for (const $part of this.$root.querySelectorAll("[data-phase]")) {
      if ($part instanceof HTMLElement) $part.hidden = $part.dataset.phase !== phase;
    }
  }

  /**
   * @param {string} title
   * @param {string} lead
   */
  head(title, lead) {
    this.find("[data-heading]", HTMLElement).textContent = title;
    this.find("[data-lead]", HTMLElement).textContent = lead;
  }

  /** @param {{scrolls?: boolean}} [options] */
  focusHeading({ scrolls = true } = {}) {
    this.find("[data-heading]", HTMLElement).focus({ preventScroll: true });
    if (scrolls) this.$root.scrollIntoView({ block: "start" });
  }
}
