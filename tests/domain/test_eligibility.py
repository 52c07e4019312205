"""Eligibility: what is offered, what a user holds, and what is still on its way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.applicant import RiskLevel
from app.domain.eligibility import (
    POLICY_ACCEPTANCE,
    AddressProof,
    ApplicantStanding,
    Eligibility,
    judge,
    with_acceptances,
)
from app.domain.eligibility import EligibilityOutcome as Outcome
from app.domain.eligibility import EligibilityReason as Reason
from app.domain.policy import STANDARD_POLICY, EligibilityRule, Policy, TierStep
from app.domain.verification import Stage

POLICY = replace(
    STANDARD_POLICY,
    eligibility=(
        EligibilityRule("wallet", "basic"),
        EligibilityRule("card", "standard", countries=("DE", "FR"), currencies=("EUR",)),
        EligibilityRule("card", "enhanced", countries=("US",), denied_countries=("FR",)),
        EligibilityRule("transfer", "enhanced", denied_countries=("KP",)),
        EligibilityRule("loan", "standard", highest_risk=RiskLevel.LOW),
    ),
)
# From the worst answer to the best.
ORDER = [Outcome.NOT_ELIGIBLE, Outcome.NOT_YET, Outcome.IN_REVIEW, Outcome.ELIGIBLE]
TIERS = [None, "basic", "standard", "enhanced"]
NEWCOMER = ApplicantStanding()
VERIFIED = ApplicantStanding(held_tier="standard", run_tier="standard", stage=Stage.VERIFIED)

standings = st.builds(
    ApplicantStanding,
    held_tier=st.sampled_from([*TIERS, "gone"]),
    run_tier=st.sampled_from([*TIERS, "gone"]),
    stage=st.none() | st.sampled_from(Stage),
    risk_level=st.none() | st.sampled_from(RiskLevel),
    address_proof=st.sampled_from(AddressProof),
    is_suspended=st.booleans(),
)
questions = st.tuples(
    st.sampled_from(["wallet", "card", "transfer", "loan", "yacht"]) | st.text(max_size=9),
    st.sampled_from(["DE", "FR", "US", "KP", "CH"]) | st.text(max_size=3),
    st.sampled_from(["EUR", "USD"]) | st.text(max_size=4),
)


def ask(product: str, standing: ApplicantStanding, country: str = "DE") -> Eligibility:
    return judge(POLICY, product, country, "EUR", standing)


@pytest.mark.parametrize(
    ("product", "country", "currency", "reason"),
    [
        ("yacht", "DE", "EUR", Reason.PRODUCT_NOT_OFFERED),
        ("card", "CH", "EUR", Reason.COUNTRY_NOT_OFFERED),
        ("transfer", "KP", "EUR", Reason.COUNTRY_NOT_OFFERED),
        ("card", "DE", "USD", Reason.CURRENCY_NOT_OFFERED),
    ],
)
def test_what_is_not_offered_is_a_rejection_that_says_why(
    product: str, country: str, currency: str, reason: Reason
) -> None:
    found = judge(POLICY, product, country, currency, VERIFIED)
    assert found == Eligibility(Outcome.NOT_ELIGIBLE, (reason,))


def test_whoever_holds_the_tier_is_eligible_at_once() -> None:
    assert ask("card", VERIFIED) == Eligibility(Outcome.ELIGIBLE, (), "standard")


def test_a_higher_tier_gives_what_the_lower_ones_give() -> None:
    assert ask("wallet", replace(VERIFIED, held_tier="enhanced")).outcome is Outcome.ELIGIBLE


def test_the_first_rule_that_offers_it_names_the_tier() -> None:
    assert judge(POLICY, "card", "US", "USD", NEWCOMER).required_tier == "enhanced"
    assert judge(POLICY, "card", "DE", "EUR", NEWCOMER).required_tier == "standard"


def test_a_newcomer_is_told_the_tier_and_every_step() -> None:
    assert ask("transfer", NEWCOMER) == Eligibility(
        Outcome.NOT_YET,
        (Reason.VERIFICATION_REQUIRED,),
        "enhanced",
        (TierStep.DOCUMENT, TierStep.SELFIE, TierStep.PROOF_OF_ADDRESS),
    )


def test_a_step_up_asks_only_for_what_the_held_tier_lacks() -> None:
    found = ask("transfer", VERIFIED)
    assert found.outcome is Outcome.NOT_YET
    assert found.reasons == (Reason.TIER_TOO_LOW,)
    assert found.missing == (TierStep.PROOF_OF_ADDRESS,)


def test_an_accepted_proof_of_address_is_not_asked_for_again() -> None:
    proved = replace(VERIFIED, address_proof=AddressProof.ACCEPTED)
    assert ask("transfer", proved).missing == ()
    assert TierStep.PROOF_OF_ADDRESS not in ask("transfer", replace(proved, held_tier=None)).missing


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        (Stage.SUBMITTED, Reason.DECISION_PENDING),
        (Stage.EXAMINING, Reason.DECISION_PENDING),
        (Stage.IN_REVIEW, Reason.REVIEW_PENDING),
    ],
)
def test_a_run_that_waits_for_its_decision_is_in_review(stage: Stage, reason: Reason) -> None:
    found = ask("card", ApplicantStanding(run_tier="standard", stage=stage))
    assert (found.outcome, found.reasons) == (Outcome.IN_REVIEW, (reason,))


def test_a_pending_run_for_a_lower_tier_does_not_stand_for_a_higher_one() -> None:
    found = ask("transfer", ApplicantStanding(run_tier="standard", stage=Stage.IN_REVIEW))
    assert found.outcome is Outcome.NOT_YET
    assert found.missing == (TierStep.PROOF_OF_ADDRESS,)


def test_a_proof_of_address_that_is_looked_at_is_in_review() -> None:
    found = ask("transfer", replace(VERIFIED, address_proof=AddressProof.PENDING))
    assert found.outcome is Outcome.IN_REVIEW
    assert found.reasons == (Reason.PROOF_OF_ADDRESS_PENDING,)


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        (Stage.CAPTURING, Reason.VERIFICATION_UNFINISHED),
        (Stage.ABANDONED, Reason.VERIFICATION_UNFINISHED),
        (Stage.RETRY_REQUESTED, Reason.RETRY_REQUESTED),
        (Stage.EXPIRED, Reason.VERIFICATION_EXPIRED),
        (Stage.ERASED, Reason.VERIFICATION_REQUIRED),
    ],
)
def test_what_the_user_can_still_do_is_not_a_rejection(stage: Stage, reason: Reason) -> None:
    found = ask("card", ApplicantStanding(run_tier="standard", stage=stage))
    assert (found.outcome, found.reasons) == (Outcome.NOT_YET, (reason,))


def test_a_rejected_user_is_not_eligible_but_keeps_what_is_held() -> None:
    rejected = ApplicantStanding(run_tier="standard", stage=Stage.REJECTED)
    found = ask("card", rejected)
    assert (found.outcome, found.reasons) == (Outcome.NOT_ELIGIBLE, (Reason.USER_REJECTED,))
    step_up = replace(rejected, held_tier="standard", run_tier="enhanced")
    assert ask("card", step_up).outcome is Outcome.ELIGIBLE
    assert ask("transfer", step_up).outcome is Outcome.NOT_ELIGIBLE


def test_every_refusal_is_named_at_once() -> None:
    found = ask("loan", replace(VERIFIED, is_suspended=True, risk_level=RiskLevel.HIGH))
    assert found.outcome is Outcome.NOT_ELIGIBLE
    assert found.reasons == (Reason.USER_SUSPENDED, Reason.RISK_TOO_HIGH)


def test_a_tier_that_a_newer_policy_dropped_gives_nothing() -> None:
    found = ask("wallet", replace(VERIFIED, held_tier="gone"))
    assert found.outcome is Outcome.NOT_YET
    assert found.reasons == (Reason.VERIFICATION_REQUIRED,)


@given(questions, standings)
def test_judge_is_total_and_every_answer_explains_itself(
    question: tuple[str, str, str], standing: ApplicantStanding
) -> None:
    found = judge(POLICY, *question, standing)
    assert bool(found.reasons) == (found.outcome is not Outcome.ELIGIBLE)
    if found.outcome is not Outcome.NOT_ELIGIBLE:
        assert found.required_tier is not None
    if found.outcome in {Outcome.ELIGIBLE, Outcome.NOT_ELIGIBLE}:
        assert found.missing == ()


@given(questions, standings, st.sampled_from(TIERS[1:]), st.sampled_from(TIERS[1:]))
def test_holding_a_higher_tier_never_makes_it_worse(
    question: tuple[str, str, str], standing: ApplicantStanding, one: str, other: str
) -> None:
    lower, higher = sorted([one, other], key=TIERS.index)
    with_lower = judge(POLICY, *question, replace(standing, held_tier=lower))
    with_higher = judge(POLICY, *question, replace(standing, held_tier=higher))
    assert ORDER.index(with_lower.outcome) <= ORDER.index(with_higher.outcome)
    assert len(with_lower.missing) >= len(with_higher.missing)


@given(questions, standings)
def test_a_suspension_is_never_eligible(
    question: tuple[str, str, str], standing: ApplicantStanding
) -> None:
    found = judge(POLICY, *question, replace(standing, is_suspended=True))
    assert found.outcome is Outcome.NOT_ELIGIBLE


@given(questions, standings)
def test_more_risk_never_makes_it_better(
    question: tuple[str, str, str], standing: ApplicantStanding
) -> None:
    found = [
        ORDER.index(judge(POLICY, *question, replace(standing, risk_level=level)).outcome)
        for level in RiskLevel
    ]
    assert found == sorted(found, reverse=True)


@given(questions, standings)
def test_without_rules_nothing_is_offered(
    question: tuple[str, str, str], standing: ApplicantStanding
) -> None:
    found = judge(Policy(tiers=POLICY.tiers), *question, standing)
    assert found == Eligibility(Outcome.NOT_ELIGIBLE, (Reason.PRODUCT_NOT_OFFERED,))


def test_policies_that_are_not_accepted_close_what_is_open_and_soften_no_refusal() -> None:
    eligible = Eligibility(Outcome.ELIGIBLE, (), "basic")
    waiting = with_acceptances(eligible, has_unaccepted=True)
    assert waiting.outcome is Outcome.NOT_YET
    assert waiting.reasons == (Reason.POLICY_ACCEPTANCE_REQUIRED,)
    assert waiting.missing == (POLICY_ACCEPTANCE,)
    in_review = Eligibility(Outcome.IN_REVIEW, (Reason.REVIEW_PENDING,), "basic")
    assert with_acceptances(in_review, has_unaccepted=True).outcome is Outcome.IN_REVIEW
    refused = Eligibility(Outcome.NOT_ELIGIBLE, (Reason.USER_REJECTED,), "basic")
    assert with_acceptances(refused, has_unaccepted=True) == refused
    assert with_acceptances(eligible, has_unaccepted=False) == eligible
