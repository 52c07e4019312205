import { findElement } from "./find-element.js";
import { HintMark } from "./hint-mark.js";
import { nudge } from "./nudge.js";

const SAME_HINT_AGAIN_MS = 4_000;

/** One instruction at a time: the sentence, said if wished, a buzz, the arrow on the mirror's side, the ring, a hint. */
export class PresenceView {
  #saidHint = "";
  #saidAtMs = 0;

  /**
   * @param {ParentNode} $root
   * @param {import("./types.js").StepContext} context
   * @param {import("./voice.js").Voice} voice
   */
  constructor($root, { catalogue, announcer }, voice) {
    this.voice = voice;
    this.catalogue = catalogue;
    this.announcer = announcer;
    this.$prompt = findElement($root, "[data-prompt]", HTMLElement);
    this.$hint = findElement($root, "[data-hint]", HTMLElement);
    this.$view = findElement($root, "[data-view]", HTMLElement);
    this.$ring = findElement($root, "[data-ring]", SVGElement);
    this.$waiting = findElement($root, "[data-waiting]", HTMLElement);
    const $video = findElement($root, "[data-video]", HTMLVideoElement);
    this.mark = new HintMark(findElement($root, "[data-hint-mark]", HTMLElement), $video);
  }

  /** The camera has been asked for. */
  wait() {
    this.$view.dataset.promptCode = "";
    this.$prompt.textContent = this.catalogue.text("prompt.starting");
    this.$hint.textContent = "";
    this.mark.show(null);
    this.$waiting.textContent = this.catalogue.text("camera.waiting");
    this.$waiting.hidden = false;
    this.#fill(0);
    this.$view.scrollIntoView({ block: "center" });
  }

  /** The browser has not answered for a while. */
  slow() {
    this.$waiting.textContent = this.catalogue.text("camera.slow");
  }

  /** The picture is there. */
  begin() {
    this.$waiting.hidden = true;
  }

  /** Nothing of it is left on the screen. */
  end() {
    this.#light(null);
  }

  /** @param {import("./types.js").FrameAnswer} answer */
  show(answer) {
    this.#light(answer.light);
    if (answer.status === "failed") return;
    const isMet = answer.status === "met";
    this.#fill(isMet ? 1 : answer.prompt_index / answer.prompts_total);
    this.#prompt(isMet ? "met" : answer.prompt);
    this.#hint(isMet ? null : answer.hint);
    this.mark.show(isMet ? null : answer.hint_region);
  }

  /** The whole page, for the face to give back. @param {string | null} colour */
  #light(colour) {
    const $page = document.documentElement;
    $page.toggleAttribute("data-light", Boolean(colour));
    $page.style.setProperty("--kyc-light", colour ?? "transparent");
  }

  /** @param {number} share of the challenge, 0 to 1 */
  #fill(share) {
    this.$ring.style.strokeDashoffset = String(100 - share * 100);
  }

  /** @param {string} code */
  #prompt(code) {
    if (this.$view.dataset.promptCode === code) return;
    this.$view.dataset.promptCode = code;
    this.$prompt.textContent = this.catalogue.text(code === "met" ? "selfie.done" : `prompt.${code}`);
    this.announcer.say(this.$prompt.textContent, { urgent: true });
    this.voice.say(this.$prompt.textContent);
    nudge({ isLast: code === "met" });
  }

  /** @param {string | null} hint */
  #hint(hint) {
    const key = `hint.${hint}`;
    const sentence = hint && this.catalogue.has(key) ? this.catalogue.text(key) : "";
    this.$hint.textContent = sentence;
    const isNews = hint !== this.#saidHint || performance.now() - this.#saidAtMs > SAME_HINT_AGAIN_MS;
    if (!sentence || !isNews) return;
    this.#saidHint = hint ?? "";
    this.#saidAtMs = performance.now();
    this.announcer.say(sentence);
    this.voice.say(sentence);
  }
}
