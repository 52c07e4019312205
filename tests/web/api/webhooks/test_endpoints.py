"""Endpoints over HTTP: register, read, change, pause, end, rotate, try."""

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.domain.event import EventType
from app.domain.intake import RetakeReason
from app.domain.limits import WEBHOOK_TRIALS
from app.domain.partner import MAX_WEBHOOK_ENDPOINTS, Mode, Scope
from app.domain.reasons import ReasonCode
from app.services.jobs import DELIVER_WEBHOOK, EXAMINE
from tests.builders.hooked import (
    DELIVERIES,
    ENDPOINTS,
    act,
    call,
    data_of,
    error_of,
    listed,
    register,
    story,
    told,
)
from tests.builders.installation import Installation
from tests.builders.partner_users import USER, send_file, with_files
from tests.builders.receiver import Receiver
from tests.builders.submissions import JPEG, accepting, send_side, submitted

FIELDS = {
    "id", "url", "event_types", "description", "status", "created_at", "disabled_at",
    "secret_created_at", "old_secret_until", "signature",
}  # fmt: skip
HOOK = "http://127.0.0.1:9/hook"
OF_ONE = [
    ("GET", ENDPOINTS + "/{endpoint}"),
    ("PATCH", ENDPOINTS + "/{endpoint}"),
    ("DELETE", ENDPOINTS + "/{endpoint}"),
    ("POST", ENDPOINTS + "/{endpoint}/rotate-secret"),
    ("POST", ENDPOINTS + "/{endpoint}/retire-old-secret"),
    ("POST", ENDPOINTS + "/{endpoint}/test"),
    ("POST", ENDPOINTS + "/{endpoint}/replay-dead"),
    ("GET", DELIVERIES + "/{delivery}"),
    ("POST", DELIVERIES + "/{delivery}/replay"),
]
OF_ALL = [("GET", ENDPOINTS), ("POST", ENDPOINTS), ("GET", DELIVERIES)]


def read(kyc: Installation, endpoint_id: str) -> dict[str, Any]:
    found: dict[str, Any] = data_of(call(kyc, "GET", f"{ENDPOINTS}/{endpoint_id}"))
    return found


def change(kyc: Installation, endpoint_id: str, **body: Any) -> dict[str, Any]:
    answer = call(kyc, "PATCH", f"{ENDPOINTS}/{endpoint_id}", json=body)
    changed: dict[str, Any] = data_of(answer)
    return changed


def do(kyc: Installation, endpoint_id: str, verb: str, **options: Any) -> Any:
    return call(kyc, "POST", f"{ENDPOINTS}/{endpoint_id}/{verb}", json={}, **options)


def audited(kyc: Installation, row_id: str) -> list[str]:
    with kyc.services.storage.reading() as uow:
        lines = uow.audit.for_subject(row_id)
    actor = kyc.services.authenticate_partner(kyc.partner.api_key).actor
    assert {line.actor for line in lines} <= {actor, "machine"}
    return [line.action.partition(".")[2] for line in lines]


@pytest.fixture
def no_clock(kyc: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The independent verifier reads the machine's clock; ours stands still at another time."""
    monkeypatch.setattr(Webhook, "_Webhook__verify_timestamp", lambda _self, _text: kyc.clock())


def who_verifies(receiver: Receiver, secrets: Sequence[str]) -> list[bool]:
    """Whether an independent library believes the last call, by each of the secrets."""
    headers, body = receiver.calls[-1]
    found = []
    for secret in secrets:
        try:
            Webhook(secret).verify(body, headers)
        except WebhookVerificationError:
            found.append(False)
        else:
            found.append(True)
    return found


def n_signatures(receiver: Receiver) -> int:
    return len(receiver.calls[-1][0]["webhook-signature"].split(" "))


def test_an_endpoint_shows_its_secret_once(kyc: Installation) -> None:
    made = register(kyc, HOOK, event_types=["user.suspended"], description="  Ours ")
    assert set(made) == FIELDS | {"secret"}
    assert made.pop("secret").startswith("whsec_")
    assert (made["url"], made["event_types"]) == (HOOK, ["user.suspended"])
    assert (made["description"], made["status"]) == ("Ours", "active")
    assert (made["disabled_at"], made["old_secret_until"]) == (None, None)
    assert read(kyc, made["id"]) == made
    assert data_of(call(kyc, "GET", ENDPOINTS)) == [made]
    assert audited(kyc, made["id"]) == ["registered"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": 1}, "url"),
        ({"url": ""}, "url"),
        ({"url": "https://x.test/" + "x" * 2048}, "url"),
        ({"url": HOOK, "event_types": ["kyc.everything"]}, "event_types.0"),
        ({"url": HOOK, "event_types": "kyc.status_changed"}, "event_types"),
        ({"url": HOOK, "description": "x" * 201}, "description"),
        ({"url": HOOK, "secret": "whsec_mine"}, "secret"),
        ({"url": HOOK, "signature": "none"}, "signature"),
    ],
)
def test_a_faulty_body_is_told_by_field(
    kyc_loop: Installation, body: dict[str, Any], field: str
) -> None:
    answer = call(kyc_loop, "POST", ENDPOINTS, json=body)
    assert error_of(answer) == (400, "validation_error")
    assert set((answer.json or {})["fields"]) == {field}


