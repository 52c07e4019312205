"""The steps of the widget as data: which one is next follows from what the server has accepted."""

from collections.abc import Collection
from enum import StrEnum

from app.domain.evidence import CaptureKind, capture_kind, sides_of
from app.domain.policy import Tier, TierStep
from app.domain.reasons import REASONS, ReasonCode, ReasonStep
from app.domain.verification import Stage, Verification


class Step(StrEnum):
    """What the widget shows next."""

    CONSENT = "consent"
    DOCUMENT_TYPE = "document_type"
    DOCUMENT_FRONT = "document_front"
    DOCUMENT_BACK = "document_back"
    SELFIE = "selfie"
    PROOF_OF_ADDRESS = "proof_of_address"
    SUBMIT = "submit"
    PROCESSING = "processing"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    RETRY = "retry"
    REJECTED = "rejected"


_STEP_OF_STAGE = {
    Stage.SUBMITTED: Step.PROCESSING,
    Stage.EXAMINING: Step.PROCESSING,
    Stage.IN_REVIEW: Step.IN_REVIEW,
    Stage.VERIFIED: Step.VERIFIED,
    Stage.RETRY_REQUESTED: Step.RETRY,
    Stage.REJECTED: Step.REJECTED,
}


def next_step(
    verification: Verification,
    accepted: Collection[CaptureKind],
    tier: Tier,
    *,
    presence_met: bool,
    address_proved: bool,
) -> Step:
    """The step that the user stands at; the same on every device and after every reload."""
    if verification.stage in _STEP_OF_STAGE:
        return _STEP_OF_STAGE[verification.stage]
    if verification.consented_at is None:
        return Step.CONSENT
    if verification.document_type not in tier.document_types:
        return Step.DOCUMENT_TYPE
    sides = [capture_kind(side) for side in sides_of(verification.document_type)]
    wanted = [Step(kind.value) for kind in sides if kind not in accepted]
    if TierStep.SELFIE in tier.steps and not presence_met:
        wanted.append(Step.SELFIE)
    if TierStep.PROOF_OF_ADDRESS in tier.steps and not address_proved:
        wanted.append(Step.PROOF_OF_ADDRESS)
    return wanted[0] if wanted else Step.SUBMIT


def steps_to_repeat(reasons: Collection[str]) -> frozenset[ReasonStep]:
    """The parts of the flow that these reasons ask for again; document and selfie if unclear."""
    steps = {REASONS[ReasonCode(code)].step for code in reasons}
    if any(REASONS[ReasonCode(code)].action == "other_document" for code in reasons):
        steps.add(ReasonStep.DOCUMENT)
    parts = frozenset(steps - {ReasonStep.SUBJECT})
    return parts or frozenset({ReasonStep.DOCUMENT, ReasonStep.SELFIE})


def needs_other_document(reasons: Collection[str]) -> bool:
    """Whether the user must choose a document again rather than retake the same one."""
    return any(
        REASONS[ReasonCode(code)].action == "other_document" or code == ReasonCode.WRONG_TYPE
        for code in reasons
    )
