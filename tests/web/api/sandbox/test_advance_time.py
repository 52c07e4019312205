"""Time that passes for one user, and what falls due by then."""

import pytest

from app.domain.policy import STANDARD_POLICY
from tests.builders.installation import Installation
from tests.builders.sandbox_calls import USER, advance, events, simulated, status, told

A_DAY_S = 86_400
A_YEAR_S = 365 * A_DAY_S


def test_a_verification_expires_and_the_partner_is_told(kyc: Installation) -> None:
    before = simulated(kyc, "verified")
    answer = advance(kyc, A_YEAR_S).json or {}
    assert (answer["status"], answer["stage"]) == ("not_started", "expired")
    assert [reason["code"] for reason in answer["reasons"]] == ["expired"]
    assert answer["version"] == before["version"] + 1
    assert told(kyc)[-1] == ("not_started", "expired")
    assert status(kyc) == answer


def test_a_second_less_and_it_still_holds(kyc: Installation) -> None:
    simulated(kyc, "verified")
    answer = advance(kyc, A_YEAR_S - 1).json or {}
    assert answer["status"] == "verified"
    assert answer["expires_at"] == "2026-11-20T12:00:01Z"
    assert answer["verified_at"] == "2025-11-20T12:00:01Z"
    assert (advance(kyc, 1).json or {})["stage"] == "expired"


@pytest.mark.parametrize("outcome", ["submitted", "examining"])
def test_what_waits_for_too_long_goes_to_review(kyc: Installation, outcome: str) -> None:
    simulated(kyc, outcome)
    answer = advance(kyc, STANDARD_POLICY.tier(None).expected_decision_s).json or {}
    assert (answer["status"], answer["stage"]) == ("pending", "in_review")
    assert told(kyc)[-1] == ("pending", "in_review")


def test_the_lower_tier_lapses_during_a_step_up(kyc: Installation) -> None:
    simulated(kyc, "verified", tier="basic")
    assert simulated(kyc, "in_review", tier="enhanced")["status"] == "verified"
    answer = advance(kyc, A_YEAR_S).json or {}
    assert (answer["status"], answer["tier"]) == ("pending", "enhanced")
    assert told(kyc)[-1] == ("pending", "in_review")


def test_an_open_widget_runs_out(kyc: Installation) -> None:
    bearer = kyc.bearer()
    assert kyc.client.get("/widget/state", headers=bearer).status_code == 200
    advance(kyc, 2 * A_DAY_S)
    assert kyc.client.get("/widget/state", headers=bearer).status_code == 401


def test_a_question_of_the_back_office_lapses(kyc: Installation) -> None:
    asked = {
        "customer_id": USER,
        "verification_type": "kyc",
        "check_type": "identity",
        "provider": "manual",
    }
    path = "/v1/customer-verifications"
    row = (kyc.client.post(path, json=asked, headers=kyc.key).json or {})["data"]
    advance(kyc, 31 * A_DAY_S)
    found = kyc.client.get(f"{path}/{row['id']}", headers=kyc.key).json or {}
    assert found["data"]["status"] == "expired"
    assert [event.type.value for event in events(kyc)] == ["customer_verification.status_changed"]


def test_time_stands_still_for_everybody_else(kyc: Installation) -> None:
    simulated(kyc, "verified")
    neighbour = simulated(kyc, "verified", "user-456")
    other = {"x-api-key": kyc.another_partner().api_key}
    path = f"/v1/sandbox/users/{USER}/simulate"
    theirs = kyc.client.post(path, json={"outcome": "verified"}, headers=other).json
    advance(kyc, A_YEAR_S)
    assert status(kyc, "user-456") == neighbour
    found = kyc.client.get(f"/widget/users/{USER}/kyc-status", headers=other).json
    assert found == theirs


def test_what_was_told_stays_told_when_it_was(kyc: Installation) -> None:
    simulated(kyc, "verified")
    before = [event.created_at for event in events(kyc)]
    advance(kyc, A_DAY_S)
    assert [event.created_at for event in events(kyc)] == before


def test_a_repeated_call_with_its_key_passes_once(kyc: Installation) -> None:
    simulated(kyc, "verified")
    key = kyc.key | {"Idempotency-Key": "a-day"}
    first = advance(kyc, A_DAY_S, key=key)
    assert advance(kyc, A_DAY_S, key=key).json == first.json
    assert status(kyc)["expires_at"] == "2027-11-19T12:00:00Z"


@pytest.mark.parametrize("seconds", [0, -1, 315_576_001, 1.5, "soon", None])
def test_between_a_second_and_ten_years(kyc_sqlite: Installation, seconds: object) -> None:
    simulated(kyc_sqlite, "verified")
    path = f"/v1/sandbox/users/{USER}/advance-time"
    body = {"seconds": seconds}
    answer = kyc_sqlite.client.post(path, json=body, headers=kyc_sqlite.key)
    assert answer.status_code == 400


def test_there_is_no_time_before_1970(kyc: Installation) -> None:
    simulated(kyc, "verified")
    answers = [advance(kyc, 315_576_000) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [400]
    assert "1970" in (answers[-1].json or {})["fields"]["seconds"]


def test_nobody_is_not_found(kyc_sqlite: Installation) -> None:
    assert advance(kyc_sqlite, 1, "nobody").status_code == 404


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    simulated(kyc, "verified")
    other = {"x-api-key": kyc.another_partner().api_key}
    assert advance(kyc, A_YEAR_S, key=other).status_code == 404
    assert status(kyc)["status"] == "verified"