def test_a_repeated_registration_makes_one_endpoint(kyc: Installation) -> None:
    key = {"Idempotency-Key": "hook-1"}
    first, again = (call(kyc, "POST", ENDPOINTS, json={"url": HOOK}, headers=key) for _ in "12")
    assert first.json == again.json
    assert len(data_of(call(kyc, "GET", ENDPOINTS))) == 1


def test_there_may_be_so_many_and_no_more(kyc: Installation) -> None:
    made = [register(kyc, HOOK) for _ in range(MAX_WEBHOOK_ENDPOINTS)]
    refused = call(kyc, "POST", ENDPOINTS, json={"url": HOOK})
    assert error_of(refused) == (409, "too_many_endpoints")
    assert (refused.json or {})["limit"] == MAX_WEBHOOK_ENDPOINTS
    assert call(kyc, "DELETE", f"{ENDPOINTS}/{made[0]['id']}").status_code == 204
    register(kyc, HOOK)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(("method", "path"), OF_ONE)
def test_another_partner_cannot_see_it(
    kyc_loop: Installation, method: str, path: str, mode: Mode
) -> None:
    """Nor can the same company with a live key."""
    kyc = kyc_loop
    endpoint = register(kyc, HOOK)
    delivery = data_of(do(kyc, endpoint["id"], "test"), 202)
    other = kyc.another_partner(mode, name="Shop" if mode is Mode.LIVE else "Other shop")
    path = path.format(endpoint=endpoint["id"], delivery=delivery["id"])
    before = read(kyc, endpoint["id"]), story(kyc, delivery["id"])
    answer = kyc.client.open(path, method=method, headers={"x-api-key": other.api_key}, json={})
    assert error_of(answer) == (404, "not_found")
    assert (read(kyc, endpoint["id"]), story(kyc, delivery["id"])) == before
    for listing in (ENDPOINTS, DELIVERIES):
        found = kyc.client.get(listing, headers={"x-api-key": other.api_key})
        assert data_of(found) == []


@pytest.mark.parametrize(("method", "path"), [*OF_ALL, *OF_ONE])
def test_a_key_without_the_scope_is_refused(kyc_loop: Installation, method: str, path: str) -> None:
    kyc = kyc_loop
    scopes = [Scope.KYC_READ, Scope.KYC_WRITE]
    key = kyc.services.rotate_api_key(kyc.partner.partner_id, scopes=scopes)
    path = path.format(endpoint="whe_1", delivery="whd_1")
    answer = kyc.client.open(path, method=method, headers={"x-api-key": key}, json={})
    assert error_of(answer) == (403, "insufficient_scope")
    assert (answer.json or {})["scope"] == "webhooks:manage"


def test_what_is_changed_is_changed_and_nothing_else(kyc: Installation, receiver: Receiver) -> None:
    made = register(kyc, HOOK, event_types=["user.suspended"], description="Ours")
    made.pop("secret")
    assert change(kyc, made["id"]) == made
    assert change(kyc, made["id"], url=receiver.url) == made | {"url": receiver.url}
    types = ["user.suspended", "kyc.status_changed", "user.suspended"]
    changed = change(kyc, made["id"], event_types=types, description="")
    assert changed["event_types"] == ["kyc.status_changed", "user.suspended"]
    assert changed["description"] is None
    assert change(kyc, made["id"], event_types=[])["event_types"] == []
    # The call that changed nothing left no line.
    assert audited(kyc, made["id"]) == ["registered", "changed", "changed", "changed"]


