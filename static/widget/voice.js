/**
 * Reads instructions aloud, for who asks for it. Only with a voice that is on the device: browsers may lend others from
 * their makers' servers, which would hear what is said here and when.
 */
export class Voice {
  #isOn = false;

  /**
   * @param {string} locale
   * @param {() => void} onVoices told when the browser has found its voices
   */
  constructor(locale, onVoices) {
    this.locale = locale;
    this.synthesis = window.speechSynthesis;
    this.synthesis?.addEventListener?.("voiceschanged", onVoices);
    this.stopListening = () => this.synthesis?.removeEventListener?.("voiceschanged", onVoices);
  }

  get #voice() {
    const language = this.locale.split("-")[0];
    return this.synthesis?.getVoices().find(({ lang, localService }) => localService && lang.split(/[-_]/)[0] === language);
  }

  get isThere() {
    return Boolean(this.#voice);
  }

  /** @param {boolean} isOn */
  turn(isOn) {
    this.#isOn = isOn;
    if (!isOn) this.synthesis?.cancel();
  }

  /** One instruction at a time: what is being said gives way. @param {string} sentence */
  say(sentence) {
    const voice = this.#voice;
    if (!this.#isOn || !voice) return;
    const words = new SpeechSynthesisUtterance(sentence);
    words.voice = voice;
    words.lang = voice.lang;
    this.synthesis.cancel();
    this.synthesis.speak(words);
  }

  end() {
    this.stopListening();
    this.synthesis?.cancel();
  }
}
