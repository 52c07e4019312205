"""POST /profiles/api/v1/eligibility/check/: what a user may use, and what is missing."""

from typing import Any

import pytest

from app.domain.applicant import RiskLevel
from app.domain.eligibility import EligibilityOutcome
from tests.builders.installation import Installation
from tests.builders.profiles import (
    FACE,
    a_newcomer,
    activate_policy,
    applicants,
    bearer_of,
    simulate,
    suspend,
)

PATH = f"{FACE}/eligibility/check/"
USER = "user-123"
CARD = {"product": "card", "country": "DE", "currency": "EUR"}


def check(kyc: Installation, user: str = "user-123", **asked: str) -> dict[str, Any]:
    answer = kyc.post(PATH, kyc.bearer(user), **(CARD | asked))
    assert answer.status_code == 200, answer.json
    return dict(answer.json or {})


def accept_all(kyc: Installation, user: str = "user-123") -> None:
    for document in ("privacy_notice", "terms_of_use"):
        path = f"{FACE}/compliance/policies/{document}/accept/"
        assert kyc.post(path, kyc.bearer(user)).status_code == 201


def test_a_verified_user_who_accepted_the_policies_is_eligible(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    accept_all(kyc)
    assert check(kyc) == CARD | {
        "eligible": True,
        "outcome": "eligible",
        "required_tier": "standard",
        "current_tier": "standard",
        "reasons": [],
        "missing": [],
    }


def test_a_user_who_has_only_begun_is_told_what_is_missing(kyc: Installation) -> None:
    found = check(kyc)
    assert (found["eligible"], found["outcome"]) == (False, "not_yet")
    assert found["current_tier"] is None
    assert found["reasons"] == ["verification_unfinished", "policy_acceptance_required"]
    assert found["missing"] == ["document", "selfie", "policy_acceptance"]


def test_a_required_policy_that_was_not_accepted_is_missing(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    found = check(kyc)
    assert (found["eligible"], found["outcome"]) == (False, "not_yet")
    assert (found["reasons"], found["missing"]) == (
        ["policy_acceptance_required"],
        ["policy_acceptance"],
    )


def test_a_policy_without_documents_asks_for_no_acceptance(kyc: Installation) -> None:
    activate_policy(kyc, documents=())
    simulate(kyc, "verified", tier="standard")
    assert check(kyc)["eligible"]


def test_a_proof_of_address_is_missing_looked_at_or_there(kyc: Installation) -> None:
    transfer = {"product": "transfer"}
    simulate(kyc, "verified", tier="standard")
    accept_all(kyc)
    found = check(kyc, **transfer)
    assert (found["outcome"], found["missing"]) == ("not_yet", ["proof_of_address"])
    paper = f"/v1/sandbox/users/{USER}/simulate-poa"
    kyc.client.post(paper, json={"stage": "in_review"}, headers=kyc.key)
    found = check(kyc, **transfer)
    assert (found["outcome"], found["reasons"]) == ("in_review", ["proof_of_address_pending"])
    kyc.client.post(paper, json={"stage": "failed"}, headers=kyc.key)
    assert check(kyc, **transfer)["missing"] == ["proof_of_address"]
    kyc.clock.move(seconds=1)
    kyc.client.post(paper, json={"stage": "verified"}, headers=kyc.key)
    # The paper is there; what is left is to hand the higher tier in.
    found = check(kyc, **transfer)
    assert (found["outcome"], found["missing"]) == ("not_yet", [])
    simulate(kyc, "verified", tier="enhanced")
    assert check(kyc, **transfer)["eligible"]


def test_a_tier_that_is_too_low_names_the_steps_up(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="basic")
    accept_all(kyc)
    found = check(kyc)
    assert (found["outcome"], found["reasons"]) == ("not_yet", ["tier_too_low"])
    assert (found["required_tier"], found["current_tier"]) == ("standard", "basic")
    assert found["missing"] == ["selfie"]


def test_a_review_is_no_rejection_and_a_rejection_no_review(kyc: Installation) -> None:
    simulate(kyc, "in_review", user="user-1")
    simulate(kyc, "rejected", user="user-2")
    review, rejection = check(kyc, "user-1"), check(kyc, "user-2")
    assert (review["outcome"], review["reasons"][0]) == ("in_review", "review_pending")
    assert (rejection["outcome"], rejection["reasons"]) == ("not_eligible", ["user_rejected"])
    assert rejection["missing"] == []


def test_an_expired_verification_counts_no_longer_even_before_the_sweep(
    kyc: Installation,
) -> None:
    simulate(kyc, "verified", tier="standard")
    kyc.clock.move(seconds=366 * 86_400)
    found = check(kyc)
    assert (found["outcome"], found["current_tier"]) == ("not_yet", None)
    assert found["reasons"][0] == "verification_expired"
    assert found["missing"][:2] == ["document", "selfie"]


def test_a_risk_above_the_rule_and_a_suspension_are_rejections(kyc: Installation) -> None:
    simulate(kyc, "verified", user="newcomer", tier="enhanced")
    with kyc.services.storage.writing() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "newcomer")
        assert applicant is not None
        applicant.risk_level = RiskLevel.HIGH
        uow.commit()
    found = check(kyc, "newcomer", product="transfer")
    assert (found["outcome"], found["reasons"]) == ("not_eligible", ["risk_too_high"])
    suspend(kyc, "newcomer")
    judged, _ = kyc.services.check_eligibility(a_newcomer(kyc), "card", "DE", "EUR")
    assert judged.outcome is EligibilityOutcome.NOT_ELIGIBLE
    assert judged.reasons == ("user_suspended",)


def test_a_product_that_is_not_offered_is_a_rejection_without_a_tier(
    kyc_sqlite: Installation,
) -> None:
    found = check(kyc_sqlite, product="mortgage")
    assert (found["outcome"], found["reasons"]) == ("not_eligible", ["product_not_offered"])
    assert (found["required_tier"], found["missing"]) == (None, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [("product", "a b"), ("country", "de"), ("country", "DEU"), ("currency", "euro")],
)
def test_codes_of_another_form_are_refused(
    kyc_sqlite: Installation, field: str, value: str
) -> None:
    answer = kyc_sqlite.post(PATH, kyc_sqlite.bearer(), **(CARD | {field: value}))
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "validation_error")
    assert set((answer.json or {})["fields"]) == {field}


def test_asking_about_a_user_of_a_new_name_creates_nobody(kyc: Installation) -> None:
    found, held = kyc.services.check_eligibility(a_newcomer(kyc), "card", "DE", "EUR")
    assert (found.outcome, held) == (EligibilityOutcome.NOT_YET, None)
    assert found.reasons[0] == "verification_required"
    assert applicants(kyc) == 0


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    accept_all(kyc)
    others = bearer_of(kyc, kyc.another_partner())
    found = kyc.post(PATH, others, **CARD).json or {}
    assert (found["eligible"], found["current_tier"]) == (False, None)


def test_another_user_is_not_eligible_by_it(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    accept_all(kyc)
    assert not check(kyc, "user-456")["eligible"]
