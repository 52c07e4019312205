import threading
import time

from app.domain.checks import CheckCode, failed
from app.domain.reasons import ReasonCode
from app.services.jobs import EXAMINE
from tests.builders.installation import Installation
from tests.builders.submissions import submitted


def path(user: str = "user-123") -> str:
    return f"/widget/users/{user}/kyc-status"


def test_a_user_who_only_opened_the_widget_has_not_started(kyc: Installation) -> None:
    kyc.issue()
    answer = kyc.client.get(path(), headers=kyc.key)
    assert answer.status_code == 200
    assert {name: (answer.json or {})[name] for name in ("partner_user_id", "status")} == {
        "partner_user_id": "user-123",
        "status": "not_started",
    }
    assert (answer.json or {})["verified_at"] is None


def test_the_path_of_a_verification(kyc: Installation) -> None:
    submitted(kyc)
    assert (kyc.client.get(path(), headers=kyc.key).json or {})["status"] == "pending"
    kyc.run_jobs(EXAMINE)
    answer = kyc.client.get(path(), headers=kyc.key).json or {}
    assert answer["status"] == "verified"
    assert answer["verified_at"] == "2026-11-20T12:00:00Z"
    assert answer["expires_at"] == "2027-11-20T12:00:00Z"


def test_an_unknown_user_is_not_found(kyc: Installation) -> None:
    assert kyc.client.get(path("nobody"), headers=kyc.key).status_code == 404


def test_a_token_reads_its_own_user_only(kyc: Installation) -> None:
    kyc.issue("user-456")
    bearer = kyc.bearer("user-123")
    assert kyc.client.get(path("user-123"), headers=bearer).status_code == 200
    foreign = kyc.client.get(path("user-456"), headers=bearer)
    unknown = kyc.client.get(path("nobody"), headers=bearer)
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json
    assert unknown.json
    assert foreign.json["message"] == unknown.json["message"]


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    kyc.issue()
    other = {"x-api-key": kyc.another_partner().api_key}
    assert kyc.client.get(path(), headers=other).status_code == 404


def test_an_unchanged_status_is_not_sent_twice(kyc: Installation) -> None:
    kyc.issue()
    etag = kyc.client.get(path(), headers=kyc.key).headers["ETag"]
    again = kyc.client.get(path(), headers=kyc.key | {"If-None-Match": etag})
    assert again.status_code == 304
    submitted(kyc)
    changed = kyc.client.get(path(), headers=kyc.key | {"If-None-Match": etag})
    assert changed.status_code == 200


def test_a_long_poll_ends_when_the_status_changes(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    submitted(kyc)
    etag = kyc.client.get(path(), headers=kyc.key).headers["ETag"]
    timer = threading.Timer(0.3, kyc.run_jobs, [EXAMINE])
    started = time.monotonic()
    timer.start()
    client = kyc.client.application.test_client()
    answer = client.get(path() + "?wait=20", headers=kyc.key | {"If-None-Match": etag})
    timer.join()
    assert (answer.json or {})["status"] == "verified"
    assert time.monotonic() - started < 10


def test_what_tips_off_a_fraudster_is_told_to_the_partner_alone(kyc: Installation) -> None:

    kyc.examination.checks.append(failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE))
    bearer = submitted(kyc)
    kyc.run_jobs(EXAMINE)
    to_partner = kyc.client.get(path(), headers=kyc.key).json or {}
    to_user = kyc.client.get(path(), headers=bearer).json or {}
    assert to_partner["status"] == to_user["status"] == "failed"
    assert to_partner["retryable"] is True
    assert [reason["code"] for reason in to_partner["reasons"]] == ["not_live"]
    assert [reason["code"] for reason in to_user["reasons"]] == ["selfie_not_accepted"]
