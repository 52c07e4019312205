import { findElement } from "../widget/find-element.js";
import { Checkout } from "./checkout.js";
import { DeveloperPanel } from "./developer-panel.js";
import { MerchantBackend } from "./merchant-backend.js";
import { SpecimenPrinter } from "./specimen-printer.js";

const csrfToken = findElement(document, "meta[name=csrf-token]", HTMLMetaElement).content;
const backend = new MerchantBackend(document.body.dataset.partnerUserId ?? "", csrfToken);
const panel = new DeveloperPanel(document, backend);
new Checkout(document, backend, panel);
new SpecimenPrinter(document, backend);
const $users = findElement(document, "[data-user-select]", HTMLSelectElement);
$users.addEventListener("change", () => $users.form?.submit());
panel.follow();
