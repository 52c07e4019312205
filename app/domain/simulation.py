"""Outcomes that a test partner may ask for: how far a run goes, for which reason, on which way."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.decision import REASONS_FOR_PEOPLE
from app.domain.errors import DomainError, ErrorCode
from app.domain.reasons import REASONS, ReasonCode
from app.domain.verification import KycStatus, Stage, status_of


class SimulatedOutcome(StrEnum):
    """What can be asked for: every stage that the outside sees, and the words for several."""

    NOT_STARTED = "not_started"
    CAPTURING = "capturing"
    ABANDONED = "abandoned"
    SUBMITTED = "submitted"
    EXAMINING = "examining"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    RETRY_REQUESTED = "retry_requested"
    REJECTED = "rejected"
    EXPIRED = "expired"
    PENDING = "pending"
    FAILED = "failed"


_O, _C = SimulatedOutcome, ReasonCode
# Not found by an examination: the user or the clock ends a run with these.
_LEFT_UNFINISHED = frozenset({_C.ABANDONED, _C.CONSENT_DECLINED})
_BY_TIME = frozenset({_C.EXPIRED})
# Follow from the findings, or from a person who looked at them.
_LAST_WORDS = frozenset({_C.TOO_MANY_ATTEMPTS, _C.REVIEWER_REJECTED})
_DECIDED = frozenset(ReasonCode) - _LEFT_UNFINISHED - _BY_TIME - REASONS_FOR_PEOPLE
_RETRYABLE = frozenset(code for code in _DECIDED if REASONS[code].retryable)


@dataclass(frozen=True)
class OutcomeRule:
    """Where an outcome leads, what it means, and the reasons it may have; `default` is given
    when none is named. Without a `stage` it follows from the reason.
    """

    stage: Stage | None
    meaning: str
    reasons: frozenset[ReasonCode] = frozenset()
    default: ReasonCode | None = None


RULES: Mapping[SimulatedOutcome, OutcomeRule] = {
    _O.NOT_STARTED: OutcomeRule(
        Stage.CAPTURING, "Nothing was done yet: a user without a run, or with an untouched one."
    ),
    _O.CAPTURING: OutcomeRule(
        Stage.CAPTURING,
        "The user is at the camera. After retry_requested it is a retry under way, and the status"
        " stays failed.",
    ),
    _O.ABANDONED: OutcomeRule(
        Stage.ABANDONED, "The user closed the widget before submitting.", _LEFT_UNFINISHED
    ),
    _O.SUBMITTED: OutcomeRule(
        Stage.SUBMITTED, "Handed in; goes to review when nobody decides in time."
    ),
    _O.EXAMINING: OutcomeRule(
        Stage.EXAMINING, "A worker looks at it; goes to review when nobody decides in time."
    ),
    _O.IN_REVIEW: OutcomeRule(
        Stage.IN_REVIEW,
        "A person must decide; stays so.",
        _DECIDED - _LAST_WORDS | REASONS_FOR_PEOPLE,
    ),
    _O.VERIFIED: OutcomeRule(Stage.VERIFIED, "The user may transact until expires_at."),
    _O.RETRY_REQUESTED: OutcomeRule(
        Stage.RETRY_REQUESTED,
        "Failed, and the user can mend it in the widget.",
        _RETRYABLE,
        _C.UNREADABLE_BLUR,
    ),
    _O.REJECTED: OutcomeRule(
        Stage.REJECTED,
        "Failed for good. A reason that could be mended is followed by too_many_attempts.",
        _DECIDED,
        _C.REVIEWER_REJECTED,
    ),
    _O.EXPIRED: OutcomeRule(
        Stage.EXPIRED, "Was verified, for longer than it holds.", _BY_TIME, _C.EXPIRED
    ),
    _O.PENDING: OutcomeRule(Stage.SUBMITTED, "The same as submitted."),
    _O.FAILED: OutcomeRule(
        None,
        "retry_requested for a reason that the user can mend, rejected for the others.",
        _DECIDED,
        _C.UNREADABLE_BLUR,
    ),
}


@dataclass(frozen=True)
class Simulation:
    """A possible outcome: the stage to stand at, and the reasons as they will be read.

    `starts_over` asks for a run that nothing has happened to.
    """

    outcome: SimulatedOutcome
    stage: Stage
    reasons: tuple[ReasonCode, ...] = ()

    @property
    def starts_over(self) -> bool:
        """Whether a run that got somewhere must give way."""
        return self.outcome is SimulatedOutcome.NOT_STARTED

    @property
    def status(self) -> KycStatus:
        """The word that a user who holds nothing else then has."""
        return status_of(_Run(self.stage))


@dataclass(frozen=True)
class _Run:
    stage: Stage
    attempt: int = 1
    reasons: list[str] | None = None
    held_tier: str | None = None


def simulation(outcome: SimulatedOutcome, reason: ReasonCode | None = None) -> Simulation:
    """The outcome with this reason, or its usual one. Raises DomainError(validation_error)."""
    rule = RULES[outcome]
    if reason is not None and reason not in rule.reasons:
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields={"reason": _advice(outcome, reason)})
    given = reason or rule.default
    stage = rule.stage
    if stage is None:
        stage = Stage.RETRY_REQUESTED if given in _RETRYABLE else Stage.REJECTED
    reasons = () if given is None else (given,)
    if stage is Stage.REJECTED and given in _RETRYABLE:
        # As the machine ends a last attempt: what was wrong with it, and that it was the last.
        reasons = (*reasons, ReasonCode.TOO_MANY_ATTEMPTS)
    return Simulation(outcome, stage, reasons)


def outcomes_for(reason: ReasonCode) -> list[SimulatedOutcome]:
    """The outcomes that may have this reason."""
    return [outcome for outcome, rule in RULES.items() if reason in rule.reasons]


def _advice(outcome: SimulatedOutcome, reason: ReasonCode) -> str:
    """What is possible instead."""
    fitting = ", ".join(outcomes_for(reason))
    known = sorted(RULES[outcome].reasons)
    others = f"one of {', '.join(known)}" if known else "no reason"
    return f"{reason} is possible with {fitting}; {outcome} takes {others}"


_BEFORE: Mapping[Stage, Stage] = {
    Stage.ABANDONED: Stage.CAPTURING,
    Stage.SUBMITTED: Stage.CAPTURING,
    Stage.EXAMINING: Stage.SUBMITTED,
    Stage.IN_REVIEW: Stage.EXAMINING,
    Stage.VERIFIED: Stage.EXAMINING,
    Stage.RETRY_REQUESTED: Stage.EXAMINING,
    Stage.REJECTED: Stage.EXAMINING,
    Stage.EXPIRED: Stage.VERIFIED,
}
_GOES_ON = frozenset({Stage.ABANDONED, Stage.RETRY_REQUESTED, Stage.REJECTED})


def way(stage: Stage, target: Stage) -> tuple[Stage, ...] | None:
    """The stages to pass, the target last, as a real run passes them; None takes a new run."""
    line = [target]
    while line[0] in _BEFORE:
        line.insert(0, _BEFORE[line[0]])
    if stage in line:
        rest = line[line.index(stage) + 1 :]
        if rest:
            return tuple(rest)
    if stage is Stage.IN_REVIEW and Stage.EXAMINING in line[:-1] and target is not stage:
        return tuple(line[line.index(Stage.EXAMINING) + 1 :])
    return tuple(line) if stage in _GOES_ON else None
