"""docs/sandbox.md says what time does in the sandbox: one test for each row of its table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.checks import CheckCode, failed
from app.domain.event import RETRY_DELAYS
from app.domain.examination import ExaminationFindings
from app.domain.policy import STANDARD_POLICY, STANDARD_TIER
from app.domain.reasons import ReasonCode
from app.services.jobs import DELIVER_WEBHOOK, EXAMINE
from app.vision.sandbox import Sandbox
from tests.builders.documents import rows_under
from tests.builders.installation import ALL_PASSED, Installation, an_installation
from tests.builders.moments import NOON, StillClock
from tests.builders.profiles import activate_policy, get
from tests.builders.receiver import LOOPBACK, Receiver
from tests.builders.sandbox_calls import USER, advance, simulate, simulated, status
from tests.builders.submissions import accepting, send_side, submitted

A_DAY_S = 86_400


def a_verification(kyc: Installation) -> None:
    simulated(kyc, "verified")
    lifetime_s = STANDARD_TIER.verified_for_days * A_DAY_S
    assert (advance(kyc, lifetime_s - 1).json or {})["status"] == "verified"
    found = advance(kyc, 1).json or {}
    assert (found["status"], found["stage"]) == ("not_started", "expired")
    assert [reason["code"] for reason in found["reasons"]] == ["expired"]


def the_document(kyc: Installation) -> None:
    """A verified user's document ends before the tier's time is over, and takes it along."""
    last_day = (NOON + timedelta(days=30)).date()
    found = ExaminationFindings(list(ALL_PASSED), {}, {}, last_day)
    examine = replace(kyc.services.examine_verification, examine=lambda *_: found)
    object.__setattr__(kyc.services, "examine_verification", examine)
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    assert (advance(kyc, 29 * A_DAY_S).json or {})["status"] == "verified"
    assert (advance(kyc, 2 * A_DAY_S).json or {})["stage"] == "expired"


def a_proof_of_address(kyc: Installation) -> None:
    path = f"/v1/sandbox/users/{USER}/simulate-poa"
    for stage in ("pending", "verified"):
        assert kyc.client.post(path, json={"stage": stage}, headers=kyc.key).status_code == 200
    tier = next(tier for tier in STANDARD_POLICY.tiers if tier.name == "enhanced")
    advance(kyc, tier.verified_for_days * A_DAY_S)
    summary = get(kyc, "/compliance/summary/", kyc.bearer()).json or {}
    assert summary["proof_of_address"] != "accepted"


def an_examination(kyc: Installation) -> None:
    simulated(kyc, "examining")
    found = advance(kyc, STANDARD_TIER.expected_decision_s).json or {}
    assert (found["status"], found["stage"]) == ("pending", "in_review")


def a_cool_down(kyc: Installation) -> None:
    tiers = tuple(replace(tier, cool_down_s=3600, max_attempts=1) for tier in STANDARD_POLICY.tiers)
    activate_policy(kyc, tiers=tiers)
    kyc.examination.checks.append(failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE))
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    assert kyc.post("/widget/retry", kyc.bearer()).status_code == 409
    advance(kyc, 3600)
    assert kyc.post("/widget/retry", kyc.bearer()).status_code == 200


def a_widget_s_session(kyc: Installation) -> None:
    issued = kyc.issue()
    bearer = {"Authorization": f"Bearer {issued['client_token']}"}
    assert kyc.client.get("/widget/state", headers=bearer).status_code == 200
    advance(kyc, kyc.services.settings.client_session_ttl_s)
    ended = kyc.client.get("/widget/state", headers=bearer)
    assert (ended.status_code, (ended.json or {})["error"]) == (401, "token_expired")
    code = {"launch_code": issued["launch_code"]}
    late = kyc.client.post("/widget/launch", json=code)
    assert (late.status_code, (late.json or {})["error"]) == (400, "launch_code_expired")


def a_challenge(kyc: Installation) -> None:
    bearer = kyc.consented("passport")
    accepting(kyc)
    assert send_side(kyc, bearer, "front").status_code == 201
    dealt = kyc.post("/widget/presence", bearer).json or {}
    advance(kyc, 180)
    path = f"/widget/presence/{dealt['challenge_id']}/frames"
    headers = bearer | {"X-Frame-Sequence": "0"}
    answer = kyc.client.post(path, data=b"\xff\xd8\xff", headers=headers)
    assert (answer.status_code, (answer.json or {})["error"]) == (409, "challenge_closed")


def a_question(kyc: Installation) -> None:
    asked = {
        "customer_id": USER,
        "verification_type": "kyc",
        "check_type": "identity",
        "provider": "manual",
    }
    path = "/v1/customer-verifications"
    row = (kyc.client.post(path, json=asked, headers=kyc.key).json or {})["data"]
    advance(kyc, 30 * A_DAY_S)
    found = (kyc.client.get(f"{path}/{row['id']}", headers=kyc.key).json or {})["data"]
    assert found["status"] == "expired"


def a_device(kyc: Installation) -> None:
    headers = kyc.bearer()
    device = {"X-Device-Id": "phone-of-somebody"}
    simulated(kyc, "capturing")
    first = get(kyc, "/compliance/summary/", headers, **device).json or {}
    assert first["trusted_device"]["known"] is False
    advance(kyc, A_DAY_S)
    later = get(kyc, "/compliance/summary/", kyc.bearer(), **device).json or {}
    assert later["trusted_device"]["known"] is True


def a_webhook(kyc: Installation) -> None:
    with Receiver() as receiver:
        receiver.status = 500
        body = {"url": receiver.url, "event_types": ["kyc.status_changed"]}
        made = kyc.client.post("/v1/webhook-endpoints", json=body, headers=kyc.key)
        assert made.status_code == 201, made.json
        assert simulate(kyc, "abandoned").status_code == 200
        kyc.run_jobs(DELIVER_WEBHOOK)
        for delay in RETRY_DELAYS:
            before = len(receiver.calls)
            advance(kyc, int(delay.total_seconds()) - 1)
            assert kyc.run_jobs(DELIVER_WEBHOOK) == 0
            advance(kyc, 1)
            assert kyc.run_jobs(DELIVER_WEBHOOK) == 1
            assert len(receiver.calls) == before + 1
        advance(kyc, A_DAY_S)
        assert kyc.run_jobs(DELIVER_WEBHOOK) == 0


ROWS: dict[str, Callable[[Any], None]] = {
    "a verification": a_verification,
    "the document": the_document,
    "a proof of address": a_proof_of_address,
    "an examination": an_examination,
    "a cool-down": a_cool_down,
    "the widget's session": a_widget_s_session,
    "a presence challenge": a_challenge,
    "a question of the verifications face": a_question,
    "a device": a_device,
    "a webhook's next attempt": a_webhook,
}


@contextmanager
def _loopback(folder: Path, url: str, sandbox: Sandbox) -> Iterator[Installation]:
    with an_installation(folder, url, StillClock(), sandbox, **LOOPBACK) as kyc:
        yield kyc


def test_the_document_and_these_tests_know_the_same_rows() -> None:
    assert [row[0] for row in rows_under("sandbox.md", "what passes")] == list(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_time_does_what_the_document_says(
    tmp_path: Path, database_url: str, sandbox: Sandbox, name: str
) -> None:
    with _loopback(tmp_path / "state", database_url, sandbox) as kyc:
        ROWS[name](kyc)


def test_nobody_else_s_webhook_comes_sooner(
    tmp_path: Path, sqlite_url: str, sandbox: Sandbox
) -> None:
    with _loopback(tmp_path / "state", sqlite_url, sandbox) as kyc, Receiver() as receiver:
        receiver.status = 500
        body = {"url": receiver.url, "event_types": ["kyc.status_changed"]}
        assert kyc.client.post("/v1/webhook-endpoints", json=body, headers=kyc.key)
        simulate(kyc, "pending", "user-456")
        simulated(kyc, "capturing")
        kyc.run_jobs(DELIVER_WEBHOOK)
        advance(kyc, A_DAY_S)
        assert kyc.run_jobs(DELIVER_WEBHOOK) == 0
        assert len(receiver.calls) == 1
        assert status(kyc, "user-456")["status"] == "pending"
