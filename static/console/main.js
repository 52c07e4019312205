import { PictureViewer } from "./picture-viewer.js";

// Everything on the page works without this; with it a picture opens in place instead of a new tab.
const $links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-zoom]"));
if ($links.length > 0 && "HTMLDialogElement" in window) new PictureViewer([...$links]);
