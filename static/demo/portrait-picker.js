import { Camera } from "../widget/camera.js";
import { CameraFault } from "../widget/camera-fault.js";
import { findElement } from "../widget/find-element.js";
import { FrameGrabber } from "../widget/frame-grabber.js";

/** Where the specimen's portrait comes from: the webcam, a file, or one of two public-domain samples. */
export class PortraitPicker {
  /** @type {Blob | null} */
  #picture = null;
  #sample = "astronaut";
  #url = "";

  /**
   * @param {HTMLElement} $root
   * @param {(message: string) => void} onFault
   */
  constructor($root, onFault) {
    this.$root = $root;
    this.onFault = onFault;
    this.$video = findElement($root, "[data-portrait-video]", HTMLVideoElement);
    this.$image = findElement($root, "[data-portrait-image]", HTMLImageElement);
    this.$empty = findElement($root, "[data-portrait-empty]", HTMLElement);
    this.$label = findElement($root, "[data-webcam-label]", HTMLElement);
    this.camera = new Camera(this.$video, { facingMode: { ideal: "user" }, width: { ideal: 1280 }, height: { ideal: 960 } });
    this.grabber = new FrameGrabber(this.$video);
    for (const $source of $root.querySelectorAll("[data-portrait]")) {
      $source.addEventListener("click", () => this.#choose($source));
    }
    const $file = findElement($root, "[data-portrait-file]", HTMLInputElement);
    $file.addEventListener("change", () => $file.files?.[0] && this.#take($file.files[0]));
  }

  /** @param {FormData} form */
  addTo(form) {
    if (this.#picture) form.set("portrait", this.#picture, "portrait.jpg");
    else form.set("sample", this.#sample);
  }

  /** @param {Element} $source */
  async #choose($source) {
    const name = $source.getAttribute("data-portrait") ?? "";
    if (name === "webcam") return this.camera.isOpen ? this.#shoot() : this.#openCamera();
    this.#sample = name;
    this.#take(null);
    this.#press(name);
  }

  async #openCamera() {
    try {
      await this.camera.open();
    } catch (error) {
      if (!(error instanceof CameraFault)) throw error;
      return this.onFault(`The webcam cannot be used (${error.code.replaceAll("_", " ")}). Choose a file or a sample.`);
    }
    this.#reveal(this.$video);
    this.$label.textContent = "Take the picture";
    this.#press("webcam");
  }

  async #shoot() {
    this.#take(await this.grabber.grab({ aspect: 4 / 5 }));
    this.#press("webcam");
  }

  /** @param {Blob | null} picture null: a sample is used instead */
  #take(picture) {
    this.camera.close();
    this.$label.textContent = picture ? "Take another" : "Use the webcam";
    this.#picture = picture;
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = picture ? URL.createObjectURL(picture) : "";
    if (this.#url) this.$image.src = this.#url;
    this.#reveal(picture ? this.$image : this.$empty);
    this.#press(picture ? "" : this.#sample);
  }

  /** @param {HTMLElement} $shown */
  #reveal($shown) {
    for (const $part of [this.$video, this.$image, this.$empty]) $part.hidden = $part !== $shown;
  }

  /** @param {string} name */
  #press(name) {
    for (const $source of this.$root.querySelectorAll("[data-portrait]")) {
      $source.setAttribute("aria-pressed", String($source.getAttribute("data-portrait") === name));
    }
  }
}
