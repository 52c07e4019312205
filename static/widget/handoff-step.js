import { ApiError } from "./api-error.js";
import { HandoffTrack } from "./handoff-track.js";
import { StatusWatcher } from "./status-watcher.js";
import { Step } from "./step.js";

/** @type {Record<string, string>} what is shown while a handoff stands like this */
const PHASES = { waiting: "code", scanned: "choose", active: "phone", refused: "over", expired: "over" };
// The server does not let this user try again: a new code would only disappoint.
const FINAL = new Set(["handoff_not_allowed", "rate_limited"]);

/** The first device: shows the code, asks for the number, follows the phone, and takes back. */
export class HandoffStep extends Step {
  /** @type {StatusWatcher | null} */
  #watcher = null;
  #status = "";

  /** @override */
  connect() {
    this.track = new HandoffTrack(this.$root, this.context.catalogue);
    this.onAction("handoff-new", () => this.#begin());
    this.onAction("handoff-here", () => this.#takeBack());
    this.onAction("handoff-none", () => this.#choose(null));
    this.onAction("handoff-copy", () => this.#copy());
    this.onAction("handoff-choice", ($button) => this.#choose(Number($button.dataset.value)));
    if (this.#id) this.attend(() => this.#follow());
    else this.run(null, () => this.#begin());
  }

  /** @override */
  disconnect() {
    super.disconnect();
    this.#watcher?.stop();
  }

  /** @override */
  get back() {
    return () => this.run(null, () => this.#takeBack());
  }

  /** Of the handoff that is shown, or of the one by which a phone went on before this page was loaded. */
  get #id() {
    return this.input.handoff?.handoff_id ?? this.state.handoff?.handoff_id;
  }

  async #begin() {
    this.#watcher?.stop();
    this.#status = "";
    this.showPhase("loading");
    this.$root.classList.remove("kyc-step--centre");
    this.head(this.text("handoff.title"), this.text("handoff.lead"));
    try {
      const { data } = await this.context.api.post("/handoffs", {});
      // Kept with the input, so that the same code is there when the step is shown anew.
      this.input.handoff = data;
    } catch (error) {
      if (!(error instanceof ApiError) || error.isExpiredSession || error.isOutOfStep) throw error;
      return this.#end(error.textKey, !FINAL.has(error.code));
    }
    this.attend(() => this.#follow());
  }

  async #follow() {
    if (!this.isConnected) return;
    this.#watcher = new StatusWatcher(this.context.api, `/handoffs/${this.#id}?wait=25`);
    const watcher = this.#watcher;
    if (this.input.handoff) this.#showCode(this.input.handoff);
    await watcher.watch(async (news) => watcher === this.#watcher && this.#take(news ?? this.input.handoff));
  }

  /** @param {import("./types.js").Handoff | undefined} handoff answers whether to go on watching */
  #take(handoff) {
    if (!this.isConnected) return false;
    if (!handoff) return true;
    const { flow } = this.context;
    const { status, choices, state } = handoff;
    if (this.input.handoff) Object.assign(this.input.handoff, { status, choices, state });
    this.#tell(status);
    if (status === "taken_back" || (status === "active" && HandoffTrack.isOver(state))) {
      flow.show(state);
      return false;
    }
    if (status === "active") {
      flow.follow(state);
      this.track?.show(state);
    }
    if (status === "scanned") this.#offer(choices);
    if (status !== this.#status) this.#change(status);
    this.#tellRetry(handoff);
    return status !== "refused" && status !== "expired";
  }

  /** @param {import("./types.js").HandoffStatus} status */
  #change(status) {
    this.#status = status;
    if (PHASES[status] === "over") return this.#end(`handoff.${status}`, true);
    this.showPhase(PHASES[status]);
    const part = status === "waiting" ? "handoff" : `handoff.${PHASES[status]}`;
    this.head(this.text(`${part}.title`), this.text(`${part}.lead`));
    if (status !== "waiting") this.focusHeading();
  }

  /** @param {import("./types.js").Handoff} handoff */
  #tellRetry({ status, state }) {
    if (status === "active" && state.step === "retry") this.find("[data-lead]", HTMLElement).textContent = this.text("handoff.phone.retry");
  }

  /** @param {import("./types.js").HandoffStatus} status */
  #tell(status) {
    if (status !== this.#status) this.context.channel.emit("kyc.handoff", { status });
  }

  /** @param {import("./types.js").Handoff} handoff */
  #showCode({ link, qr_code: picture }) {
    this.find("[data-qr]", HTMLImageElement).src = picture ?? "";
    this.find("[data-link]", HTMLInputElement).value = link ?? "";
    this.find("[data-copied]", HTMLElement).textContent = "";
  }

  /** @param {number[]} choices */
  #offer(choices) {
    [...this.$root.querySelectorAll("[data-action=handoff-choice]")].forEach(($choice, index) => {
      if (!($choice instanceof HTMLElement)) return;
      $choice.dataset.value = String(choices[index]);
      // Plain digits: the other device may write this language's numbers differently.
      $choice.textContent = String(choices[index]);
    });
  }

  /** @param {number | null} number */
  async #choose(number) {
    const { data } = await this.context.api.post(`/handoffs/${this.#id}/choice`, { number });
    this.#take(data);
  }

  async #takeBack() {
    const { api, flow } = this.context;
    this.#watcher?.stop();
    this.#watcher = null;
    if (!this.#id || PHASES[this.#status] === "over") return flow.refresh();
    const { data } = await api.post(`/handoffs/${this.#id}/take-back`, {});
    this.#tell(data.status);
    flow.show(data.state);
  }

  /**
   * @param {string} key
   * @param {boolean} mayTryAgain
   */
  #end(key, mayTryAgain) {
    this.#watcher?.stop();
    this.head(this.text(`${key}.title`), this.text(`${key}.text`));
    for (const $new of this.$root.querySelectorAll("[data-new-code]")) {
      if ($new instanceof HTMLElement) $new.hidden = !mayTryAgain;
    }
    this.showPhase("over");
    this.$root.classList.add("kyc-step--centre");
    this.focusHeading();
  }

  /** A frame of another site may not use the clipboard's own interface; the old command works on a selected text. */
  async #copy() {
    const $link = this.find("[data-link]", HTMLInputElement);
    $link.focus();
    $link.select();
    const isCopied = await navigator.clipboard.writeText($link.value).then(
      () => true,
      () => document.execCommand("copy"),
    );
    const said = this.text(isCopied ? "handoff.copied" : "handoff.copy_by_hand");
    this.find("[data-copied]", HTMLElement).textContent = said;
    this.context.announcer.say(said);
  }
}
