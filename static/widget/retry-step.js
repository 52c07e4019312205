import { ownPictureOf } from "./own-pictures.js";
import { ReasonList } from "./reason-list.js";
import { Step } from "./step.js";

/** What has to be done again and why; the steps that were good stay as they are. */
export class RetryStep extends Step {
  #url = "";

  /** @override */
  connect() {
    new ReasonList(this.$root, this.context.catalogue).show(this.state.reasons);
    this.#showOwnPicture();
    const left = this.state.attempts_left;
    if (left !== null && left !== undefined) {
      const $attempts = this.find("[data-attempts]", HTMLElement);
      $attempts.textContent = this.text("retry.attempts", { count: left });
      $attempts.hidden = false;
    }
    this.onAction("retry", async () => {
      const { data } = await this.context.api.post("/retry", {});
      this.context.flow.show(data.state);
    });
  }

  /** @override */
  disconnect() {
    super.disconnect();
    if (this.#url) URL.revokeObjectURL(this.#url);
  }

  /** Where it was taken on this page; after a reload the words alone must do. */
  #showOwnPicture() {
    const [picture] = this.state.reasons.map(ownPictureOf).filter(Boolean);
    if (!picture) return;
    this.#url = URL.createObjectURL(picture);
    const $own = this.find("[data-own]", HTMLImageElement);
    $own.addEventListener("load", () => ($own.hidden = false));
    $own.src = this.#url;
  }
}
