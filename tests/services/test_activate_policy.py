"""A policy in force: only whole files, only newer ones, and from the next request on."""

from dataclasses import replace

import pytest

from app.domain.errors import DomainError, ErrorCode
from app.domain.policy import STANDARD_POLICY, Policy
from app.domain.policy_file import PolicyFaults
from app.domain.policy_text import policy_text
from app.services.jobs import EXAMINE
from tests.builders.installation import Installation
from tests.builders.submissions import submitted

NEXT = replace(STANDARD_POLICY, version=2, consent_version="2027-01", default_tier="basic")


def activate(kyc: Installation, policy: Policy = NEXT) -> None:
    text = policy_text(policy)
    kyc.services.activate_policy(kyc.partner.partner_id, text, "operator")


def active(kyc: Installation, partner_id: str | None = None) -> Policy:
    with kyc.services.storage.reading() as uow:
        return kyc.services.policies.of(uow, partner_id or kyc.partner.partner_id)


def test_a_partner_begins_with_the_standard_policy(kyc: Installation) -> None:
    assert active(kyc) is STANDARD_POLICY


def test_an_activated_file_is_in_force_for_that_partner_alone(kyc: Installation) -> None:
    other = kyc.another_partner()
    activate(kyc)
    assert active(kyc) == NEXT
    assert active(kyc, other.partner_id) is STANDARD_POLICY


def test_a_policy_is_parsed_once(kyc_sqlite: Installation) -> None:
    activate(kyc_sqlite)
    assert active(kyc_sqlite) is active(kyc_sqlite)


def test_a_policy_keeps_the_hash_it_was_activated_with(kyc_sqlite: Installation) -> None:
    activate(kyc_sqlite)
    with kyc_sqlite.services.storage.writing() as uow:
        partner = uow.partners.lock(kyc_sqlite.partner.partner_id)
        revision = uow.policy_revisions.by_hash(partner.id, NEXT.hash)
        # As if an earlier release, which hashed fewer rules, had activated it.
        partner.policy_hash = revision.hash = "e" * 64
        uow.commit()
    assert active(kyc_sqlite).hash == "e" * 64
    assert active(kyc_sqlite) == NEXT


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_has_not_grown_is_refused(kyc: Installation, version: int) -> None:
    activate(kyc)
    with pytest.raises(PolicyFaults, match="version: must be more than 2"):
        activate(kyc, replace(NEXT, version=version, name="again"))
    assert active(kyc) == NEXT


def test_what_was_in_force_before_is_kept_as_it_was_written(kyc: Installation) -> None:
    activate(kyc)
    activate(kyc, replace(STANDARD_POLICY, version=3))
    with kyc.services.storage.reading() as uow:
        earlier = uow.policy_revisions.by_hash(kyc.partner.partner_id, NEXT.hash)
    assert (earlier.text, earlier.created_by) == (policy_text(NEXT), "operator")


def test_a_code_that_does_not_exist_is_a_fault(kyc_sqlite: Installation) -> None:
    tiers = (replace(NEXT.tiers[0], allowed_states=("GER",)), *NEXT.tiers[1:])
    with pytest.raises(PolicyFaults, match=r"tiers\.basic\.allowed_states\[0\]: GER is not known"):
        activate(kyc_sqlite, replace(NEXT, tiers=tiers))
    assert active(kyc_sqlite) is STANDARD_POLICY


def test_a_partner_that_is_not_there_is_not_found(kyc_sqlite: Installation) -> None:
    with pytest.raises(DomainError) as refused:
        kyc_sqlite.services.activate_policy("prt_gone", policy_text(NEXT), "operator")
    assert refused.value.code is ErrorCode.NOT_FOUND


def test_activating_is_in_the_audit_chain(kyc: Installation) -> None:
    activate(kyc)
    with kyc.services.storage.reading() as uow:
        line = uow.audit.for_subject(kyc.partner.partner_id)[-1]
    assert (line.actor, line.action) == ("operator", "policy.activated")
    assert NEXT.hash in line.facts


def test_a_decision_records_the_policy_it_was_made_by(kyc: Installation) -> None:
    policy = replace(STANDARD_POLICY, version=2)
    activate(kyc, policy)
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "user-123")
        assert applicant is not None
        examination = uow.examinations.latest(str(applicant.verification_id))
    assert examination is not None
    assert examination.policy_hash == policy.hash


def test_the_widget_follows_the_policy_of_its_partner(kyc: Installation) -> None:
    activate(kyc)
    bearer = kyc.bearer()
    state = kyc.client.get("/widget/state", headers=bearer).json or {}
    assert state["consent_version"] == "2027-01"
    refused = kyc.post("/widget/consent", bearer, consent_version="2026-11", accepted=True)
    assert (refused.json or {})["error"] == "consent_version_unknown"
    assert kyc.post("/widget/consent", bearer, consent_version="2027-01", accepted=True).json


def test_a_token_may_name_any_tier_of_the_policy_and_no_other(kyc: Installation) -> None:
    tokens = "/widget/client-tokens"
    body = {"partner_user_id": "user-9", "tier": "enhanced"}
    assert kyc.client.post(tokens, json=body, headers=kyc.key).status_code == 201
    unknown = kyc.client.post(tokens, json=body | {"tier": "gold"}, headers=kyc.key)
    assert unknown.status_code == 400
    assert "standard" in (unknown.json or {})["fields"]["tier"]
    status = kyc.client.get("/widget/users/user-9/kyc-status", headers=kyc.key)
    assert (status.json or {})["tier"] == "enhanced"


def test_a_token_without_a_tier_gets_the_default_one(kyc: Installation) -> None:
    activate(kyc)
    kyc.issue("user-9")
    status = kyc.client.get("/widget/users/user-9/kyc-status", headers=kyc.key)
    assert (status.json or {})["tier"] == "basic"
