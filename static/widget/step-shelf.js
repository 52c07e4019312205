import { ApiError } from "./api-error.js";

const TIMEOUT_MS = 30_000;

/** The code of each step: that of the first ones is here, that of the others comes later, and its looks with it. */
export class StepShelf {
  /** @type {Promise<void> | null} */
  #loading = null;
  #attempts = 0;

  /**
   * @param {Record<string, typeof import("./step.js").Step>} steps those that are here
   * @param {{steps: string, looks: string}} later addresses of the script and the style sheet of the others
   */
  constructor(steps, later) {
    this.steps = steps;
    this.later = later;
  }

  /** @param {string} name @returns {typeof import("./step.js").Step | undefined} undefined until the others are here */
  get(name) {
    return this.steps[name];
  }

  /**
   * Fetches the others, once; after a failure again.
   *
   * @throws {ApiError} as a request does that gets no answer
   */
  load() {
    this.#loading ??= this.#fetch().catch(() => {
      this.#loading = null;
      throw new ApiError(0, "network");
    });
    return this.#loading;
  }

  /** Before anybody needs them; a failure is told when somebody does. */
  loadAhead() {
    this.load().catch(() => {});
  }

  async #fetch() {
    // Browsers that remember a failed import by its address would never ask again.
    const again = this.#attempts ? `&again=${this.#attempts}` : "";
    this.#attempts += 1;
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), TIMEOUT_MS));
    const both = Promise.all([import(this.later.steps + again), StepShelf.#dress(this.later.looks)]);
    const [{ LATER_STEPS }] = await Promise.race([both, late]);
    Object.assign(this.steps, LATER_STEPS);
  }

  /** @param {string} address */
  static #dress(address) {
    return new Promise((resolve, reject) => {
      const $sheet = document.createElement("link");
      $sheet.rel = "stylesheet";
      $sheet.onload = resolve;
      $sheet.onerror = () => {
        $sheet.remove();
        reject(new Error("no looks"));
      };
      $sheet.href = address;
      // After the usual looks, before what the partner's theme changes of them.
      document.querySelector('link[rel="stylesheet"]')?.after($sheet);
    });
  }
}
