import { ApiError } from "./api-error.js";
import { findElement } from "./find-element.js";
import { TakeBackWatch } from "./take-back-watch.js";

/** @type {Record<string, string>} which template shows the server's step */
const TEMPLATES = {
  document_front: "document_capture",
  document_back: "document_capture",
  submit: "processing",
  verified: "result_verified",
  retry: "result_retry",
  rejected: "result_rejected",
};
/** Where there is something to do for whoever holds the device that goes on. */
const isUnfinished = (/** @type {import("./types.js").StateStep} */ step) => step === "retry" || !SUBMITTED_STEPS.has(step);
const SUBMITTED_STEPS = new Set(["processing", "in_review", "verified", "retry", "rejected"]);

/** Shows the step that the server names. It keeps no state of its own: a reload lands where the server is. */
export class Flow {
  /** @type {import("./step.js").Step | null} */
  #step = null;
  /** @type {import("./types.js").WidgetState | null} */
  #state = null;
  #shownName = "launch";
  /** @type {import("./types.js").StepInput | null} */
  #shownInput = null;
  /** @type {TakeBackWatch | null} */
  #takeBackWatch = null;
  /** @type {import("./types.js").StepContext} */
  #context;

  /**
   * @param {object} parts
   * @param {Omit<import("./types.js").StepContext, "flow">} parts.tools
   * @param {import("./step-shelf.js").StepShelf} parts.steps
   * @param {import("./progress-bar.js").ProgressBar} parts.progress
   * @param {import("./shell-header.js").ShellHeader} parts.header
   * @param {import("./opening.js").Opening} parts.opening
   * @param {HTMLElement} parts.$host
   */
  constructor({ tools, steps, progress, header, opening, $host }) {
    this.#context = { ...tools, flow: this };
    this.steps = steps;
    this.progress = progress;
    this.header = header;
    this.opening = opening;
    this.$host = $host;
  }

  /** The verification has been handed in: leaving now loses nothing and ends nothing. */
  get isSubmitted() {
    return this.#state !== null && SUBMITTED_STEPS.has(this.#state.step);
  }

  get kycStatus() {
    return this.#state?.kyc_status ?? "not_started";
  }

  get stepName() {
    return this.#state?.step ?? "launch";
  }

  /** Asks the server where we are and shows it. @param {{returning?: boolean}} [options] */
  async refresh(options) {
    try {
      const answer = await this.#context.api.get("/state");
      this.show(answer.data.state ?? answer.data, options);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.fail(error);
    }
  }

