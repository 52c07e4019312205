/**
 * Says in the frame itself what its page leaves to it. For developers of partners' pages: put the address into the
 * frame where the widget will be, or open it alone.
 */

const origin = window.location.origin;

/** @returns {number} documents above this one */
const depth = () => {
  let count = 0;
  for (let $window = /** @type {Window} */ (window); $window !== $window.parent; $window = $window.parent) count += 1;
  return count;
};

/** @returns {boolean | null} what the pages above say of the camera, null where the browser does not tell */
const mayUseCamera = () => {
  const policy = /** @type {any} */ (document).permissionsPolicy ?? /** @type {any} */ (document).featurePolicy;
  return policy ? policy.allowsFeature("camera") : null;
};

/** @type {{name: string, isFine: boolean | null, text: string, advice: string}[]} */
const checks = [
  {
    name: "secure",
    isFine: window.isSecureContext,
    text: "https on this page and on every page above it",
    advice: "Serve them all over https: browsers give no camera otherwise.",
  },
  {
    name: "origin",
    isFine: window.origin !== "null",
    text: "an origin of its own",
    advice: "The frame is sandboxed: take the attribute away, or add allow-same-origin.",
  },
  {
    name: "policy",
    isFine: mayUseCamera(),
    text: "the camera allowed by every page above",
    advice: `Write allow="camera ${origin}" on the frame, and see that no Permissions-Policy header takes it away.`,
  },
  {
    name: "devices",
    isFine: typeof navigator.mediaDevices?.getUserMedia === "function",
    text: "a browser with camera support",
    advice: "This browser, or the app around it, has no camera support; see examples/mobile.",
  },
];

const $list = /** @type {HTMLElement} */ (document.querySelector("[data-checks]"));
const $verdict = /** @type {HTMLElement} */ (document.querySelector("[data-verdict]"));
const $try = /** @type {HTMLButtonElement} */ (document.querySelector("[data-try]"));

/**
 * @param {boolean | null} isFine
 * @param {string} text
 * @param {string} more
 */
const show = (isFine, text, more) => {
  const $item = document.createElement("li");
  const $words = document.createElement("div");
  const $text = document.createElement("b");
  const $more = document.createElement("span");
  $item.className = "kyc-points__item";
  $text.textContent = `${isFine === null ? "?" : isFine ? "\u2713" : "\u2717"} ${text}`;
  $more.textContent = more;
  $words.append($text, $more);
  $item.append($words);
  $list.append($item);
};

for (const { isFine, text, advice } of checks) show(isFine, text, isFine === false ? advice : "");
const above = depth();
show(true, above === 0 ? "a page of its own" : `${above} page${above === 1 ? "" : "s"} above this frame`, document.referrer);
const blocked = checks.filter(({ isFine }) => isFine === false);
document.documentElement.dataset.preflight = blocked.map(({ name }) => name).join(" ") || "ok";
$verdict.textContent = blocked.length ? "Something is in the way of the camera." : "Nothing is in the way of the camera.";
$try.hidden = blocked.length > 0;
$try.addEventListener("click", () => {
  const opening = navigator.mediaDevices.getUserMedia({ video: true, audio: false });
  opening.then(
    (stream) => {
      stream.getTracks().forEach((track) => track.stop());
      show(true, "the camera opened", "");
    },
    (error) => show(false, "the camera did not open", `${error.name}: ${error.message}`),
  );
});

export {};
