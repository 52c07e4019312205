/** Why there is no camera picture, told apart so that each can be answered with the right advice. */
export class CameraFault extends Error {
  /** @param {"insecure_context" | "blocked_by_policy" | "denied" | "dismissed" | "not_found" | "in_use" | "no_picture"} code */
  constructor(code) {
    super(code);
    this.name = "CameraFault";
    this.code = code;
  }

  /** A fault that is known before asking; null when asking makes sense. */
  static beforeAsking() {
    if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return new CameraFault("insecure_context");
    /** @type {{allowsFeature?: (name: string) => boolean} | undefined} Chromium only */
    const policy = /** @type {any} */ (document).featurePolicy;
    return policy?.allowsFeature?.("camera") === false ? new CameraFault("blocked_by_policy") : null;
  }

  /** @param {unknown} error what getUserMedia threw */
  static async from(error) {
    if (error instanceof CameraFault) return error;
    const name = error instanceof DOMException ? error.name : "";
    const message = error instanceof Error ? error.message.toLowerCase() : "";
    if (name === "NotFoundError" || name === "OverconstrainedError") return new CameraFault("not_found");
    if (name === "NotReadableError" || name === "AbortError") return new CameraFault("in_use");
    if (name === "SecurityError" || message.includes("policy")) return new CameraFault("blocked_by_policy");
    if (message.includes("dismissed") || (await CameraFault.#permission()) === "prompt") return new CameraFault("dismissed");
    return new CameraFault("denied");
  }

  /** The browser's memory of the answer; Firefox and old Safari do not tell. */
  static async #permission() {
    try {
      return (await navigator.permissions.query({ name: /** @type {PermissionName} */ ("camera") })).state;
    } catch {
      return "unknown";
    }
  }
}
