import { findElement } from "../widget/find-element.js";

// The payment page runs in the widget's frame, on the shop's own origin: the page around it is the shop.
findElement(document, "[data-action=back-to-shop]", HTMLButtonElement).addEventListener("click", () => {
  window.parent.postMessage("shop.paid", window.location.origin);
  if (window.parent === window) window.location.assign("/");
});
