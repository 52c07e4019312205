import { DocumentCaptureStep } from "./document-capture-step.js";
import { HandoffJoinStep } from "./handoff-join-step.js";
import { HandoffStep } from "./handoff-step.js";
import { InReviewStep } from "./in-review-step.js";
import { ProcessingStep } from "./processing-step.js";
import { ProofOfAddressStep } from "./proof-of-address-step.js";
import { RejectedStep } from "./rejected-step.js";
import { RetryStep } from "./retry-step.js";
import { SelfieStep } from "./selfie-step.js";
import { VerifiedStep } from "./verified-step.js";

/** @type {Record<string, typeof import("./step.js").Step>} what nobody sees first who comes for the first time */
export const LATER_STEPS = {
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
};
