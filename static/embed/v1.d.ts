/** What the widget tells its page: a hint without personal data. The status endpoint and the webhook are the truth. */
export interface WidgetEvent {
  type: WidgetEventType | (string & {});
  payload: Record<string, unknown>;
  session: string;
  seq: number;
}

export type WidgetEventType =
  | "kyc.ready"
  | "kyc.resize"
  | "kyc.step_started"
  | "kyc.step_completed"
  | "kyc.permission"
  | "kyc.submitted"
  | "kyc.status_changed"
  | "kyc.retry_available"
  | "kyc.handoff"
  | "kyc.token_expiring"
  | "kyc.exited"
  | "kyc.error";

/** What `POST /widget/client-tokens` answers, as far as the widget needs it to go on. */
export interface ClientToken {
  client_token: string;
  /** RFC 3339. */
  expires_at: string;
}

export interface OpenOptions {
  /** As answered by `POST /widget/client-tokens`. */
  widgetUrl: string;
  /** As answered by `POST /widget/client-tokens`; works once, for a minute. */
  launchCode: string;
  /** Where to open inline, an element or its selector; without it a dialog covers the page. */
  container?: Element | string;
  /** Such as "en" or "ar"; without it your backend's choice, then the browser's. */
  locale?: string;
  /** Without it the system's preference counts. */
  theme?: "light" | "dark";
  /** Accessible name of the frame. */
  title?: string;
  /** Asked when the token cannot be renewed by the widget itself: call your backend for a new one. */
  refreshToken?: () => Promise<ClientToken>;
  onEvent?: (event: WidgetEvent) => void;
}

export interface WidgetHandle {
  /** Ends the widget without a question; `kyc.exited` follows. */
  close(): void;
  /** Takes the widget off the page at once and says nothing. */
  destroy(): void;
  setToken(clientToken: string, expiresAt: string): void;
  setLocale(locale: string): void;
  setTheme(theme: "light" | "dark" | "auto"): void;
}

/** `<kyc-widget widget-url launch-code locale theme frame-title>`; its events have the names of `WidgetEventType`. */
export interface KycWidgetElement extends HTMLElement {
  refreshToken?: OpenOptions["refreshToken"];
  close(): void;
  setToken(clientToken: string, expiresAt: string): void;
}

export interface KycWidgetGlobal {
  open(options: OpenOptions): WidgetHandle;
  readonly version: 1;
}

export declare const open: KycWidgetGlobal["open"];
export declare const version: 1;

declare global {
  const KycWidget: KycWidgetGlobal;
  interface Window {
    readonly KycWidget: KycWidgetGlobal;
  }
  interface HTMLElementTagNameMap {
    "kyc-widget": KycWidgetElement;
  }
}
