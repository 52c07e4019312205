import { Announcer } from "./announcer.js";
import { ApiClient } from "./api-client.js";
import { Catalogue } from "./catalogue.js";
import { ClientToken } from "./client-token.js";
import { ConsentStep } from "./consent-step.js";
import { DocumentTypeStep } from "./document-type-step.js";
import { ErrorStep } from "./error-step.js";
import { findElement } from "./find-element.js";
import { Flow } from "./flow.js";
import { FrameSize } from "./frame-size.js";
import { Launcher } from "./launcher.js";
import { LocaleSwitch } from "./locale-switch.js";
import { ProgressBar } from "./progress-bar.js";
import { SessionExpiredStep } from "./session-expired-step.js";
import { ShellHeader } from "./shell-header.js";
import { StepShelf } from "./step-shelf.js";
import { SpareCode } from "./spare-code.js";
import { Step } from "./step.js";
import { WayBack } from "./way-back.js";

const first = {
  launch: Step,
  consent: ConsentStep,
  document_type: DocumentTypeStep,
  continued_elsewhere: Step,
  error: ErrorStep,
  session_expired: SessionExpiredStep,
};

/** @type {import("./opening.js").Opening} made in the head of the page by begin.js */
const opening = Reflect.get(window, "kycOpening");
const { config, channel } = opening;
const catalogue = new Catalogue(Catalogue.textsOf(document), config.locale);
const announcer = new Announcer(document);
const wayBack = new WayBack(config);
const steps = new StepShelf(first, config.later);

const token = new ClientToken({
  refresh: () => api.post("/client-tokens/refresh", {}),
  onNew: ({ spare_code }) => void spareCode.renew(spare_code),
  onExpiring: () => channel.emit("kyc.token_expiring", {}),
});
const api = new ApiClient({
  base: "/widget",
  authorization: () => token.authorization,
  onConnection: (isLost) => announcer.toast(isLost ? catalogue.text("error.reconnecting") : null),
});

const spareCode = new SpareCode({ config, api, wayBack });

const header = new ShellHeader(document, {
  mustAsk: () => !flow.isSubmitted && flow.stepName !== "launch",
  onLeave: () => {
    if (!flow.isSubmitted && token.authorization) api.farewell("/exit");
    spareCode.forget();
    channel.emit("kyc.exited", { step: flow.stepName, submitted: flow.isSubmitted });
    wayBack.go(flow.kycStatus);
  },
});

const $host = findElement(document, "[data-step-host]", HTMLElement);
// Whoever comes back goes on with a step that is not among the first.
if (!$host.dataset.opening) steps.loadAhead();

const flow = new Flow({
  tools: { api, catalogue, announcer, channel, config, token, wayBack, spareCode },
  steps,
  progress: new ProgressBar(findElement(document, "[data-progress]", HTMLElement), catalogue),
  header,
  opening,
  $host,
});

channel.on("kyc.close", ({ confirm }) => (confirm ? header.askToLeave() : header.onLeave()));
channel.on("kyc.set_theme", ({ theme }) => {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
});
const localeSwitch = new LocaleSwitch(document, { catalogue, onChange: () => flow.showAgain() });
channel.on("kyc.set_locale", ({ locale }) => localeSwitch.to(locale));
new FrameSize(findElement(document, "[data-shell]", HTMLElement), channel);
new Launcher({ api, token, flow, opening, wayBack }).start();
