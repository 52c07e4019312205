/** A mouse and a wide screen: a computer, whose camera is seldom the better one. */
const isDesk = () => matchMedia("(hover: hover) and (pointer: fine)").matches;

/**
 * Offers to go on on a phone: quietly before the camera is asked for, plainly where there is none. A phone shows the
 * offer only when its own camera fails, and one that took over from another device never does.
 *
 * @param {import("./step.js").Step} step
 */
export function offerHandoff(step) {
  const { flow } = step.context;
  const isPhone = step.state.handoff?.is_phone ?? false;
  for (const $offer of offersOf(step)) {
    $offer.hidden = isPhone || (!isDesk() && $offer.dataset.handoffOffer === "quiet");
    if (isDesk() && $offer.dataset.handoffOffer === "fault") lead($offer);
  }
  step.onAction("hand-over", () => flow.handOver());
  if (isDesk() && !isPhone) leadWithoutCamera(step);
}

/** @param {import("./step.js").Step} step */
function offersOf(step) {
  return /** @type {NodeListOf<HTMLElement>} */ (step.$root.querySelectorAll("[data-handoff-offer]"));
}

/** @param {import("./step.js").Step} step */
async function leadWithoutCamera(step) {
  const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => null);
  if (!devices || devices.some(({ kind }) => kind === "videoinput")) return;
  for (const $offer of offersOf(step)) lead($offer);
}

/** The first and plainest button of its group. @param {HTMLElement} $offer */
function lead($offer) {
  for (const $other of $offer.parentElement?.querySelectorAll(".kyc-button--primary") ?? []) {
    if ($other !== $offer) $other.classList.replace("kyc-button--primary", "kyc-button--secondary");
  }
  $offer.classList.remove("kyc-button--quiet");
  $offer.classList.add("kyc-button--primary");
  $offer.parentElement?.prepend($offer);
}
