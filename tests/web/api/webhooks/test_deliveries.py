"""Deliveries over HTTP: list, page, read with attempts, dead letters, replay, order."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.event import RETRY_DELAYS, DeliveryState
from app.services.jobs import DELIVER_WEBHOOK
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
from tests.builders.moments import NOON
from tests.builders.partner_users import OTHER_USER, USER, create_user
from tests.builders.receiver import Receiver

FIELDS = {
    "id", "endpoint_id", "event_id", "event_type", "state", "attempt_count", "last_status",
    "last_error", "created_at", "next_attempt_at", "delivered_at",
}  # fmt: skip
NOON_TEXT = "2026-11-20T12:00:00Z"


def replay(kyc: Installation, delivery_id: str, **options: Any) -> Any:
    return call(kyc, "POST", f"{DELIVERIES}/{delivery_id}/replay", json={}, **options)


def replay_dead(kyc: Installation, endpoint_id: str) -> dict[str, int]:
    answer = call(kyc, "POST", f"{ENDPOINTS}/{endpoint_id}/replay-dead", json={})
    counts: dict[str, int] = data_of(answer, 202)
    return counts


def run_until_dead(kyc: Installation) -> None:
    for delay in RETRY_DELAYS:
        kyc.clock.move(seconds=delay.total_seconds())
        kyc.run_jobs(DELIVER_WEBHOOK)


def versions(receiver: Receiver) -> list[int]:
    return [event["data"]["version"] for event in receiver.events]


def test_a_delivery_says_how_it_stands(kyc: Installation, receiver: Receiver) -> None:
    made = register(kyc, receiver.url)
    receiver.status = 503
    told(kyc, "suspend")
    (row,) = listed(kyc)
    assert set(row) == FIELDS
    assert (row["endpoint_id"], row["event_type"]) == (made["id"], "user.suspended")
    assert (row["state"], row["attempt_count"], row["last_status"]) == ("pending", 1, 503)
    assert row["next_attempt_at"] == "2026-11-20T12:00:05Z"
    found = story(kyc, row["id"])
    assert found["event_data"] == {"partner_user_id": USER, "version": 1}
    assert found["version"] == 1
    (attempt,) = found["attempts"]
    assert (attempt["outcome"], attempt["error"]) == ("retry", "status_not_success")


def test_an_event_that_is_never_received_is_dead_with_every_attempt_kept(
    kyc: Installation, receiver: Receiver
) -> None:
    register(kyc, receiver.url)
    receiver.status = 500
    told(kyc, "suspend")
    run_until_dead(kyc)
    (row,) = listed(kyc, state="dead")
    assert (row["attempt_count"], row["next_attempt_at"]) == (len(RETRY_DELAYS) + 1, None)
    attempts = story(kyc, row["id"])["attempts"]
    assert [attempt["number"] for attempt in attempts] == list(range(1, len(RETRY_DELAYS) + 2))
    assert attempts[0]["at"] == NOON_TEXT
    assert len({attempt["at"] for attempt in attempts}) == len(attempts)


def test_a_dead_letter_is_replayed_with_its_own_id(kyc: Installation, receiver: Receiver) -> None:
    register(kyc, receiver.url)
    receiver.status = 500
    told(kyc, "suspend")
    run_until_dead(kyc)
    (row,) = listed(kyc)
    receiver.status = 204
    begun = data_of(replay(kyc, row["id"]), 202)
    assert (begun["state"], begun["attempt_count"]) == ("pending", 9)
    assert begun["last_error"] is None
    assert kyc.run_jobs(DELIVER_WEBHOOK) == 1
    found = story(kyc, row["id"])
    assert (found["state"], found["attempt_count"]) == ("delivered", 10)
    assert [attempt["number"] for attempt in found["attempts"]] == list(range(1, 11))
    assert {headers["webhook-id"] for headers, _ in receiver.calls} == {row["event_id"]}
    assert len({body for _, body in receiver.calls}) == 1


def test_a_replay_that_fails_has_the_whole_schedule_again(
    kyc: Installation, receiver: Receiver
) -> None:
    register(kyc, receiver.url)
    told(kyc, "suspend")
    (row,) = listed(kyc, state="delivered")
    receiver.status = 500
    assert data_of(replay(kyc, row["id"]), 202)["delivered_at"] is None
    kyc.run_jobs(DELIVER_WEBHOOK)
    run_until_dead(kyc)
    (dead,) = listed(kyc, state="dead")
    assert dead["attempt_count"] == 1 + len(RETRY_DELAYS) + 1


def test_what_is_under_way_is_not_replayed(kyc: Installation, receiver: Receiver) -> None:
    register(kyc, receiver.url)
    receiver.status = 500
    told(kyc, "suspend")
    (row,) = listed(kyc)
    assert error_of(replay(kyc, row["id"])) == (409, "conflict")
    assert kyc.run_jobs(DELIVER_WEBHOOK) == 0


def test_a_repeated_replay_sends_once(kyc: Installation, receiver: Receiver) -> None:
    register(kyc, receiver.url)
    told(kyc, "suspend")
    (row,) = listed(kyc)
    key = {"Idempotency-Key": "again-1"}
    for _ in range(2):
        assert replay(kyc, row["id"], headers=key).status_code == 202
    assert kyc.run_jobs(DELIVER_WEBHOOK) == 1
    assert len(receiver.calls) == 2


def test_dead_letters_are_replayed_oldest_first(kyc: Installation, receiver: Receiver) -> None:
    made = register(kyc, receiver.url)
    receiver.status = 500
    assert create_user(kyc).status_code == 201
    for each in ("suspend", "unsuspend", "suspend"):
        act(kyc, each)
        kyc.clock.move(seconds=1)
    kyc.run_jobs(DELIVER_WEBHOOK)
    run_until_dead(kyc)
    assert len(listed(kyc, state="dead")) == 3
    receiver.status, receiver.calls = 204, []
    assert replay_dead(kyc, made["id"]) == {"replayed": 3, "left": 0}
    assert replay_dead(kyc, made["id"]) == {"replayed": 0, "left": 0}
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert versions(receiver) == [1, 2, 3]


def test_nothing_is_told_again_of_an_erased_user_but_the_deletion(
    kyc: Installation, receiver: Receiver
) -> None:
    made = register(kyc, receiver.url)
    receiver.status = 500
    told(kyc, "suspend")
    told(kyc, "suspend", user=OTHER_USER)
    # One is dead before its user is deleted, the other by it.
    with kyc.services.storage.writing() as uow:
        for row in listed(kyc):
            if story(kyc, row["id"])["event_data"]["partner_user_id"] == USER:
                uow.deliveries.get(row["id"]).give_up()
        uow.commit()
    act(kyc, "delete")
    act(kyc, "delete", user=OTHER_USER)
    suspended = listed(kyc, state="dead", event_type="user.suspended")
    assert len(suspended) == 2
    for row in suspended:
        assert error_of(replay(kyc, row["id"])) == (409, "conflict")
        assert "partner_user_id" not in story(kyc, row["id"])["event_data"]
    kyc.run_jobs(DELIVER_WEBHOOK)
    run_until_dead(kyc)
    receiver.status, receiver.calls = 204, []
    assert replay_dead(kyc, made["id"]) == {"replayed": 2, "left": 0}
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert [event["type"] for event in receiver.events] == ["user.deleted"] * 2
    deleted = listed(kyc, event_type="user.deleted")[0]
    assert replay(kyc, deleted["id"]).status_code == 202


def test_an_event_of_a_user_erased_meanwhile_does_not_leave(
    kyc: Installation, receiver: Receiver
) -> None:
    """Whoever was faster, the replay or the erasure: the worker looks again."""
    register(kyc, receiver.url)
    told(kyc, "suspend")
    (row,) = listed(kyc)
    act(kyc, "delete")
    with kyc.services.storage.writing() as uow:
        uow.deliveries.get(row["id"]).begin_again(kyc.clock())
        uow.jobs.enqueue(DELIVER_WEBHOOK, row["id"])
        uow.commit()
    receiver.calls = []
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert [event["type"] for event in receiver.events] == ["user.deleted"]
    assert story(kyc, row["id"])["last_error"] == "erased"


def test_a_redirect_is_not_followed(kyc: Installation, receiver: Receiver) -> None:
    register(kyc, receiver.url)
    receiver.status = 307
    told(kyc, "suspend")
    assert len(receiver.calls) == 1
    (row,) = listed(kyc)
    assert (row["state"], row["last_error"]) == ("pending", "redirect_not_followed")


def test_a_job_that_kills_its_workers_leaves_a_dead_letter(
    kyc: Installation, receiver: Receiver
) -> None:
    register(kyc, receiver.url)
    assert create_user(kyc).status_code == 201
    act(kyc, "suspend")
    claimed = kyc.services.queue.claim(kyc.clock(), 10, [DELIVER_WEBHOOK])
    assert claimed is not None
    kyc.services.give_up_job(claimed)
    (row,) = listed(kyc, state="dead")
    assert (row["last_error"], row["next_attempt_at"]) == ("worker_failed", None)


def test_a_receiver_that_was_down_for_a_day_misses_nothing(
    kyc: Installation, receiver: Receiver
) -> None:
    register(kyc, receiver.url)
    receiver.status = 503
    users = [f"7d6cbb4c-2a5e-4d4b-9d42-{number:012}" for number in range(4)]
    for user in users:
        assert create_user(kyc, user).status_code == 201
        act(kyc, "suspend", "unsuspend", "suspend", user=user)
    # Each wait is over at its step, and the last of these ends a day after the first attempt.
    for delay in (timedelta(0), *RETRY_DELAYS[:-1]):
        kyc.clock.move(seconds=delay.total_seconds())
        kyc.run_jobs(DELIVER_WEBHOOK)
    assert kyc.clock() - NOON > timedelta(hours=24)
    receiver.status, receiver.calls = 204, []
    kyc.clock.move(seconds=RETRY_DELAYS[-1].total_seconds())
    assert kyc.run_jobs(DELIVER_WEBHOOK) == 12
    found = [
        (event["data"]["partner_user_id"], event["data"]["version"]) for event in receiver.events
    ]
    assert sorted(found) == [(user, version) for user in users for version in (1, 2, 3)]
    assert listed(kyc, state="dead") == listed(kyc, state="pending") == []


def test_an_event_waits_for_the_first_attempt_of_the_user_s_earlier_one(
    kyc: Installation, receiver: Receiver
) -> None:
    register(kyc, receiver.url)
    for user in (USER, OTHER_USER):
        assert create_user(kyc, user).status_code == 201
    act(kyc, "suspend", "unsuspend")
    act(kyc, "suspend", user=OTHER_USER)
    first = kyc.services.queue.claim(kyc.clock(), 20, [DELIVER_WEBHOOK])
    assert first is not None
    # A second worker, while the first is still at the user's first event.
    assert kyc.run_jobs(DELIVER_WEBHOOK) == 2
    assert [event["data"]["partner_user_id"] for event in receiver.events] == [OTHER_USER]
    receiver.status = 500
    kyc.services.deliver_webhook(first)
    receiver.status = 204
    kyc.clock.move(seconds=1)
    kyc.run_jobs(DELIVER_WEBHOOK)
    # The first failed and comes later; it says by its version that it is older.
    assert versions(receiver)[1:] == [1, 2]
    kyc.clock.move(seconds=5)
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert versions(receiver)[1:] == [1, 2, 1]
    assert all(row["state"] == DeliveryState.DELIVERED for row in listed(kyc))


def test_an_event_does_not_wait_for_ever(kyc: Installation, receiver: Receiver) -> None:
    register(kyc, receiver.url)
    assert create_user(kyc).status_code == 201
    act(kyc, "suspend", "unsuspend")
    stuck = kyc.services.queue.claim(kyc.clock(), 86_400, [DELIVER_WEBHOOK])
    assert stuck is not None
    kyc.clock.move(seconds=timedelta(minutes=15).total_seconds())
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert versions(receiver) == []
    kyc.clock.move(seconds=1)
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert versions(receiver) == [2]


def some_deliveries(kyc: Installation, receiver: Receiver) -> tuple[str, str]:
    """Ten deliveries a minute apart, to two endpoints, of two types."""
    first, second = register(kyc, receiver.url), register(kyc, receiver.url)
    assert create_user(kyc).status_code == 201
    for each in ("suspend", "unsuspend", "suspend", "unsuspend", "suspend"):
        act(kyc, each)
        kyc.clock.move(seconds=60)
    return first["id"], second["id"]


@pytest.mark.parametrize("limit", [1, 3, 10, 100])
def test_pages_hold_every_row_once_newest_first(
    kyc: Installation, receiver: Receiver, limit: int
) -> None:
    some_deliveries(kyc, receiver)
    whole = listed(kyc)
    assert len(whole) == 10
    assert [row["created_at"] for row in whole] == sorted(
        (row["created_at"] for row in whole), reverse=True
    )
    found, cursor = [], None
    while True:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = call(kyc, "GET", DELIVERIES, query_string=query).json or {}
        found += page["data"]
        cursor = page["next_cursor"]
        assert len(page["data"]) <= limit
        if cursor is None:
            break
        # What is new does not shift the pages behind it.
        act(kyc, "unsuspend", "suspend")
    assert found == whole


def test_filters_narrow_the_list_down(kyc: Installation, receiver: Receiver) -> None:
    first, second = some_deliveries(kyc, receiver)
    assert len(listed(kyc, endpoint_id=first)) == 5
    assert len(listed(kyc, event_type="user.suspended")) == 6
    assert len(listed(kyc, endpoint_id=second, event_type="user.unsuspended")) == 2
    assert len(listed(kyc, state="pending")) == 10
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert (len(listed(kyc, state="pending")), len(listed(kyc, state="delivered"))) == (0, 10)
    assert len(listed(kyc, created_after="2026-11-20T12:03:00Z")) == 4
    assert len(listed(kyc, created_before="2026-11-20T12:03:00Z")) == 6
    span = {"created_after": "2026-11-20T12:01:00Z", "created_before": "2026-11-20T14:02:00+02:00"}
    assert {row["created_at"] for row in listed(kyc, **span)} == {"2026-11-20T12:01:00Z"}
    assert listed(kyc, endpoint_id="whe_nowhere") == []


def test_a_cursor_is_good_for_its_own_list_only(kyc: Installation, receiver: Receiver) -> None:
    some_deliveries(kyc, receiver)
    page = call(kyc, "GET", DELIVERIES, query_string={"limit": 2}).json or {}
    cursor = page["next_cursor"]
    other = {"x-api-key": kyc.another_partner().api_key}
    wrong = [
        call(kyc, "GET", DELIVERIES, query_string={"cursor": cursor, "state": "dead"}),
        call(kyc, "GET", DELIVERIES, query_string={"cursor": cursor[:-1]}),
        kyc.client.get(DELIVERIES, query_string={"cursor": cursor}, headers=other),
        call(kyc, "GET", "/v1/customer-verifications", query_string={"cursor": cursor}),
    ]
    for answer in wrong:
        assert error_of(answer) == (400, "validation_error")
        assert set((answer.json or {})["fields"]) == {"cursor"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("state", "lost"),
        ("event_type", "kyc.everything"),
        ("created_after", "yesterday"),
        ("created_before", "2026-11-20"),
        ("endpoint_id", "a b"),
        ("user", "user-123"),
    ],
)
def test_a_faulty_filter_is_named(kyc_loop: Installation, name: str, value: str) -> None:
    answer = call(kyc_loop, "GET", DELIVERIES, query_string={name: value})
    assert error_of(answer) == (400, "validation_error")
    assert set((answer.json or {})["fields"]) == {name}
