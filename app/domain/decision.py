"""From check results to the verdict: pure, total, and never kinder for a worse result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.applicant import RiskLevel
from app.domain.checks import CheckCode, CheckResult, Outcome
from app.domain.policy import Tier, TierStep
from app.domain.reasons import REASONS, ReasonCode
from app.domain.verification import Stage


class Verdict(StrEnum):
    """The four ends of an examination."""

    VERIFIED = "verified"
    RETRY_REQUESTED = "retry_requested"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"

    @property
    def stage(self) -> Stage:
        """The stage that a verification moves to."""
        return Stage(self.value)


@dataclass(frozen=True)
class Decision:
    """A verdict and the reasons for it, most important first, without repeats."""

    verdict: Verdict
    reasons: tuple[ReasonCode, ...] = ()


# Without each check of its steps a verification is never `verified`, whatever the others say.
_REQUIRED = {
    TierStep.DOCUMENT: frozenset(
        {
            CheckCode.CAPTURES_DECODED,
            CheckCode.DOCUMENT_FOUND,
            CheckCode.DOCUMENT_TYPE,
            CheckCode.DOCUMENT_SIDES,
            CheckCode.DOCUMENT_NOT_EXPIRED,
            CheckCode.HOLDER_AGE,
            CheckCode.PORTRAIT_FOUND,
        }
    ),
    TierStep.SELFIE: frozenset({CheckCode.PRESENCE, CheckCode.HOLDER_COMPARISON}),
    TierStep.PROOF_OF_ADDRESS: frozenset({CheckCode.PROOF_OF_ADDRESS}),
}


def required_checks(steps: Iterable[TierStep]) -> frozenset[CheckCode]:
    """The checks that must have passed; a document is always one of the steps."""
    return _REQUIRED[TierStep.DOCUMENT].union(*(_REQUIRED[step] for step in steps))


# Signs, not proofs: a person looks at them, and another picture would teach a forger only.
SIGNS_FOR_PEOPLE = frozenset(
    {
        CheckCode.SCREEN_PATTERN,
        CheckCode.COLOUR_RANGE,
        CheckCode.PAINTED_PATCH,
        CheckCode.CUT_OUT_EDGE,
        CheckCode.SOFTWARE_TRACES,
        CheckCode.DUPLICATE_DOCUMENT,
        CheckCode.DUPLICATE_PICTURE,
        CheckCode.DUPLICATE_FACE,
        CheckCode.USER_VELOCITY,
    }
)

# The machine has nothing to say to these, whichever checks they come with: another try of the user
# would end the same.
REASONS_FOR_PEOPLE = frozenset({ReasonCode.CHALLENGE_NOT_POSSIBLE, ReasonCode.CHALLENGE_MET_LATE})

# One of these must have passed: a document that no machine-readable zone vouches for is looked
# at by a person.
_MACHINE_READABLE = frozenset({CheckCode.MRZ_CHECK_DIGITS, CheckCode.BARCODE_READ})


def decide(
    results: Sequence[CheckResult],
    tier: Tier,
    *,
    attempt: int,
    risk_level: RiskLevel | None = None,
) -> Decision:
    """The verdict over all check results of one attempt (1 = the first).

    A user of a risk level that the tier reviews is never verified by the machine alone.
    """
    reasons = _reasons(results, Outcome.FAILED)
    if any(not REASONS[code].retryable for code in reasons):
        return Decision(Verdict.REJECTED, reasons)
    if _any(results, Outcome.FAILED):
        return _retry_or_reject(reasons, tier, attempt)
    signs = [result for result in results if _is_for_people(result)]
    others = [result for result in results if not _is_for_people(result)]
    unclear = _reasons(others, Outcome.INCONCLUSIVE)
    if unclear and attempt < tier.max_attempts:
        return Decision(Verdict.RETRY_REQUESTED, unclear)
    if _any(others, Outcome.INCONCLUSIVE) or not _is_complete(results, tier):
        return _review_or_retry(_reasons(results, Outcome.INCONCLUSIVE), tier, attempt)
    has_sign = _any(signs, Outcome.INCONCLUSIVE)
    if has_sign or risk_level in tier.review_risk_levels:
        return Decision(Verdict.IN_REVIEW, _reasons(signs, Outcome.INCONCLUSIVE))
    return Decision(Verdict.VERIFIED)


def _retry_or_reject(reasons: tuple[ReasonCode, ...], tier: Tier, attempt: int) -> Decision:
    if not reasons or attempt < tier.max_attempts:
        return Decision(Verdict.RETRY_REQUESTED, reasons)
    return Decision(Verdict.REJECTED, (*reasons, ReasonCode.TOO_MANY_ATTEMPTS))


def _review_or_retry(reasons: tuple[ReasonCode, ...], tier: Tier, attempt: int) -> Decision:
    if tier.review_unclear:
        return Decision(Verdict.IN_REVIEW, reasons)
    return _retry_or_reject(reasons, tier, attempt)


def _is_for_people(result: CheckResult) -> bool:
    return result.code in SIGNS_FOR_PEOPLE or result.reason in REASONS_FOR_PEOPLE


def _is_complete(results: Sequence[CheckResult], tier: Tier) -> bool:
    """Whether every required check has passed, or can be made by a person only."""
    by_code = {result.code: result.outcome for result in results}
    left_to_people = {
        result.code
        for result in results
        if result.outcome is Outcome.INCONCLUSIVE and _is_for_people(result)
    }
    required = all(
        by_code.get(code) is Outcome.PASSED or code in left_to_people
        for code in required_checks(tier.steps)
    )
    vouched = any(by_code.get(code) is Outcome.PASSED for code in _MACHINE_READABLE)
    return required and vouched


def _any(results: Sequence[CheckResult], outcome: Outcome) -> bool:
    return any(result.outcome is outcome for result in results)


def _reasons(results: Sequence[CheckResult], outcome: Outcome) -> tuple[ReasonCode, ...]:
    found = (r.reason for r in results if r.outcome is outcome and r.reason is not None)
    return tuple(dict.fromkeys(found))