def test_the_audit_keeps_no_url(kyc: Installation, receiver: Receiver) -> None:
    made = register(kyc, f"{HOOK}?token=MARKED")
    change(kyc, made["id"], url=f"{receiver.url}?token=MARKED")
    with kyc.services.storage.reading() as uow:
        lines = uow.audit.for_subject(made["id"])
    assert len(lines) == 2
    assert not any("MARKED" in line.facts for line in lines)


def test_what_is_under_way_goes_to_the_new_url(kyc: Installation, receiver: Receiver) -> None:
    made = register(kyc, HOOK)
    assert told(kyc, "suspend") == 1
    assert receiver.calls == []
    change(kyc, made["id"], url=receiver.url)
    kyc.clock.move(seconds=5)
    assert kyc.run_jobs(DELIVER_WEBHOOK) == 1
    assert [event["type"] for event in receiver.events] == ["user.suspended"]


def test_only_wanted_events_are_sent(kyc: Installation, receiver: Receiver) -> None:
    register(kyc, receiver.url, event_types=["user.unsuspended"])
    told(kyc, "suspend", "unsuspend", "suspend")
    assert [event["type"] for event in receiver.events] == ["user.unsuspended"]
    assert len(listed(kyc)) == 1


def test_a_paused_endpoint_gets_nothing_until_it_is_resumed(
    kyc: Installation, receiver: Receiver
) -> None:
    made = register(kyc, receiver.url)
    paused = change(kyc, made["id"], paused=True)
    assert (paused["status"], paused["disabled_at"]) == ("paused", "2026-11-20T12:00:00Z")
    assert told(kyc, "suspend") == 0
    assert error_of(do(kyc, made["id"], "test")) == (409, "conflict")
    assert error_of(do(kyc, made["id"], "replay-dead")) == (409, "conflict")
    resumed = change(kyc, made["id"], paused=False)
    assert (resumed["status"], resumed["disabled_at"]) == ("active", None)
    act(kyc, "unsuspend")
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert [event["type"] for event in receiver.events] == ["user.unsuspended"]


def test_what_was_under_way_at_a_pause_is_a_dead_letter(
    kyc: Installation, receiver: Receiver
) -> None:
    made = register(kyc, receiver.url)
    receiver.status = 500
    told(kyc, "suspend")
    change(kyc, made["id"], paused=True)
    kyc.clock.move(seconds=5)
    kyc.run_jobs(DELIVER_WEBHOOK)
    (row,) = listed(kyc, state="dead")
    assert (row["last_error"], row["attempt_count"]) == ("endpoint_disabled", 1)
    assert len(receiver.calls) == 1
    change(kyc, made["id"], paused=False)
    receiver.status = 204
    assert data_of(do(kyc, made["id"], "replay-dead"), 202) == {"replayed": 1, "left": 0}
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert story(kyc, row["id"])["state"] == "delivered"


def test_a_deleted_endpoint_is_gone_and_its_deliveries_stay(
    kyc: Installation, receiver: Receiver
) -> None:
    made = register(kyc, receiver.url)
    told(kyc, "suspend")
    (row,) = listed(kyc)
    answer = call(kyc, "DELETE", f"{ENDPOINTS}/{made['id']}")
    assert (answer.status_code, answer.data) == (204, b"")
    act(kyc, "unsuspend")
    assert kyc.run_jobs(DELIVER_WEBHOOK) == 0
    for method, path in OF_ONE[:7]:
        again = call(kyc, method, path.format(endpoint=made["id"]), json={})
        assert error_of(again) == (404, "not_found"), path
    assert data_of(call(kyc, "GET", ENDPOINTS)) == []
    assert listed(kyc) == [row]
    refused = call(kyc, "POST", f"{DELIVERIES}/{row['id']}/replay", json={})
    assert error_of(refused) == (409, "conflict")
    with kyc.services.storage.reading() as uow:
        kept = uow.webhook_endpoints.get(made["id"])
    assert (kept.url, kept.sealed_secrets, kept.wrapped_key) == ("", [], b"")


