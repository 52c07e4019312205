import { Announcer } from "./announcer.js";
import { ApiClient } from "./api-client.js";
import { Catalogue } from "./catalogue.js";
import { ClientToken } from "./client-token.js";
import { ConsentStep } from "./consent-step.js";
import { DocumentCaptureStep } from "./document-capture-step.js";
import { DocumentTypeStep } from "./document-type-step.js";
import { ErrorStep } from "./error-step.js";
import { findElement } from "./find-element.js";
import { Flow } from "./flow.js";
import { FrameSize } from "./frame-size.js";
import { HandoffJoinStep } from "./handoff-join-step.js";
import { HandoffStep } from "./handoff-step.js";
import { InReviewStep } from "./in-review-step.js";
import { Launcher } from "./launcher.js";
import { LocaleSwitch } from "./locale-switch.js";
import { ProcessingStep } from "./processing-step.js";
import { ProgressBar } from "./progress-bar.js";
import { ProofOfAddressStep } from "./proof-of-address-step.js";
import { RejectedStep } from "./rejected-step.js";
import { RetryStep } from "./retry-step.js";
import { SelfieStep } from "./selfie-step.js";
import { SessionExpiredStep } from "./session-expired-step.js";
import { ShellHeader } from "./shell-header.js";
import { Step } from "./step.js";
import { VerifiedStep } from "./verified-step.js";
import { WayBack } from "./way-back.js";

const steps = {
  launch: Step,
  consent: ConsentStep,
  document_type: DocumentTypeStep,
  document_capture: DocumentCaptureStep,
  selfie: SelfieStep,
  proof_of_address: ProofOfAddressStep,
  processing: ProcessingStep,
  in_review: InReviewStep,
  result_verified: VerifiedStep,
  result_retry: RetryStep,
  result_rejected: RejectedStep,
  handoff: HandoffStep,
  handoff_join: HandoffJoinStep,
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

const token = new ClientToken({
  refresh: () => api.post("/client-tokens/refresh", {}),
  onExpiring: () => channel.emit("kyc.token_expiring", {}),
});
const api = new ApiClient({
  base: "/widget",
  authorization: () => token.authorization,
  onConnection: (isLost) => announcer.toast(isLost ? catalogue.text("error.reconnecting") : null),
});

const header = new ShellHeader(document, {
  mustAsk: () => !flow.isSubmitted && flow.stepName !== "launch",
  onLeave: () => {
    if (!flow.isSubmitted && token.authorization) api.farewell("/exit");
    channel.emit("kyc.exited", { step: flow.stepName, submitted: flow.isSubmitted });
    wayBack.go(flow.kycStatus);
  },
});

const flow = new Flow({
  tools: { api, catalogue, announcer, channel, config, token, wayBack },
  steps,
  progress: new ProgressBar(findElement(document, "[data-progress]", HTMLElement), catalogue),
  header,
  opening,
  $host: findElement(document, "[data-step-host]", HTMLElement),
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
