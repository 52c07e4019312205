/**
 * Opens the identity widget on a partner's page: `KycWidget.open({ widgetUrl, launchCode, onEvent })` in a dialog or,
 * with `container`, inline; or `<kyc-widget widget-url="…" launch-code="…">` where it shall be.
 *
 * A classic script without dependencies. It needs no style or script permission beyond loading this file, stores
 * nothing, and never throws into the page: faults arrive as `kyc.error` events. Events are hints; ask your backend.
 * Its types are in v1.d.ts beside it.
 */
(() => {
  "use strict";
  // A server that renders the page imports this too; there is nothing to open there.
  if (typeof window === "undefined" || "KycWidget" in window) return;

  /**
   * @typedef {import("./v1").WidgetEvent} WidgetEvent
   * @typedef {import("./v1").OpenOptions} OpenOptions
   * @typedef {import("./v1").WidgetHandle} WidgetHandle
   */

  const SOURCE = "kyc-widget";
  const VERSION = 1;
  const READY_TIMEOUT_MS = 20_000;
  const FAREWELL_MS = 1_500;
  const INLINE_HEIGHT_PX = [320, 2400];

  /**
   * @param {HTMLElement} $element
   * @param {Record<string, string>} styles set one by one: a page's CSP may forbid style attributes
   */
  const dress = ($element, styles) => {
    for (const [property, value] of Object.entries(styles)) $element.style.setProperty(property, value);
  };

  /** The dialog around the frame. `<dialog>` keeps the focus inside and gives Esc and the inert background for free. */
  class Modal {
    /** @param {{$frame: HTMLIFrameElement, label: string, onDismiss: () => void, onClosed: () => void}} options */
    constructor({ $frame, label, onDismiss, onClosed }) {
      this.$dialog = document.createElement("dialog");
      this.$dialog.setAttribute("aria-label", label);
      this.$panel = document.createElement("div");
      this.$close = document.createElement("button");
      this.$close.type = "button";
      this.$close.hidden = true;
      this.$close.setAttribute("aria-label", "Close");
      this.$close.textContent = "\u00d7";
      this.$panel.append($frame, this.$close);
      this.$dialog.append(this.$panel);
      this.#dressAll($frame);
      this.$dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        onDismiss();
      });
      // Browsers let nobody prevent the second Esc in a row.
      this.$dialog.addEventListener("close", onClosed);
      this.$close.addEventListener("click", onDismiss);
      this.wide = matchMedia("(min-width: 600px) and (min-height: 560px)");
      this.fit = () => this.#fit();
      this.wide.addEventListener("change", this.fit);
    }

    open() {
      this.scroll = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
      document.body.append(this.$dialog);
      this.$dialog.showModal();
      this.#fit();
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      this.$dialog.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 180 });
      const rise = [{ transform: "translateY(16px) scale(.98)" }, { transform: "none" }];
      this.$panel.animate(rise, { duration: 240, easing: "cubic-bezier(.2,.7,.3,1)" });
    }

    /** The widget has its own close button; ours shows when another page, or none, is in the frame. */
    offerClose() {
      dress(this.$close, { display: "grid" });
      this.$close.hidden = false;
    }

    remove() {
      document.documentElement.style.overflow = this.scroll ?? "";
      this.wide.removeEventListener("change", this.fit);
      // Closing gives the focus back to where it was; taking the element away alone would not.
      if (this.$dialog.open) this.$dialog.close();
      this.$dialog.remove();
    }

    /** @param {HTMLIFrameElement} $frame */
    #dressAll($frame) {
      dress(this.$dialog, {
        position: "fixed", inset: "0", width: "100vw", height: "100dvh", "max-width": "none", "max-height": "none",
        margin: "0", padding: "0", border: "0", background: "rgb(9 14 26 / .56)", overflow: "hidden", "z-index": "2147483647",
      });
      dress(this.$panel, { position: "absolute", inset: "0", margin: "auto", overflow: "hidden", background: "Canvas" });
      dress($frame, { display: "block", width: "100%", height: "100%", border: "0", "color-scheme": "normal" });
      dress(this.$close, {
        position: "absolute", top: "8px", right: "8px", width: "44px", height: "44px", padding: "0", border: "0", display: "none",
        "place-items": "center", "border-radius": "50%", background: "rgb(9 14 26 / .08)", color: "inherit", font: "26px/1 system-ui, sans-serif",
        cursor: "pointer",
      });
    }

    #fit() {
      const isWide = this.wide.matches;
      dress(this.$panel, {
        width: isWide ? "480px" : "100%",
        height: isWide ? "min(760px, calc(100dvh - 48px))" : "100%",
        "border-radius": isWide ? "22px" : "0",
        "box-shadow": isWide ? "0 24px 64px rgb(9 14 26 / .35)" : "none",
      });
    }
  }

  /** One open widget: its frame, its port, its end. */
  class Frame {
    #sequence = 0;
    #lastSequence = 0;
    #session = "";
    #loads = 0;
    #isGone = false;
    #isRefreshing = false;
    /** @type {MessagePort | null} */
    #port = null;
    /** @type {Modal | null} */
    #modal = null;

    /** @param {OpenOptions} options */
    constructor(options) {
      this.options = options;
      const url = new URL(options.widgetUrl, location.href);
      if (!/^https?:$/.test(url.protocol) || !options.launchCode) throw new TypeError("widgetUrl and launchCode are needed");
      if (options.locale) url.searchParams.set("locale", options.locale);
      if (options.theme) url.searchParams.set("theme", options.theme);
      this.url = url.href;
      this.origin = url.origin;
      this.$frame = document.createElement("iframe");
      // The camera goes to the widget's origin only, not to whatever page the frame shows later.
      this.$frame.allow = `camera ${this.origin}; fullscreen`;
      this.$frame.title = options.title ?? "Identity verification";
      this.receive = (/** @type {MessageEvent} */ event) => this.#receiveReady(event);
    }

    open() {
      const { container } = this.options;
      const $container = typeof container === "string" ? document.querySelector(container) : container;
      if (container && !$container) throw new TypeError(`there is no container ${container}`);
      addEventListener("message", this.receive);
      this.$frame.addEventListener("load", () => this.#loaded());
      this.timer = setTimeout(() => this.#unavailable(), READY_TIMEOUT_MS);
      this.$frame.src = this.url;
      if ($container) this.#openInline($container);
      else this.#openModal();
    }

    close() {
      if (this.#isGone) return;
      this.send("kyc.close", {});
      // The widget says goodbye itself; a frame that cannot is closed all the same.
      setTimeout(() => this.#exit(), this.#isOurPage ? FAREWELL_MS : 0);
    }

    destroy() {
      if (this.#isGone) return;
      this.#isGone = true;
      clearTimeout(this.timer);
      removeEventListener("message", this.receive);
      this.#port?.close();
      this.$frame.remove();
      this.#modal?.remove();
    }

    /**
     * @param {string} type
     * @param {Record<string, unknown>} payload
     */
    send(type, payload) {
      this.#port?.postMessage(this.#envelope(type, payload));
    }

    /** The frame has spoken and shows the widget still, not the payment page or an error. */
    get #isOurPage() {
      return this.#port !== null && this.#loads < 2;
    }

    /** Esc or the dialog's own button: the widget asks first whether to lose what was done. */
    #dismiss() {
      if (this.#isOurPage) this.send("kyc.close", { confirm: true });
      else this.close();
    }

    /** @param {Element} $container */
    #openInline($container) {
      dress(this.$frame, { display: "block", width: "100%", height: "640px", border: "0", "color-scheme": "normal" });
      $container.append(this.$frame);
    }

    #openModal() {
      this.#modal = new Modal({
        $frame: this.$frame,
        label: this.$frame.title,
        onDismiss: () => this.#dismiss(),
        onClosed: () => this.close(),
      });
      this.#modal.open();
    }

    #loaded() {
      this.#loads += 1;
      if (this.#loads > 1) this.#modal?.offerClose();
    }

    #unavailable() {
      this.#modal?.offerClose();
      this.#tell({ type: "kyc.error", payload: { code: "frame_unavailable" }, session: "", seq: 0 });
    }

    /** @param {MessageEvent} event */
    #receiveReady(event) {
      if (event.source !== this.$frame.contentWindow || event.origin !== this.origin) return;
      const message = event.data;
      if (this.#port || !this.#isOurs(message) || message.type !== "kyc.ready" || !message.session) return;
      clearTimeout(this.timer);
      this.#session = message.session;
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.onmessage = ({ data }) => this.#receive(data);
      const { launchCode, locale, container } = this.options;
      const presentation = container ? "inline" : "modal";
      const init = this.#envelope("kyc.init", { launch_code: launchCode, locale: locale ?? null, presentation });
      this.$frame.contentWindow?.postMessage(init, this.origin, [port2]);
      this.#receive(message);
    }

    /** @param {any} message each is told once, in order */
    #receive(message) {
      if (!this.#isOurs(message) || message.session !== this.#session || message.seq <= this.#lastSequence) return;
      this.#lastSequence = message.seq;
      const { type, payload, session, seq } = message;
      if (type === "kyc.resize") this.#resize(Number(payload.height));
      if (type === "kyc.exited") return this.#exit({ type, payload, session, seq });
      if (type === "kyc.token_expiring") this.#refresh();
      this.#tell({ type, payload, session, seq });
    }

    /** Asks the page for the next token, once at a time; what fails is told and may be asked for again. */
    async #refresh() {
      const { refreshToken } = this.options;
      if (!refreshToken || this.#isRefreshing) return;
      this.#isRefreshing = true;
      try {
        const { client_token, expires_at } = await refreshToken();
        this.send("kyc.set_token", { client_token, expires_at });
      } catch {
        this.#tell({ type: "kyc.error", payload: { code: "token_not_refreshed" }, session: this.#session, seq: 0 });
      } finally {
        this.#isRefreshing = false;
      }
    }

    /** @param {WidgetEvent} [event] the widget's own word, or ours when it has none */
    #exit(event) {
      if (this.#isGone) return;
      this.destroy();
      this.#tell(event ?? { type: "kyc.exited", payload: {}, session: this.#session, seq: this.#lastSequence + 1 });
    }

    /** @param {number} height */
    #resize(height) {
      if (this.#modal || !Number.isFinite(height)) return;
      const [least, most] = INLINE_HEIGHT_PX;
      this.$frame.style.height = `${Math.min(most, Math.max(least, height))}px`;
    }

    /** @param {WidgetEvent} event */
    #tell(event) {
      try {
        this.options.onEvent?.(event);
      } catch (error) {
        // The host's own handler failed: that must not stop the widget, and must not be hidden from the host.
        setTimeout(() => reportError(error));
      }
    }

    /**
     * @param {string} type
     * @param {Record<string, unknown>} payload
     */
    #envelope(type, payload) {
      this.#sequence += 1;
      return { source: SOURCE, version: VERSION, session: this.#session, seq: this.#sequence, type, payload };
    }

    /** @param {any} message whether it has the envelope's shape */
    #isOurs(message) {
      return (
        message?.source === SOURCE &&
        message.version === VERSION &&
        typeof message.session === "string" &&
        typeof message.type === "string" &&
        message.type.startsWith("kyc.") &&
        typeof message.payload === "object" &&
        message.payload !== null &&
        Number.isSafeInteger(message.seq)
      );
    }
  }

  /**
   * @param {OpenOptions} options
   * @returns {WidgetHandle}
   */
  const open = (options) => {
    try {
      const frame = new Frame(options);
      frame.open();
      return {
        close: () => frame.close(),
        destroy: () => frame.destroy(),
        setToken: (client_token, expires_at) => frame.send("kyc.set_token", { client_token, expires_at }),
        setLocale: (locale) => frame.send("kyc.set_locale", { locale }),
        setTheme: (theme) => frame.send("kyc.set_theme", { theme }),
      };
    } catch (error) {
      const payload = { code: "bad_options", message: error instanceof Error ? error.message : "" };
      setTimeout(() => options?.onEvent?.({ type: "kyc.error", payload, session: "", seq: 0 }));
      const nothing = () => {};
      return { close: nothing, destroy: nothing, setToken: nothing, setLocale: nothing, setTheme: nothing };
    }
  };

  /**
   * `<kyc-widget widget-url launch-code locale theme frame-title>`: opens inline as soon as it has both of the first
   * two, tells its events as DOM events of the same name, and ends when it is taken out of the page.
   */
  class KycWidgetElement extends HTMLElement {
    static observedAttributes = ["widget-url", "launch-code", "locale", "theme"];
    /** @type {OpenOptions["refreshToken"]} */
    refreshToken;
    /** @type {WidgetHandle | null} */
    #handle = null;

    connectedCallback() {
      if (!this.style.display) this.style.display = "block";
      this.#open();
    }

    disconnectedCallback() {
      this.#handle?.destroy();
      this.#handle = null;
    }

    /**
     * @param {string} name
     * @param {string | null} _before
     * @param {string | null} value
     */
    attributeChangedCallback(name, _before, value) {
      if (name === "locale" && value) this.#handle?.setLocale(value);
      else if (name === "theme") this.#handle?.setTheme(KycWidgetElement.#theme(value) ?? "auto");
      else this.#open();
    }

    close() {
      this.#handle?.close();
    }

    /**
     * @param {string} clientToken
     * @param {string} expiresAt
     */
    setToken(clientToken, expiresAt) {
      this.#handle?.setToken(clientToken, expiresAt);
    }

    #open() {
      const widgetUrl = this.getAttribute("widget-url");
      const launchCode = this.getAttribute("launch-code");
      if (!this.isConnected || !widgetUrl || !launchCode || this.#handle) return;
      this.#handle = open({
        widgetUrl,
        launchCode,
        container: this,
        locale: this.getAttribute("locale") ?? undefined,
        theme: KycWidgetElement.#theme(this.getAttribute("theme")),
        title: this.getAttribute("frame-title") ?? undefined,
        refreshToken: this.refreshToken && (() => /** @type {any} */ (this.refreshToken)()),
        onEvent: (event) => this.#tell(event),
      });
    }

    /** @param {WidgetEvent} event */
    #tell(event) {
      if (event.type === "kyc.exited") this.#handle = null;
      this.dispatchEvent(new CustomEvent(event.type, { detail: event, bubbles: true }));
    }

    /** @param {string | null} word */
    static #theme(word) {
      return word === "light" || word === "dark" ? word : undefined;
    }
  }

  Object.defineProperty(window, "KycWidget", { value: Object.freeze({ open, version: VERSION }), configurable: false });
  if (!customElements.get("kyc-widget")) customElements.define("kyc-widget", KycWidgetElement);
})();
