import { ApiError } from "./api-error.js";
import { findElement } from "./find-element.js";

/** @type {Record<string, string>} which template shows the server's step */
const TEMPLATES = {
  document_front: "document_capture",
  document_back: "document_capture",
  submit: "processing",
  verified: "result_verified",
  retry: "result_retry",
  rejected: "result_rejected",
};
const SUBMITTED_STEPS = new Set(["processing", "in_review", "verified", "retry", "rejected"]);

/** Shows the step that the server names. It keeps no state of its own: a reload lands where the server is. */
export class Flow {
  /** @type {import("./step.js").Step | null} */
  #step = null;
  /** @type {import("./types.js").WidgetState | null} */
  #state = null;
  #shownName = "launch";
  /** @type {import("./types.js").StepContext} */
  #context;

  /**
   * @param {object} parts
   * @param {Omit<import("./types.js").StepContext, "flow">} parts.tools
   * @param {Record<string, typeof import("./step.js").Step>} parts.steps
   * @param {import("./progress-bar.js").ProgressBar} parts.progress
   * @param {import("./shell-header.js").ShellHeader} parts.header
   * @param {HTMLElement} parts.$host
   */
  constructor({ tools, steps, progress, header, $host }) {
    this.#context = { ...tools, flow: this };
    this.steps = steps;
    this.progress = progress;
    this.header = header;
    this.$host = $host;
  }

  /** The verification has been handed in: leaving now loses nothing and ends nothing. */
  get isSubmitted() {
    return this.#state !== null && SUBMITTED_STEPS.has(this.#state.step);
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
    this.render(TEMPLATES[state.step] ?? state.step, { state, returning });
  }

  /** Shows the choice of the document again without asking the server to forget anything. */
  chooseDocument() {
    this.render("document_type", { state: this.#state });
  }

  /** @param {ApiError} error */
  fail(error) {
    if (error.isExpiredSession) return this.expire();
    this.#context.channel.emit("kyc.error", { code: error.code });
    this.render("error", { state: this.#state, error });
  }

  expire() {
    this.#context.channel.emit("kyc.token_expiring", { expired: true });
    this.render("session_expired", { state: this.#state });
  }

  /**
   * @param {string} name
   * @param {import("./types.js").StepInput} input
   */
  render(name, input) {
    this.#step?.disconnect();
    const $template = findElement(document, `[data-step-template="${name}"]`, HTMLTemplateElement);
    this.$host.replaceChildren($template.content.cloneNode(true));
    const $root = findElement(this.$host, "[data-step]", HTMLElement);
    const StepClass = this.steps[name];
    this.#step = new StepClass($root, this.#context, input);
    for (const $part of $root.querySelectorAll("[data-embedded-only]")) {
      if ($part instanceof HTMLElement) $part.hidden = !this.#context.config.isEmbedded;
    }
    this.#step.connect();
    this.progress.moveTo(name);
    this.header.setBack(this.#step.back);
    this.$host.removeAttribute("aria-busy");
    this.#shownName = name;
    this.#step.focusHeading();
    this.#context.channel.emit("kyc.step_started", { step: input.state?.step ?? name });
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
    if (before?.kyc_status !== after.kyc_status) channel.emit("kyc.status_changed", { status: after.kyc_status });
    if (after.step === "retry" && before?.step !== "retry") channel.emit("kyc.retry_available", {});
  }
}
