// Refusals of an upload that could not be opened as a picture.
const PICTURE_CODES = /image|picture|file|upload|capture_/;

/** A refusal or a silence of the server, with the code that the rest of the widget decides on. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 when no answer came
   * @param {string} code
   * @param {{requestId?: string | null, body?: any}} [detail]
   */
  constructor(status, code, { requestId = null, body = null } = {}) {
    super(code);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.body = body;
  }

  /** No answer came: the network is away or the request took too long. */
  get isNetwork() {
    return this.status === 0;
  }

  /** The token is spent: only a new launch code or token helps. */
  get isExpiredSession() {
    return this.status === 401;
  }

  /** The user went on on the first device: this one is done. */
  get isContinuedElsewhere() {
    return this.code === "continued_elsewhere";
  }

  /** The server is at another step than we thought, for example after a lost answer. */
  get isOutOfStep() {
    return this.status === 409 && this.code !== "too_many_captures";
  }

  /** The key of the sentences that tell the user. */
  get textKey() {
    if (this.isNetwork) return "error.network";
    if (this.status === 413) return "error.too_large";
    if (this.code === "heic_not_enabled") return "error.heic_not_enabled";
    if (this.status === 415) return "error.unsupported_type";
    if (this.status === 429) return "error.rate_limited";
    if (this.code.startsWith("launch_code_")) {
      return this.code === "launch_code_missing" ? "error.launch_code_missing" : "error.launch_code_used";
    }
    if (this.code.startsWith("handoff_")) return `error.${this.code}`;
    if (this.code === "too_many_captures" || this.code.startsWith("pdf_")) return `error.${this.code}`;
    if (this.status >= 500) return "error.server";
    return PICTURE_CODES.test(this.code) ? "error.unreadable_file" : "error.unexpected";
  }
}
