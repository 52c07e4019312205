import { findElement } from "./find-element.js";

/** Says what is wrong with the camera and tells the host page and the operator the same in one word. */
export class CameraFaultPanel {
  /**
   * @param {ParentNode} $root
   * @param {import("./types.js").StepContext} context
   */
  constructor($root, context) {
    this.context = context;
    this.$title = findElement($root, "[data-fault-title]", HTMLElement);
    this.$text = findElement($root, "[data-fault-text]", HTMLElement);
  }

  /** @param {import("./camera-fault.js").CameraFault} fault */
  show(fault) {
    const { api, catalogue, channel, announcer } = this.context;
    this.$title.textContent = catalogue.text(`camera.fault.${fault.code}.title`);
    this.$text.textContent = catalogue.text(`camera.fault.${fault.code}.text`);
    announcer.say(`${this.$title.textContent}. ${this.$text.textContent}`, { urgent: true });
    channel.emit("kyc.permission", { camera: fault.code });
    // Counted for whoever runs this; a person without a camera need not wait for it, nor hear that it failed.
    api.post("/widget/camera-faults", { fault: fault.code }).catch(() => {});
  }
}
