import { Step } from "./step.js";

/** The token is spent; a new one from the host page goes on at the same place. */
export class SessionExpiredStep extends Step {
  /** @override */
  connect() {
    this.onAction("close", () => this.context.flow.header.onLeave());
  }
}
