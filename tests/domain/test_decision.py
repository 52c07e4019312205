from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.applicant import RiskLevel
from app.domain.checks import (
    CheckCode,
    CheckResult,
    Outcome,
    failed,
    inconclusive,
    passed,
)
from app.domain.decision import Verdict, decide, required_checks
from app.domain.policy import STANDARD_POLICY, STANDARD_TIER, Tier, TierStep
from app.domain.reasons import ReasonCode

REQUIRED_CHECKS = required_checks(STANDARD_TIER.steps)
CLEAN = [passed(code) for code in REQUIRED_CHECKS] + [passed(CheckCode.MRZ_CHECK_DIGITS)]
# From the worst verdict to the best.
ORDER = [Verdict.REJECTED, Verdict.RETRY_REQUESTED, Verdict.IN_REVIEW, Verdict.VERIFIED]
results = st.builds(
    CheckResult,
    code=st.sampled_from(CheckCode),
    outcome=st.sampled_from(Outcome),
    reason=st.none() | st.sampled_from(ReasonCode),
)


def test_a_clean_examination_is_verified() -> None:
    assert decide(CLEAN, STANDARD_TIER, attempt=1).verdict is Verdict.VERIFIED


@pytest.mark.parametrize("code", sorted(REQUIRED_CHECKS))
def test_a_missing_check_is_never_verified(code: CheckCode) -> None:
    without = [result for result in CLEAN if result.code is not code]
    assert decide(without, STANDARD_TIER, attempt=1).verdict is Verdict.IN_REVIEW


def test_a_document_that_nothing_machine_readable_vouches_for_goes_to_review() -> None:
    visual_only = [result for result in CLEAN if result.code is not CheckCode.MRZ_CHECK_DIGITS]
    assert decide(visual_only, STANDARD_TIER, attempt=1).verdict is Verdict.IN_REVIEW


def test_a_failed_check_asks_for_a_retry_with_its_reason() -> None:
    blurred = [*CLEAN, failed(CheckCode.IMAGE_QUALITY, ReasonCode.UNREADABLE_BLUR)]
    decision = decide(blurred, STANDARD_TIER, attempt=1)
    assert decision.verdict is Verdict.RETRY_REQUESTED
    assert decision.reasons == (ReasonCode.UNREADABLE_BLUR,)


def test_the_last_attempt_ends_in_a_rejection() -> None:
    blurred = [*CLEAN, failed(CheckCode.IMAGE_QUALITY, ReasonCode.UNREADABLE_BLUR)]
    decision = decide(blurred, STANDARD_TIER, attempt=STANDARD_TIER.max_attempts)
    assert decision.verdict is Verdict.REJECTED
    assert decision.reasons[-1] is ReasonCode.TOO_MANY_ATTEMPTS


def test_a_minor_is_rejected_at_once() -> None:
    minor = [*CLEAN, failed(CheckCode.HOLDER_AGE, ReasonCode.UNDERAGE)]
    assert decide(minor, STANDARD_TIER, attempt=1).verdict is Verdict.REJECTED


@pytest.mark.parametrize("attempt", [1, STANDARD_TIER.max_attempts])
@pytest.mark.parametrize("review_unclear", [True, False])
@pytest.mark.parametrize(
    "reason", [ReasonCode.CHALLENGE_NOT_POSSIBLE, ReasonCode.CHALLENGE_MET_LATE]
)
def test_a_challenge_that_says_nothing_goes_to_a_person_and_nowhere_else(
    reason: ReasonCode, attempt: int, *, review_unclear: bool
) -> None:
    tier = replace(STANDARD_TIER, review_unclear=review_unclear)
    asked = [result for result in CLEAN if result.code is not CheckCode.PRESENCE]
    decision = decide([*asked, inconclusive(CheckCode.PRESENCE, reason)], tier, attempt=attempt)
    assert decision.verdict is Verdict.IN_REVIEW
    assert decision.reasons == (reason,)


