"""GET /profiles/api/v1/compliance/summary/: tier, status, risk state and the device."""

from typing import Any

import pytest
from sqlalchemy import select

from app.domain.applicant import RiskLevel
from app.domain.partner import Mode
from app.domain.risk import RiskState
from app.domain.verification import KycStatus
from app.services.callers import PartnerCaller
from app.storage.devices import device_sighting_table
from tests.builders.installation import Installation
from tests.builders.profiles import (
    FACE,
    a_newcomer,
    applicants,
    bearer_of,
    get,
    simulate,
    suspend,
)

PATH = "/compliance/summary/"
DEVICE = "3b1f-phone-of-user"
NO_DEVICE = {"known": False, "first_seen_at": None, "last_seen_at": None, "count": 0}


def summary(kyc: Installation, user: str = "user-123", **headers: str) -> dict[str, Any]:
    answer = get(kyc, PATH, kyc.bearer(user), **headers)
    assert answer.status_code == 200, answer.json
    return dict(answer.json or {})


def device(kyc: Installation, name: str = DEVICE, user: str = "user-123") -> dict[str, Any]:
    found: dict[str, Any] = summary(kyc, user, **{"X-Device-Id": name})["trusted_device"]
    return found


def set_risk(kyc: Installation, level: RiskLevel) -> None:
    with kyc.services.storage.writing() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "user-123")
        assert applicant is not None
        applicant.risk_level = level
        uow.commit()


def test_a_user_who_has_begun_holds_no_tier_yet(kyc: Installation) -> None:
    found = summary(kyc)
    assert found == {
        "partner_user_id": "user-123",
        "kyc_tier": None,
        "requested_tier": "standard",
        "kyc_status": "not_started",
        "verified_at": None,
        "expires_at": None,
        "stage": "capturing",
        "reasons": [],
        "risk_state": "normal",
        "proof_of_address": "missing",
        "trusted_device": NO_DEVICE,
        "version": found["version"],
    }


