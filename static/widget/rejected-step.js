import { ReasonList } from "./reason-list.js";
import { Step } from "./step.js";

/** The other end; only reasons that the server lets the user see are told. */
export class RejectedStep extends Step {
  /** @override */
  connect() {
    new ReasonList(this.$root, this.context.catalogue).show(this.state.reasons);
    this.onAction("close", () => this.context.flow.header.onLeave());
  }
}