def test_an_endpoint_that_says_410_is_closed_and_may_be_opened_again(
    kyc: Installation, receiver: Receiver
) -> None:
    made = register(kyc, receiver.url)
    receiver.status = 410
    told(kyc, "suspend", "unsuspend")
    assert len(receiver.calls) == 1
    assert read(kyc, made["id"])["status"] == "gone"
    assert {row["last_error"] for row in listed(kyc, state="dead")} == {"endpoint_disabled", "gone"}
    assert audited(kyc, made["id"]) == ["registered", "gone"]
    receiver.status = 204
    assert change(kyc, made["id"], paused=False)["status"] == "active"
    do(kyc, made["id"], "replay-dead")
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert sorted(event["data"]["version"] for event in receiver.events) == [1, 1, 2]


@pytest.mark.usefixtures("no_clock")
def test_while_rotating_both_secrets_are_believed(kyc: Installation, receiver: Receiver) -> None:
    made = register(kyc, receiver.url)
    rotated = data_of(do(kyc, made["id"], "rotate-secret"))
    secrets = [made["secret"], rotated["secret"]]
    assert secrets[0] != secrets[1]
    assert rotated["old_secret_until"] == "2026-11-21T12:00:00Z"
    told(kyc, "suspend")
    assert (who_verifies(receiver, secrets), n_signatures(receiver)) == ([True, True], 2)
    kyc.clock.move(seconds=timedelta(hours=24).total_seconds() - 1)
    act(kyc, "unsuspend")
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert who_verifies(receiver, secrets) == [True, True]
    kyc.clock.move(seconds=1)
    act(kyc, "suspend")
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert (who_verifies(receiver, secrets), n_signatures(receiver)) == ([False, True], 1)
    found = read(kyc, made["id"])
    assert found["old_secret_until"] is None
    assert found["secret_created_at"] == "2026-11-20T12:00:00Z"


@pytest.mark.usefixtures("no_clock")
def test_an_old_secret_may_be_retired_early(kyc: Installation, receiver: Receiver) -> None:
    made = register(kyc, receiver.url)
    first = data_of(do(kyc, made["id"], "rotate-secret"))["secret"]
    # A third one would cut off whoever still checks by the first.
    assert error_of(do(kyc, made["id"], "rotate-secret")) == (409, "conflict")
    for _ in range(2):
        assert data_of(do(kyc, made["id"], "retire-old-secret"))["old_secret_until"] is None
    told(kyc, "suspend")
    assert who_verifies(receiver, [made["secret"], first]) == [False, True]
    second = data_of(do(kyc, made["id"], "rotate-secret"))["secret"]
    act(kyc, "unsuspend")
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert who_verifies(receiver, [made["secret"], first, second]) == [False, True, True]
    assert audited(kyc, made["id"]) == [
        "registered", "secret_rotated", "old_secret_retired", "secret_rotated",
    ]  # fmt: skip


def test_an_endpoint_may_be_signed_for_with_a_key_of_ours(
    kyc: Installation, receiver: Receiver
) -> None:
    made = register(kyc, receiver.url, signature="v1a")
    rotated = data_of(do(kyc, made["id"], "rotate-secret"))
    told(kyc, "suspend")
    headers, body = receiver.calls[-1]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    offered = headers["webhook-signature"].split(" ")
    # Newest first, both while rotating, and both verified by what the partner was shown.
    for text, shown in zip(offered, (rotated, made), strict=True):
        assert shown["signature"] == "v1a"
        key = base64.b64decode(shown["secret"].removeprefix("whpk_"))
        signature = base64.b64decode(text.removeprefix("v1a,"))
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    assert read(kyc, made["id"])["signature"] == "v1a"


def test_a_repeated_rotation_shows_the_same_secret(kyc: Installation) -> None:
    made = register(kyc, HOOK)
    key = {"Idempotency-Key": "rotate-1"}
    first, again = (do(kyc, made["id"], "rotate-secret", headers=key) for _ in "12")
    assert data_of(first)["secret"] == data_of(again)["secret"]


