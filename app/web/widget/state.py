"""The state of the flow as the widget's JavaScript reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.policy import TierStep
from app.domain.proof_of_address import proof_word
from app.domain.verification import KycStatus
from app.web.bodies import Answer
from app.web.reasons import VisibleReason, reasons_for_user
from app.web.times import Instant

if TYPE_CHECKING:
    from app.services.progress import Progress


class WidgetProof(Answer):
    """How the newest paper that the user sent stands, why it was refused, and how old it may be."""

    status: KycStatus
    reasons: list[VisibleReason]
    max_age_days: int


class HandoffState(Answer):
    """The handoff by which a phone goes on, and whether that phone is asking."""

    handoff_id: str
    is_phone: bool


class State(Answer):
    """Where the user stands; every answer of the flow carries it."""

    partner_user_id: str
    stage: str
    kyc_status: str
    step: str
    document_type: str | None
    document_types: list[str]
    sides: list[str]
    accepted: list[str]
    presence_ways: list[str]
    presence_light: bool
    retryable: bool
    reasons: list[VisibleReason]
    attempts_left: int
    retry_at: Instant | None
    proof_of_address: WidgetProof | None
    consent_version: str
    expected_by: Instant | None
    typical_wait_s: int | None
    version: int
    handoff: HandoffState | None


class StateAnswer(Answer):
    """The state after a change."""

    state: State


def state_of(progress: Progress) -> State:
    """The progress as an answer."""
    verification = progress.verification
    return State(
        partner_user_id=progress.partner_user_id,
        stage=verification.stage.value,
        kyc_status=verification.kyc_status.value,
        step=progress.step.value,
        document_type=verification.document_type,
        document_types=[kind.value for kind in progress.tier.document_types],
        sides=progress.sides,
        accepted=[kind.value for kind in progress.accepted],
        presence_ways=[way.value for way in progress.tier.presence_ways],
        presence_light=progress.tier.presence_light,
        retryable=verification.is_retryable,
        reasons=reasons_for_user(verification.reasons),
        attempts_left=progress.attempts_left,
        retry_at=progress.retry_at,
        proof_of_address=_proof(progress),
        consent_version=progress.policy.consent_version,
        expected_by=verification.expected_by,
        typical_wait_s=progress.typical_wait_s,
        version=progress.version,
        handoff=_handoff(progress),
    )


def _handoff(progress: Progress) -> HandoffState | None:
    """None while nobody but this device goes on."""
    on_phone = progress.on_phone
    if on_phone is None:
        return None
    return HandoffState(handoff_id=on_phone.handoff_id, is_phone=on_phone.is_this_device)


def _proof(progress: Progress) -> WidgetProof | None:
    """None where the tier asks for no paper."""
    if TierStep.PROOF_OF_ADDRESS not in progress.tier.steps:
        return None
    proof = progress.proof
    return WidgetProof(
        status=proof_word(proof),
        reasons=reasons_for_user(proof.reasons if proof else ()),
        max_age_days=progress.tier.proof_of_address_max_age_days,
    )
