"""/v1/sandbox/users/{partner_user_id}: simulate an outcome, advance time."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.domain.errors import ErrorCode
from app.domain.partner import Scope
from app.domain.proof_of_address import ProofStatus, proof_word
from app.domain.reasons import ReasonCode
from app.domain.simulation import SimulatedOutcome, simulation
from app.domain.verification import KycStatus
from app.web.api.operations import operation
from app.web.api.sandbox.door import sandbox_blueprint
from app.web.api.widget.client_tokens import TierName
from app.web.api.widget.kyc_status import KycStatusAnswer, status_answer
from app.web.authentication import partner_caller
from app.web.bodies import Answer, Body
from app.web.reasons import PartnerReason, reasons_for_partner
from app.web.services import services

_TEN_YEARS_S = 315_576_000

users = sandbox_blueprint("sandbox_users", __name__)


class SimulateBody(Body):
    """The outcome, why, and at which tier; without a reason the usual one is taken."""

    outcome: SimulatedOutcome
    reason: ReasonCode | None = None
    tier: TierName | None = None


class PoaStage(StrEnum):
    """Where a proof of address can stand."""

    PENDING = "pending"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"


class SimulatePoaBody(Body):
    """Where the paper is brought to, and why; one that failed without a reason is unreadable."""

    stage: PoaStage
    reason: ReasonCode | None = None


class SimulatedPoaAnswer(Answer):
    """The proof of address as it then stands."""

    partner_user_id: str
    status: KycStatus
    stage: PoaStage
    reasons: list[PartnerReason]


class AdvanceTimeBody(Body):
    """How much time passes for the user."""

    seconds: Annotated[int, Field(ge=1, le=_TEN_YEARS_S)]


@users.post("/v1/sandbox/users/<partner_user_id>/simulate")
@operation(
    "Bring a user to an outcome, with the events that a real one has",
    body=SimulateBody,
    answers={200: KycStatusAnswer},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.KYC_WRITE,
    creates=True,
)
def simulate(partner_user_id: str, body: SimulateBody) -> KycStatusAnswer:
    """The status that the outcome leads to; a user of a new name is created."""
    view = services().simulate_verification(
        partner_caller(), partner_user_id, simulation(body.outcome, body.reason), body.tier
    )
    return status_answer(view, for_partner=True)


@users.post("/v1/sandbox/users/<partner_user_id>/simulate-poa")
@operation(
    "Bring a user's proof of address to a status, with the events that a real one has",
    body=SimulatePoaBody,
    answers={200: SimulatedPoaAnswer},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.KYC_WRITE,
    creates=True,
)
def simulate_poa(partner_user_id: str, body: SimulatePoaBody) -> SimulatedPoaAnswer:
    """How the proof then stands; a user of a new name is created."""
    reason = body.reason
    if reason is None and body.stage is PoaStage.FAILED:
        reason = ReasonCode.POA_UNREADABLE
    reasons = [] if reason is None else [reason]
    proof = services().simulate_proof_of_address(
        partner_caller(), partner_user_id, ProofStatus(body.stage.value), reasons
    )
    return SimulatedPoaAnswer(
        partner_user_id=partner_user_id,
        status=proof_word(proof),
        stage=PoaStage(proof.status.value),
        reasons=reasons_for_partner(proof.reasons),
    )


@users.post("/v1/sandbox/users/<partner_user_id>/advance-time")
@operation(
    "Let time pass for one user, and let happen what is due by then",
    body=AdvanceTimeBody,
    answers={200: KycStatusAnswer},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.KYC_WRITE,
    creates=True,
)
def advance_time(partner_user_id: str, body: AdvanceTimeBody) -> KycStatusAnswer:
    """The status afterwards. The user's dates move into the past; the clock stays where it is."""
    by = timedelta(seconds=body.seconds)
    view = services().advance_time(partner_caller(), partner_user_id, by)
    return status_answer(view, for_partner=True)