@pytest.mark.usefixtures("no_clock")
def test_a_test_event_goes_the_way_of_every_event(kyc: Installation, receiver: Receiver) -> None:
    register(kyc, HOOK)
    made = register(kyc, receiver.url, event_types=["user.suspended"])
    sent = data_of(do(kyc, made["id"], "test"), 202)
    assert (sent["state"], sent["event_type"]) == ("pending", "webhook.test")
    assert sent["next_attempt_at"] == "2026-11-20T12:00:00Z"
    assert kyc.run_jobs(DELIVER_WEBHOOK) == 1
    (event,) = receiver.events
    assert (event["type"], event["data"]) == ("webhook.test", {"endpoint_id": made["id"]})
    assert who_verifies(receiver, [made["secret"]]) == [True]
    found = story(kyc, sent["id"])
    assert (found["state"], found["version"], found["next_attempt_at"]) == ("delivered", None, None)
    (attempt,) = found["attempts"]
    assert (attempt["number"], attempt["outcome"], attempt["status"]) == (1, "delivered", 204)
    assert attempt["at"] == "2026-11-20T12:00:00Z"
    assert attempt["duration_ms"] >= 0
    assert audited(kyc, made["id"]) == ["registered", "tested"]


def test_every_accepted_file_is_told_without_what_it_shows(
    kyc: Installation, receiver: Receiver
) -> None:
    register(kyc, receiver.url, event_types=["kyc.file_added"])
    submitted(kyc, "id_card")
    kyc.run_jobs(EXAMINE)
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert [event["name"] for event in receiver.events] == ["KYC File Added"] * 2
    data = [event["data"] for event in receiver.events]
    assert [(each["kind"], each["side"]) for each in data] == [
        ("document_front", "front"),
        ("document_back", "back"),
    ]
    assert set(data[0]) == {
        "verification_id", "file_id", "kind", "side", "partner_user_id", "version",
    }  # fmt: skip
    assert data[0]["version"] < data[1]["version"]


def test_files_by_api_are_told_once_each(kyc: Installation, receiver: Receiver) -> None:
    register(kyc, receiver.url, event_types=["kyc.file_added"])
    with_files(kyc)
    selfie = JPEG + b"selfie"
    for picture in (JPEG, selfie, selfie, JPEG + b"better"):
        side = "SELFIE" if picture is selfie else "FRONT"
        assert send_file(kyc, side=side, picture=picture).status_code == 201
    kyc.run_jobs(DELIVER_WEBHOOK)
    data = [event["data"] for event in receiver.events]
    # A picture that is there already is not told again, one that takes another's place is.
    assert [(each["kind"], each["side"]) for each in data] == [
        ("document_front", "front"),
        ("selfie", None),
        ("document_front", "front"),
    ]
    assert len({each["file_id"] for each in data}) == 3
    assert [each["version"] for each in data] == sorted(each["version"] for each in data)


def test_a_refused_picture_is_not_told(kyc_loop: Installation, receiver: Receiver) -> None:
    kyc = kyc_loop
    register(kyc, receiver.url, event_types=["kyc.file_added"])
    bearer = kyc.consented("passport")
    accepting(kyc, RetakeReason(ReasonCode.GLARE))
    assert send_side(kyc, bearer, "front").json["reasons"][0]["code"] == "glare"
    assert kyc.run_jobs(DELIVER_WEBHOOK) == 0


def test_every_type_may_be_subscribed_to(kyc_loop: Installation) -> None:
    every = [event_type.value for event_type in EventType]
    assert register(kyc_loop, HOOK, event_types=every)["event_types"] == sorted(every)


def test_trials_at_hosts_of_the_callers_choice_are_few(kyc_sqlite: Installation) -> None:
    """At the usual limits: what asks or calls a host is counted together, reading is not."""
    kyc = kyc_sqlite
    url = "https://1.1.1.1/hook"
    made = register(kyc, url)
    half = (WEBHOOK_TRIALS.hits - 1) // 2
    for _ in range(half):
        assert do(kyc, made["id"], "test").status_code == 202
        change(kyc, made["id"], url=url)
    refused = [do(kyc, made["id"], "test") for _ in range(WEBHOOK_TRIALS.hits - 2 * half)][-1]
    assert error_of(refused) == (429, "rate_limited")
    assert error_of(call(kyc, "POST", ENDPOINTS, json={"url": url})) == (429, "rate_limited")
    assert read(kyc, made["id"])["url"] == url
    kyc.clock.move(seconds=WEBHOOK_TRIALS.window_s)
    assert do(kyc, made["id"], "test").status_code == 202


def test_an_unknown_id_is_not_found(kyc_loop: Installation) -> None:
    for method, path in OF_ONE:
        for row_id in ("whe_nowhere", USER, "x" * 65, "%00"):
            answer = call(kyc_loop, method, path.format(endpoint=row_id, delivery=row_id), json={})
            assert answer.status_code == 404, (method, path, row_id)