def test_who_cannot_do_the_challenge_mends_a_bad_picture_first() -> None:
    blurred = inconclusive(CheckCode.IMAGE_QUALITY, ReasonCode.UNREADABLE_BLUR)
    asked = [result for result in CLEAN if result.code is not CheckCode.PRESENCE]
    still = inconclusive(CheckCode.PRESENCE, ReasonCode.CHALLENGE_NOT_POSSIBLE)
    decision = decide([*asked, still, blurred], STANDARD_TIER, attempt=1)
    assert decision.verdict is Verdict.RETRY_REQUESTED


def test_unclear_without_a_reason_is_left_to_people() -> None:
    unclear = [*CLEAN, inconclusive(CheckCode.HOLDER_COMPARISON)]
    assert decide(unclear, STANDARD_TIER, attempt=1).verdict is Verdict.IN_REVIEW


@pytest.mark.parametrize("tier", STANDARD_POLICY.tiers, ids=lambda tier: tier.name)
def test_a_tier_needs_the_checks_of_its_steps_and_no_others(tier: Tier) -> None:
    checks = [passed(code) for code in required_checks(tier.steps)]
    vouched = [*checks, passed(CheckCode.MRZ_CHECK_DIGITS)]
    assert decide(vouched, tier, attempt=1).verdict is Verdict.VERIFIED
    for missing in checks:
        without = [check for check in vouched if check is not missing]
        assert decide(without, tier, attempt=1).verdict is Verdict.IN_REVIEW


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (TierStep.SELFIE, CheckCode.PRESENCE),
        (TierStep.SELFIE, CheckCode.HOLDER_COMPARISON),
        (TierStep.PROOF_OF_ADDRESS, CheckCode.PROOF_OF_ADDRESS),
    ],
)
def test_a_check_is_required_exactly_where_its_step_is(step: TierStep, code: CheckCode) -> None:
    for tier in STANDARD_POLICY.tiers:
        assert (code in required_checks(tier.steps)) == (step in tier.steps)


def test_a_user_of_a_reviewed_risk_level_is_left_to_people() -> None:
    tier = replace(STANDARD_TIER, review_risk_levels=(RiskLevel.HIGH,))
    high = decide(CLEAN, tier, attempt=1, risk_level=RiskLevel.HIGH)
    low = decide(CLEAN, tier, attempt=1, risk_level=RiskLevel.LOW)
    assert (high.verdict, low.verdict) == (Verdict.IN_REVIEW, Verdict.VERIFIED)


@given(
    st.lists(results, max_size=12),
    st.integers(1, 5),
    st.sampled_from(STANDARD_POLICY.tiers),
    st.none() | st.sampled_from(RiskLevel),
)
def test_decide_is_total(
    found: list[CheckResult], attempt: int, tier: Tier, risk_level: RiskLevel | None
) -> None:
    assert decide(found, tier, attempt=attempt, risk_level=risk_level).verdict in Verdict


@given(st.lists(results, max_size=12), st.integers(1, 5), st.booleans())
def test_a_higher_tier_never_verifies_what_a_lower_one_does_not(
    found: list[CheckResult], attempt: int, is_clean: bool
) -> None:
    checks = [*found, *CLEAN] if is_clean else found
    verified = [
        decide(checks, tier, attempt=attempt).verdict is Verdict.VERIFIED
        for tier in STANDARD_POLICY.tiers
    ]
    assert verified == sorted(verified, reverse=True)


@given(st.integers(0, len(CLEAN) - 1), st.sampled_from(Outcome), st.integers(1, 5))
def test_a_worse_result_never_gives_a_better_decision(
    index: int, outcome: Outcome, attempt: int
) -> None:
    worse = [*CLEAN]
    worse[index] = replace(worse[index], outcome=outcome)
    best = decide(CLEAN, STANDARD_TIER, attempt=attempt).verdict
    assert ORDER.index(decide(worse, STANDARD_TIER, attempt=attempt).verdict) <= ORDER.index(best)


@given(st.lists(results, max_size=12), results, st.integers(1, 5))
def test_verified_survives_only_if_nothing_failed(
    found: list[CheckResult], extra: CheckResult, attempt: int
) -> None:
    decision = decide([*found, extra], STANDARD_TIER, attempt=attempt)
    if extra.outcome in {Outcome.FAILED, Outcome.INCONCLUSIVE}:
        assert decision.verdict is not Verdict.VERIFIED
