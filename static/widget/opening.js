const TIMEOUT_MS = 45_000;

/**
 * What cannot wait for the widget's code: the launch code is spent while that code is still on a slow line, and a press
 * on the first step, which the server wrote into the page, is remembered until there is somebody to answer it.
 */
export class Opening {
  /** @type {string | null} */
  handoffCode = null;
  /** @type {Promise<import("./types.js").BegunLaunch> | null} null where there is no code and none will come */
  launch = null;
  /** @type {import("./types.js").KeptByPage} what this page left for itself before its browser killed or reloaded it */
  kept = { code: null, back: null };
  /** @type {HTMLElement | null} */
  #$pressed = null;
  #press = (/** @type {MouseEvent} */ event) => this.#remember(event);

  /**
   * @param {import("./shell-config.js").ShellConfig} config
   * @param {import("./parent-channel.js").ParentChannel} channel
   */
  constructor(config, channel) {
    this.config = config;
    this.channel = channel;
  }

  begin() {
    const { isEmbedded } = this.config;
    document.documentElement.dataset.presentation = isEmbedded ? "modal" : "page";
    document.addEventListener("click", this.#press);
    // A fresh link opened in this very tab changes nothing but the fragment.
    window.addEventListener("hashchange", () => window.location.reload());
    const { launchCode, handoffCode } = Opening.#codesFromAddress();
    this.handoffCode = handoffCode;
    if (handoffCode) return;
    if (!isEmbedded) this.kept = { ...this.kept, ...window.history.state?.kyc };
    const code = launchCode ?? this.kept.code;
    if (code) this.launch = Promise.resolve(this.#spend(code));
    else if (isEmbedded) this.launch = this.#launchFromParent();
  }

  /** The widget answers from now on; a press that came too early is done now. */
  hand() {
    document.removeEventListener("click", this.#press);
    this.#$pressed?.removeAttribute("aria-disabled");
    this.#$pressed?.click();
    this.#$pressed = null;
  }

  /** @returns {Promise<import("./types.js").BegunLaunch>} */
  #launchFromParent() {
    return new Promise((resolve) => {
      this.channel.on("kyc.init", (payload) => {
        document.documentElement.dataset.presentation = payload.presentation === "inline" ? "inline" : "modal";
        resolve(this.#spend(String(payload.launch_code ?? "")));
      });
      this.channel.open();
    });
  }

  /** @param {MouseEvent} event */
  #remember({ target }) {
    const $button = target instanceof Element ? target.closest("[data-opening] [data-action]") : null;
    if (!($button instanceof HTMLElement)) return;
    this.#$pressed?.removeAttribute("aria-disabled");
    this.#$pressed = $button;
    $button.setAttribute("aria-disabled", "true");
  }

  /** @param {string} code */
  #spend(code) {
    const body = { launch_code: code, with_spare: !this.config.isEmbedded };
    const response = fetch("/widget/launch", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      credentials: "omit",
      cache: "no-store",
    });
    // Whoever takes the answer up deals with its fault; nobody does until then.
    response.catch(() => {});
    return { body, response };
  }

  /** The code leaves the address at once: it must not stay in the history. */
  static #codesFromAddress() {
    const fragment = new URLSearchParams(window.location.hash.slice(1));
    const [launchCode, handoffCode] = [fragment.get("c"), fragment.get("h")];
    if (launchCode || handoffCode) {
      window.history.replaceState(null, "", window.location.pathname + window.location.search);
    }
    return { launchCode, handoffCode };
  }
}
