"""The same document at two users of one partner: a sign for people, where the policy asks."""

import json
from dataclasses import replace

import pytest

from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY, Duplicates
from app.domain.policy_text import policy_text
from app.domain.verification import Stage, Verification
from app.services.callers import PartnerCaller
from app.services.jobs import EXAMINE
from tests.builders.at_once import examined_at_once
from tests.builders.installation import Installation
from tests.builders.retained import verification_of
from tests.builders.review_cases import signed_in
from tests.builders.submissions import submitted

NUMBER = "C01X00T47"


@pytest.fixture
def comparing(kyc: Installation) -> Installation:
    policy = replace(STANDARD_POLICY, version=2, duplicates=Duplicates(documents=True))
    kyc.services.activate_policy(kyc.partner.partner_id, policy_text(policy), "test")
    return kyc


def shown(kyc: Installation, user: str, number: str | None = NUMBER) -> Verification:
    """The verification of a user who showed a document of this number."""
    kyc.examination.document_number = number
    submitted(kyc, user=user)
    assert kyc.run_jobs(EXAMINE) == 1
    return verification_of(kyc, user)


def outcome(kyc: Installation, user: str) -> str | None:
    with kyc.services.storage.reading() as uow:
        record = uow.examinations.latest(verification_of(kyc, user).id)
    assert record is not None
    found = [each for each in record.checks if each["code"] == "duplicate_document"]
    return str(found[0]["outcome"]) if found else None


def test_the_document_of_another_user_is_left_to_a_person(comparing: Installation) -> None:
    first = shown(comparing, "user-1")
    second = shown(comparing, "user-2")
    assert (first.stage, outcome(comparing, "user-1")) == (Stage.VERIFIED, "passed")
    assert (second.stage, second.reasons) == (Stage.IN_REVIEW, ["duplicate_document"])
    with comparing.services.storage.reading() as uow:
        lines = uow.audit.for_subject(second.id)
    (line,) = [line for line in lines if line.action == "verification.duplicate_document"]
    assert json.loads(line.facts) == {"holder": first.id}
    assert NUMBER not in line.facts


def test_a_reviewer_is_led_to_the_other_case_and_each_look_is_kept(
    comparing: Installation,
) -> None:
    first, second = shown(comparing, "user-1"), shown(comparing, "user-2")
    anna = signed_in(comparing)
    page = anna.get(f"/console/cases/{second.id}").text
    assert "No other user holds this document" in page
    assert f"/console/cases/{first.id}" in page
    assert "user-1" in page
    assert anna.get(f"/console/cases/{first.id}").status_code == 200
    for case in (first, second):
        with comparing.services.storage.reading() as uow:
            deeds = [line.action for line in uow.audit.for_subject(case.id)]
        assert "case.viewed" in deeds


def test_the_same_user_again_and_other_numbers_are_no_sign(comparing: Installation) -> None:
    assert shown(comparing, "user-1").stage is Stage.VERIFIED
    assert shown(comparing, "user-2", "C01X00T48").stage is Stage.VERIFIED
    assert shown(comparing, "user-3", None).stage is Stage.VERIFIED
    assert outcome(comparing, "user-3") == "not_applicable"


def test_another_partner_s_user_is_nobody(comparing: Installation) -> None:
    kyc = comparing
    shown(kyc, "user-1")
    other = replace(kyc, partner=kyc.another_partner())
    policy = replace(STANDARD_POLICY, version=2, duplicates=Duplicates(documents=True))
    kyc.services.activate_policy(other.partner.partner_id, policy_text(policy), "test")
    assert shown(other, "user-2").stage is Stage.VERIFIED
    assert outcome(other, "user-2") == "passed"


def test_without_the_policy_s_word_nothing_is_compared(kyc: Installation) -> None:
    shown(kyc, "user-1")
    assert shown(kyc, "user-2").stage is Stage.VERIFIED
    assert outcome(kyc, "user-2") is None


def test_an_erased_user_holds_nothing_any_more(comparing: Installation) -> None:
    shown(comparing, "user-1")
    caller = PartnerCaller(comparing.partner.partner_id, Mode.TEST)
    comparing.services.erase_applicant(caller, "user-1")
    assert shown(comparing, "user-2").stage is Stage.VERIFIED


def test_the_user_is_told_nothing_of_it(comparing: Installation) -> None:
    shown(comparing, "user-1")
    shown(comparing, "user-2")
    told = comparing.client.get("/widget/state", headers=comparing.bearer("user-2")).text
    assert "duplicate" not in told
    assert "user-1" not in told


def test_of_two_at_once_one_is_noticed(comparing: Installation) -> None:
    kyc = comparing
    kyc.examination.document_number = NUMBER
    for user in ("user-1", "user-2"):
        submitted(kyc, user=user)
    stages = examined_at_once(kyc, ("user-1", "user-2"))
    assert stages == ["in_review", "verified"]
