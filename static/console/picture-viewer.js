/**
 * A dialog that shows one picture as large as it is. Arrow keys go to the next one, R turns it,
 * Escape closes.
 */
export class PictureViewer {
  /** @param {HTMLAnchorElement[]} $links links around the small pictures */
  constructor($links) {
    this.$links = $links;
    this.position = 0;
    this.turns = 0;
    this.$dialog = document.createElement("dialog");
    this.$dialog.className = "console-viewer";
    this.$picture = document.createElement("img");
    this.$title = document.createElement("p");
    const $stage = document.createElement("div");
    $stage.className = "console-viewer__stage";
    $stage.tabIndex = 0;
    $stage.append(this.$picture);
    this.$dialog.append(this.bar(), $stage);
    document.body.append(this.$dialog);
    this.$dialog.setAttribute("aria-label", "Picture");
    this.$dialog.addEventListener("keydown", (event) => this.onKey(event));
    this.$picture.addEventListener("click", () => this.$dialog.classList.toggle("console-viewer--whole"));
    $links.forEach(($link, position) => {
      $link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.open(position);
      });
    });
  }

  bar() {
    const $bar = document.createElement("div");
    $bar.className = "console-viewer__bar";
    $bar.append(
      this.$title,
      this.button("Previous", () => this.go(-1)),
      this.button("Next", () => this.go(1)),
      this.button("Turn", () => this.turn()),
      this.button("Close", () => this.$dialog.close()),
    );
    return $bar;
  }

  /**
   * @param {string} label
   * @param {() => void} act
   */
  button(label, act) {
    const $button = document.createElement("button");
    $button.type = "button";
    $button.className = "kyc-button kyc-button--secondary";
    $button.textContent = label;
    $button.addEventListener("click", act);
    return $button;
  }

  /** @param {number} position */
  open(position) {
    this.show(position);
    this.$dialog.classList.add("console-viewer--whole");
    this.$dialog.showModal();
  }

  /** @param {number} position */
  show(position) {
    const $link = this.$links[position];
    if (!$link) return;
    this.position = position;
    this.turns = 0;
    this.$picture.src = $link.href;
    const said = $link.querySelector("img")?.alt ?? "";
    this.$picture.alt = said;
    this.$title.textContent = said;
    this.paint();
  }

  /** @param {number} step */
  go(step) {
    this.show((this.position + step + this.$links.length) % this.$links.length);
  }

  turn() {
    this.turns = (this.turns + 1) % 4;
    this.paint();
  }

  paint() {
    this.$picture.dataset["turns"] = String(this.turns);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key === "ArrowRight") this.go(1);
    else if (event.key === "ArrowLeft") this.go(-1);
    else if (event.key.toLowerCase() === "r" && !event.ctrlKey && !event.metaKey) this.turn();
    else return;
    event.preventDefault();
  }
}
