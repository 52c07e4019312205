"""GET /v1/sandbox/outcomes: what can be simulated, from the very tables that decide it."""

from __future__ import annotations

from app.domain.errors import ErrorCode
from app.domain.magic_users import MAGIC_NAMES, MAGIC_UUIDS, MagicUser
from app.domain.partner import Scope
from app.domain.reasons import ReasonCode
from app.domain.simulation import RULES, SimulatedOutcome, outcomes_for, simulation
from app.domain.verification import KycStatus
from app.web.api.operations import operation
from app.web.api.sandbox.door import sandbox_blueprint
from app.web.bodies import Answer
from app.web.reasons import PartnerReason, reasons_for_partner

outcomes = sandbox_blueprint("sandbox_outcomes", __name__)


class OutcomeAnswer(Answer):
    """One outcome: where it leads without a reason, and the reasons it may have."""

    outcome: SimulatedOutcome
    status: KycStatus
    stage: str
    meaning: str
    default_reason: ReasonCode | None
    reasons: list[ReasonCode]


class ReasonAnswer(PartnerReason):
    """One reason, and the outcomes that may have it."""

    outcomes: list[SimulatedOutcome]


class MagicUserAnswer(Answer):
    """A user of this name has this outcome from the first time anyone names it."""

    partner_user_id: str
    outcome: SimulatedOutcome
    reason: ReasonCode | None


class OutcomesAnswer(Answer):
    """Everything that the sandbox can bring about."""

    outcomes: list[OutcomeAnswer]
    reasons: list[ReasonAnswer]
    magic_users: list[MagicUserAnswer]


@outcomes.get("/v1/sandbox/outcomes")
@operation(
    "List the outcomes and reasons that can be simulated",
    answers={200: OutcomesAnswer},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.KYC_READ,
)
def list_all() -> OutcomesAnswer:
    """What `simulate` takes, what it means, and the users that need no call."""
    return OutcomesAnswer(
        outcomes=[_outcome(outcome) for outcome in SimulatedOutcome],
        reasons=[_reason(code) for code in ReasonCode],
        magic_users=[_magic(user) for user in (*MAGIC_NAMES, *MAGIC_UUIDS.values())],
    )


def _outcome(outcome: SimulatedOutcome) -> OutcomeAnswer:
    rule, usual = RULES[outcome], simulation(outcome)
    return OutcomeAnswer(
        outcome=outcome,
        status=usual.status,
        stage=usual.stage.value,
        meaning=rule.meaning,
        default_reason=rule.default,
        reasons=[code for code in ReasonCode if code in rule.reasons],
    )


def _reason(code: ReasonCode) -> ReasonAnswer:
    (told,) = reasons_for_partner([code])
    return ReasonAnswer(**told.model_dump(), outcomes=outcomes_for(code))


def _magic(user: MagicUser) -> MagicUserAnswer:
    return MagicUserAnswer(
        partner_user_id=user.partner_user_id, outcome=user.outcome, reason=user.reason
    )
