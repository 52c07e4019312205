"""A proof of address: where it may go, by whose rules, and what it says to a verification."""

from datetime import UTC, datetime

import pytest

from app.domain.checks import CheckCode, Outcome
from app.domain.decision import Verdict, decide
from app.domain.errors import DomainError
from app.domain.policy import STANDARD_POLICY, Policy, Tier, TierStep
from app.domain.proof_of_address import (
    PROOF_TRANSITIONS,
    ProofOfAddress,
    ProofStatus,
    paper_claim,
    proof_check,
    proof_status_of,
    proof_tier,
    proof_word,
)
from app.domain.reasons import ReasonCode
from app.domain.verification import KycStatus
from tests.builders.installation import ALL_PASSED

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENHANCED = STANDARD_POLICY.tier("enhanced")


def a_proof(status: ProofStatus, *reasons: ReasonCode) -> ProofOfAddress:
    codes = [reason.value for reason in reasons]
    return ProofOfAddress(
        "poa_1", "prt_1", "app_1", NOON, b"key", "0" * 64, ["obj_1"], 1, NOON, status, codes
    )


@pytest.mark.parametrize("start", ProofStatus)
@pytest.mark.parametrize("end", ProofStatus)
def test_only_the_table_moves_a_proof(start: ProofStatus, end: ProofStatus) -> None:
    proof = a_proof(start)
    if end in PROOF_TRANSITIONS[start]:
        proof.move_to(end)
        assert proof.status is end
    else:
        with pytest.raises(DomainError, match="conflict"):
            proof.move_to(end)
        assert proof.status is start


def test_every_status_has_a_word_for_the_outside() -> None:
    words = {status: proof_word(a_proof(status)) for status in ProofStatus}
    assert words[ProofStatus.IN_REVIEW] is KycStatus.PENDING
    assert words[ProofStatus.EXPIRED] is KycStatus.NOT_STARTED
    assert set(words.values()) == set(KycStatus)
    assert proof_word(None) is KycStatus.NOT_STARTED


def test_erasure_leaves_nothing_of_the_paper() -> None:
    proof = a_proof(ProofStatus.VERIFIED)
    proof.findings = b"sealed"
    proof.erase()
    assert (proof.wrapped_key, proof.sha256, proof.object_names) == (b"", "", [])
    assert (proof.findings, proof.expected_by, proof.status) == (None, None, ProofStatus.ERASED)


def test_nothing_of_the_paper_is_in_its_repr() -> None:
    assert "0" * 64 not in repr(a_proof(ProofStatus.PENDING))
    assert "Zenith" not in repr(paper_claim({"street": "Zenith Road 1"}))


def test_a_paper_is_examined_by_the_tier_that_asks_for_it() -> None:
    with_paper = (TierStep.DOCUMENT, TierStep.PROOF_OF_ADDRESS)
    gold = Tier(name="gold", level=40, steps=with_paper)
    policy = Policy(tiers=(gold, *STANDARD_POLICY.tiers))
    assert proof_tier(policy, "gold") is gold
    assert proof_tier(policy, "standard").name == "enhanced"
    assert proof_tier(policy, None).name == "enhanced"
    assert proof_tier(Policy(tiers=(Tier(),)), "standard").name == "standard"


def test_a_tier_without_reviews_asks_for_another_paper() -> None:
    assert proof_status_of("review", ENHANCED) is ProofStatus.IN_REVIEW
    assert proof_status_of("review", Tier(review_unclear=False)) is ProofStatus.FAILED


@pytest.mark.parametrize(
    ("proof", "outcome", "verdict"),
    [
        (a_proof(ProofStatus.VERIFIED), Outcome.PASSED, Verdict.VERIFIED),
        (a_proof(ProofStatus.PENDING), Outcome.INCONCLUSIVE, Verdict.IN_REVIEW),
        (a_proof(ProofStatus.IN_REVIEW), Outcome.INCONCLUSIVE, Verdict.IN_REVIEW),
        (a_proof(ProofStatus.ERASED), Outcome.INCONCLUSIVE, Verdict.IN_REVIEW),
        (None, Outcome.INCONCLUSIVE, Verdict.IN_REVIEW),
        (a_proof(ProofStatus.EXPIRED), Outcome.FAILED, Verdict.RETRY_REQUESTED),
        (
            a_proof(ProofStatus.FAILED, ReasonCode.POA_NAME_NOT_FOUND),
            Outcome.FAILED,
            Verdict.RETRY_REQUESTED,
        ),
        (
            a_proof(ProofStatus.FAILED, ReasonCode.REVIEWER_REJECTED),
            Outcome.FAILED,
            Verdict.REJECTED,
        ),
    ],
)
def test_what_a_paper_says_decides_with_the_others(
    proof: ProofOfAddress | None, outcome: Outcome, verdict: Verdict
) -> None:
    check = proof_check(proof)
    assert (check.code, check.outcome) == (CheckCode.PROOF_OF_ADDRESS, outcome)
    assert decide([*ALL_PASSED, check], ENHANCED, attempt=1).verdict is verdict


def test_without_a_word_on_the_paper_nobody_is_verified() -> None:
    assert decide(ALL_PASSED, ENHANCED, attempt=1).verdict is Verdict.IN_REVIEW