  /**
   * @param {import("./types.js").WidgetState} state
   * @param {{returning?: boolean}} [options]
   */
  show(state, { returning = false } = {}) {
    this.#tellChanges(this.#state, state);
    this.#state = state;
    const isElsewhere = state.handoff?.is_phone === false && isUnfinished(state.step);
    this.render(isElsewhere ? "handoff" : Flow.#templateOf(state), { state, returning });
    this.#watchTakeBack(state);
  }

  /** Another device went on: the host page learns of it, the screen stays. @param {import("./types.js").WidgetState} state */
  follow(state) {
    this.#tellChanges(this.#state, state);
    const isNew = this.#state?.step !== state.step;
    this.#state = state;
    this.progress.moveTo(Flow.#templateOf(state));
    if (isNew) this.#context.channel.emit("kyc.step_started", { step: state.step });
  }

  /** Shows the way to a phone; nothing is lost by looking. */
  handOver() {
    this.render("handoff", { state: this.#state });
  }

  /** Shows the choice of the document again without asking the server to forget anything. */
  chooseDocument() {
    this.render("document_type", { state: this.#state });
  }

  /** @param {ApiError} error */
  fail(error) {
    if (error.isExpiredSession) return this.expire(error);
    this.#context.channel.emit("kyc.error", { code: error.code });
    this.render("error", { state: this.#state, error });
  }

  /** @param {ApiError} [error] */
  expire(error) {
    this.#takeBackWatch?.stop();
    if (error?.isContinuedElsewhere) return this.render("continued_elsewhere", { state: this.#state });
    this.#context.channel.emit("kyc.token_expiring", { expired: true });
    this.render("session_expired", { state: this.#state });
  }

  /**
   * @param {string} name
   * @param {import("./types.js").StepInput} input
   */
  render(name, input) {
    this.#shownInput = input;
    this.#shownName = name;
    this.#step?.disconnect();
    const StepClass = this.steps.get(name);
    if (!StepClass) return void this.#renderLater(name, input);
    const isThere = this.#takeOver(name);
    const $root = findElement(this.$host, "[data-step]", HTMLElement);
    this.#step = new StepClass($root, this.#context, input);
    const { config, wayBack } = this.#context;
    this.header.showClose(config.isEmbedded || wayBack.isOffered);
    for (const $part of $root.querySelectorAll("[data-embedded-only], [data-way-back]")) {
      if ($part instanceof HTMLElement) $part.hidden = !("wayBack" in $part.dataset ? wayBack.isOffered : config.isEmbedded);
    }
    this.#step.onAction("return", () => this.header.onLeave());
    this.#step.connect();
    this.progress.moveTo(name === "handoff" && input.state ? Flow.#templateOf(input.state) : name);
    this.header.setBack(this.#step.back);
    this.$host.removeAttribute("aria-busy");
    // Who reads the page already is not moved; who does something there is not taken away from it.
    if (!isThere || document.activeElement === document.body) this.#step.focusHeading({ scrolls: !isThere });
    if (isThere) this.opening.hand();
    // Looking for a phone is no step of its own.
    if (name !== "handoff") this.#context.channel.emit("kyc.step_started", { step: input.state?.step ?? name });
    this.steps.loadAhead();
  }

  /**
   * A step whose code is still on the line.
   *
   * @param {string} name
   * @param {import("./types.js").StepInput} input
   */
  async #renderLater(name, input) {
    // The step before has nothing more to take, and must not look as if it had.
    this.#takeOver("launch");
    this.$host.setAttribute("aria-busy", "true");
    try {
      await this.steps.load();
      if (this.#shownInput === input) this.render(name, input);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#shownInput === input) this.fail(error);
    }
  }

  /**
   * Puts the step's elements in their place, unless the server wrote them into the page.
   *
   * @param {string} name
   */
  #takeOver(name) {
    const isThere = this.$host.dataset.opening === name;
    delete this.$host.dataset.opening;
    if (isThere) return true;
    const $template = findElement(document, `[data-step-template="${name}"]`, HTMLTemplateElement);
    this.$host.replaceChildren($template.content.cloneNode(true));
    return false;
  }

  /** The same step anew, for instance in another language. */
  showAgain() {
    // What the server wrote into the page is in the language of the page.
    delete this.$host.dataset.opening;
    if (this.#shownInput) this.render(this.#shownName, this.#shownInput);
  }

  /** On the phone, while it has something to do. @param {import("./types.js").WidgetState} state */
  #watchTakeBack(state) {
    this.#takeBackWatch?.stop();
    if (!state.handoff?.is_phone || !isUnfinished(state.step)) return;
    this.#takeBackWatch = new TakeBackWatch(this.#context.api, state.handoff.handoff_id);
    this.#takeBackWatch.run((error) => this.expire(error));
  }

  /** @param {import("./types.js").WidgetState} state */
  static #templateOf(state) {
    return TEMPLATES[state.step] ?? state.step;
  }

  get shownName() {
    return this.#shownName;
  }

  /**
   * @param {import("./types.js").WidgetState | null} before
   * @param {import("./types.js").WidgetState} after
   */
  #tellChanges(before, after) {
    const { channel } = this.#context;
    if (before && before.step !== after.step) channel.emit("kyc.step_completed", { step: before.step });
    const isHandedIn = before && !SUBMITTED_STEPS.has(before.step) && SUBMITTED_STEPS.has(after.step);
    if (isHandedIn) channel.emit("kyc.submitted", {});
    if (before?.kyc_status !== after.kyc_status) channel.emit("kyc.status_changed", { status: after.kyc_status });
    if (after.step === "retry" && before?.step !== "retry") channel.emit("kyc.retry_available", {});
  }
}
