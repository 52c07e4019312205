from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from app.delivery import StatusChange, event_body

AT = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
CHANGE = StatusChange("user-123", "ver_1", "failed", "retry_requested", 4, ("glare", "cropped"))


def test_a_body_is_thin_and_canonical() -> None:
    assert event_body("kyc.status_changed", AT, CHANGE) == (
        b'{"data":{"partner_user_id":"user-123","reasons":["glare","cropped"],'
        b'"stage":"retry_requested","status":"failed","verification_id":"ver_1","version":4},'
        b'"timestamp":"2026-03-01T12:00:00.250Z","type":"kyc.status_changed"}'
    )


def test_times_are_told_in_utc() -> None:
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert event_body("kyc.verified", there, CHANGE) == event_body("kyc.verified", AT, CHANGE)


def test_a_partners_own_user_id_comes_back_exactly() -> None:
    change = replace(CHANGE, partner_user_id='Ünï "quoted" \u2028')
    body = json.loads(event_body("kyc.verified", AT, change))
    assert body["data"]["partner_user_id"] == change.partner_user_id


@pytest.mark.parametrize(
    "changes",
    [{"status": "Verified"}, {"stage": ""}, {"reasons": ("name is Eriksson",)}, {"version": 0},
     {"partner_user_id": "x" * 20_000}],
)  # fmt: skip
def test_free_text_and_bulk_do_not_leave_the_house(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"codes|versions|bytes"):
        event_body("kyc.verified", AT, replace(CHANGE, **changes))


@pytest.mark.parametrize("event_type", ["", "verified", "kyc.Verified", "kyc verified", "kyc."])
def test_an_event_type_of_another_form_is_refused(event_type: str) -> None:
    with pytest.raises(ValueError, match="event type"):
        event_body(event_type, AT, CHANGE)


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        event_body("kyc.verified", AT.replace(tzinfo=None), CHANGE)
