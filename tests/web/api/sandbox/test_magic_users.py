"""Users whose names say what becomes of them, by whichever call they are named first."""

from collections.abc import Callable

import pytest

from app.domain.magic_users import MAGIC_NAMES, MAGIC_UUIDS, MagicUser, magic_simulation
from app.domain.partner import Mode
from app.services.callers import PartnerCaller
from tests.builders.installation import Installation
from tests.builders.sandbox_calls import simulated, status, told

UUID_OF_VERIFIED = "00000000-0000-4000-8000-000000000001"


def by_token(kyc: Installation, user: str) -> None:
    kyc.issue(user)


def by_status(kyc: Installation, user: str) -> None:
    status(kyc, user)


def by_session(kyc: Installation, user: str) -> None:
    kyc.client.post("/widget/sessions", json={"partner_user_id": user}, headers=kyc.key)


def by_question(kyc: Installation, user: str) -> None:
    asked = {
        "customer_id": user,
        "verification_type": "kyc",
        "check_type": "identity",
        "provider": "builtin",
    }
    answer = kyc.client.post("/v1/customer-verifications", json=asked, headers=kyc.key)
    assert (answer.json or {})["data"]["status"] == "verified"


@pytest.mark.parametrize("name_it", [by_token, by_status, by_session, by_question])
def test_whoever_names_the_user_first(
    kyc: Installation, name_it: Callable[[Installation, str], None]
) -> None:
    name_it(kyc, "sandbox-verified-1")
    assert status(kyc, "sandbox-verified-1")["status"] == "verified"
    assert told(kyc, "sandbox-verified-1")[-1] == ("verified", "verified")


def test_a_user_that_a_partner_creates(kyc: Installation) -> None:
    body = {"externalUserId": UUID_OF_VERIFIED, "firstName": "Ada"}
    assert kyc.client.post("/v1/user", json=body, headers=kyc.key).status_code == 201
    assert status(kyc, UUID_OF_VERIFIED)["status"] == "verified"


@pytest.mark.parametrize(
    "user", [*MAGIC_NAMES, *MAGIC_UUIDS.values()], ids=lambda user: user.partner_user_id
)
def test_every_magic_user_has_its_outcome(kyc_sqlite: Installation, user: MagicUser) -> None:
    wanted = magic_simulation(user.partner_user_id)
    assert wanted is not None
    found = status(kyc_sqlite, user.partner_user_id)
    assert (found["stage"], found["status"]) == (wanted.stage, wanted.status)
    assert [reason["code"] for reason in found["reasons"]] == list(wanted.reasons)


def test_a_verified_one_may_transact_at_once(kyc: Installation) -> None:
    body = {"partner_user_id": "sandbox-verified"}
    answer = kyc.client.post("/widget/sessions", json=body, headers=kyc.key)
    assert answer.status_code == 201


def test_a_failed_one_reads_what_to_do(kyc: Installation) -> None:
    body = {"partner_user_id": "sandbox-failed-not_live"}
    answer = kyc.client.post("/widget/sessions", json=body, headers=kyc.key)
    assert answer.status_code == 422
    assert (answer.json or {})["kyc_status"] == "failed"
    assert (answer.json or {})["requirements"] == ["selfie"]


def test_the_outcome_is_only_the_beginning(kyc: Installation) -> None:
    status(kyc, "sandbox-rejected")
    assert simulated(kyc, "verified", "sandbox-rejected")["status"] == "verified"
    assert status(kyc, "sandbox-rejected")["status"] == "verified"


def test_the_audit_names_the_sandbox(kyc: Installation) -> None:
    status(kyc, "sandbox-review")
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "sandbox-review")
        assert applicant is not None
        (line,) = uow.audit.for_subject(str(applicant.verification_id))
    assert (line.actor, line.action) == ("sandbox", "verification.simulated")


def test_with_a_live_partner_a_name_is_a_name(kyc: Installation) -> None:
    live = kyc.another_partner(Mode.LIVE)
    key = {"x-api-key": live.api_key}
    for user in ("sandbox-verified", UUID_OF_VERIFIED):
        path = f"/widget/users/{user}/kyc-status"
        assert kyc.client.get(path, headers=key).status_code == 404
        body = {"partner_user_id": user}
        refused = kyc.client.post("/widget/sessions", json=body, headers=key)
        assert (refused.json or {})["kyc_status"] == "not_started"
        assert kyc.client.post("/widget/client-tokens", json=body, headers=key).status_code == 201
        found = kyc.client.get(path, headers=key).json or {}
        assert (found["status"], found["stage"]) == ("not_started", "capturing")


def test_a_live_partner_creates_ordinary_users_of_these_names(kyc: Installation) -> None:
    live = kyc.another_partner(Mode.LIVE)
    caller = PartnerCaller(live.partner_id, Mode.LIVE)
    created = kyc.services.create_applicant(caller, UUID_OF_VERIFIED, {})
    assert (created.verification_id, created.version) == (None, 0)


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    simulated(kyc, "rejected", "sandbox-verified")
    other = {"x-api-key": kyc.another_partner().api_key}
    found = kyc.client.get("/widget/users/sandbox-verified/kyc-status", headers=other).json or {}
    assert found["status"] == "verified"
    assert status(kyc, "sandbox-verified")["status"] == "failed"