def test_a_verified_user_holds_the_tier_until_its_end(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    found = summary(kyc)
    assert (found["kyc_tier"], found["kyc_status"]) == ("standard", "verified")
    assert found["verified_at"] == "2026-11-20T12:00:00Z"
    assert found["expires_at"] == "2027-11-20T12:00:00Z"


def test_a_step_up_shows_the_tier_held_and_the_one_asked_for(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="basic")
    kyc.bearer(tier="enhanced")
    found = summary(kyc)
    assert (found["kyc_tier"], found["requested_tier"]) == ("basic", "enhanced")
    assert found["kyc_status"] == "verified"


def test_the_user_reads_no_reason_that_would_help_a_fraud(kyc: Installation) -> None:
    simulate(kyc, "failed", reason="replay_suspected")
    found = summary(kyc)
    assert (found["kyc_tier"], found["kyc_status"]) == (None, "failed")
    assert [reason["code"] for reason in found["reasons"]] == ["selfie_not_accepted"]
    assert "replay" not in str(found)


@pytest.mark.parametrize(
    ("level", "state"),
    [(RiskLevel.LOW, "normal"), (RiskLevel.MEDIUM, "elevated"), (RiskLevel.HIGH, "high")],
)
def test_the_risk_state_follows_the_partners_level(
    kyc_sqlite: Installation, level: RiskLevel, state: str
) -> None:
    kyc_sqlite.bearer()
    set_risk(kyc_sqlite, level)
    assert summary(kyc_sqlite)["risk_state"] == state


def test_an_open_review_and_a_suspension_are_risk_states(kyc: Installation) -> None:
    simulate(kyc, "in_review", user="newcomer")
    read = kyc.services.read_compliance_summary
    assert read(a_newcomer(kyc), None).risk_state is RiskState.UNDER_REVIEW
    suspend(kyc, "newcomer")
    assert read(a_newcomer(kyc), None).risk_state is RiskState.SUSPENDED


def test_asking_about_a_user_of_a_new_name_creates_nobody(kyc: Installation) -> None:
    found = kyc.services.read_compliance_summary(a_newcomer(kyc), DEVICE)
    assert (found.kyc_tier, found.requested_tier, found.device) == (None, None, None)
    assert (found.status.status, found.status.stage) == (KycStatus.NOT_STARTED, "none")
    assert applicants(kyc) == 0


def test_a_new_device_is_seen_and_not_known(kyc: Installation) -> None:
    now = "2026-11-20T12:00:00Z"
    assert device(kyc) == {"known": False, "first_seen_at": now, "last_seen_at": now, "count": 1}


def test_a_device_is_known_from_a_day_after_it_was_first_seen(kyc: Installation) -> None:
    device(kyc)
    kyc.clock.move(seconds=86_399)
    assert not device(kyc)["known"]
    kyc.clock.move(seconds=1)
    assert device(kyc) == {
        "known": True,
        "first_seen_at": "2026-11-20T12:00:00Z",
        "last_seen_at": "2026-11-21T11:59:59Z",
        "count": 2,
    }


def test_a_device_counts_every_five_minutes_at_most(kyc: Installation) -> None:
    bearer = kyc.bearer()
    seen = []
    for seconds in (0, 299, 1, 60):
        kyc.clock.move(seconds=seconds)
        answer = get(kyc, PATH, bearer, **{"X-Device-Id": DEVICE})
        seen.append((answer.json or {})["trusted_device"]["count"])
    assert seen == [1, 1, 2, 2]


def test_only_a_keyed_digest_of_the_device_is_kept_and_no_two_users_share_one(
    kyc: Installation,
) -> None:
    device(kyc)
    assert device(kyc, user="user-456")["count"] == 1
    with kyc.services.storage.database.reading.begin() as connection:
        rows = connection.execute(select(device_sighting_table)).all()
    assert len({row.digest for row in rows}) == 2
    assert DEVICE not in str(rows)


def test_the_device_is_recognised_while_the_pepper_is_rotated(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    device(kyc)
    kyc.services.keys.rotate("lookup")
    kyc.clock.move(seconds=86_400)
    assert device(kyc)["known"]


@pytest.mark.parametrize("name", ["short", "x" * 129, "with a space", "umlaut-\xe4\xf6\xfc"])
def test_a_device_name_that_is_no_opaque_text_is_refused(
    kyc_sqlite: Installation, name: str
) -> None:
    answer = get(kyc_sqlite, PATH, kyc_sqlite.bearer(), **{"X-Device-Id": name})
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "validation_error")
    assert set((answer.json or {})["fields"]) == {"X-Device-Id"}


def test_devices_go_when_the_user_is_erased(kyc: Installation) -> None:
    device(kyc)
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    kyc.services.erase_applicant(caller, "user-123")
    with kyc.services.storage.database.reading.begin() as connection:
        assert connection.execute(select(device_sighting_table)).all() == []
    assert device(kyc)["count"] == 1


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    device(kyc)
    kyc.clock.move(seconds=86_400)
    others = bearer_of(kyc, kyc.another_partner())
    found = get(kyc, PATH, others, **{"X-Device-Id": DEVICE}).json or {}
    assert (found["kyc_tier"], found["kyc_status"]) == (None, "not_started")
    assert not found["trusted_device"]["known"]


def test_another_user_is_not_shown_it(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    assert summary(kyc, "user-456")["kyc_tier"] is None


def test_a_page_of_another_origin_may_ask_with_a_token(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    asked = {
        "Origin": "https://shop.test",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,x-device-id",
    }
    leave = kyc.client.options(f"{FACE}{PATH}", headers=asked)
    assert leave.status_code == 204
    assert "X-Device-Id" in leave.headers["Access-Control-Allow-Headers"]
    refused = kyc.client.get(f"{FACE}{PATH}", headers={"Origin": "https://shop.test"})
    assert refused.status_code == 401
    for answer in (leave, refused, get(kyc, PATH, kyc.bearer())):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
