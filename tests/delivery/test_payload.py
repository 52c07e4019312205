from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from app.delivery import event_body
from app.domain.event import EventType

AT = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
CHANGE = {
    "partner_user_id": "user-123",
    "verification_id": "ver_1",
    "status": "failed",
    "stage": "retry_requested",
    "version": 4,
    "reasons": ["glare", "cropped"],
}


def body_of(event_type: str = "kyc.status_changed", at: datetime = AT, **changes: Any) -> bytes:
    return event_body(event_type, "KYC Verification Status", at, CHANGE | changes)


def test_a_body_is_thin_and_canonical() -> None:
    assert body_of() == (
        b'{"data":{"partner_user_id":"user-123","reasons":["glare","cropped"],'
        b'"stage":"retry_requested","status":"failed","verification_id":"ver_1","version":4},'
        b'"name":"KYC Verification Status",'
        b'"timestamp":"2026-03-01T12:00:00.250Z","type":"kyc.status_changed"}'
    )


def test_every_event_has_a_name_for_people() -> None:
    assert EventType.FILE_ADDED.display_name == "KYC File Added"
    assert EventType.STATUS_CHANGED.display_name == "KYC Verification Status"
    assert EventType.PROOF_OF_ADDRESS_CHANGED.display_name == "POA Verification Status"
    assert all(event_type.display_name for event_type in EventType)


def test_times_are_told_in_utc() -> None:
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert body_of(at=there) == body_of(at=AT)


def test_a_partners_own_user_id_comes_back_exactly() -> None:
    user = 'Ünï "quoted" \u2028'
    assert json.loads(body_of(partner_user_id=user))["data"]["partner_user_id"] == user


@pytest.mark.parametrize(
    "harmless",
    [None, True, 7, "0199a0b0-0000-7000-8000-000000000000", "2026-03-01T12:00:00Z", "cap_01Ab-9"],
)
def test_codes_ids_numbers_and_moments_may_leave(harmless: object) -> None:
    assert json.loads(body_of(extra=harmless))["data"]["extra"] == harmless


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "Verified"},
        {"stage": ""},
        {"reasons": ["name is Eriksson"]},
        {"reasons": [["glare"]]},
        {"version": 0},
        {"version": "4"},
        {"partner_user_id": "x" * 20_000},
        {"extra": {"family_name": "eriksson"}},
        {"extra": 0.5},
        {"Name": "eriksson"},
    ],
)
def test_free_text_and_bulk_do_not_leave_the_house(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"codes|versions|bytes"):
        body_of(**changes)


@pytest.mark.parametrize("event_type", ["", "verified", "kyc.Verified", "kyc verified", "kyc."])
def test_an_event_type_of_another_form_is_refused(event_type: str) -> None:
    with pytest.raises(ValueError, match="event type"):
        body_of(event_type)


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        body_of(at=AT.replace(tzinfo=None))
