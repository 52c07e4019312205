"""Each event as a receiver reads it: when it is sent, and a body such as it will have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.event import RETRY_DELAYS, EventType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

_OF_USER = {"partner_user_id": "user-123", "version": 4}
_MOMENT = "2026-01-31T09:30:00.000Z"


@dataclass(frozen=True)
class EventExample:
    """One event: its type, its name for people, when it is sent, and a whole body."""

    type: str
    name: str
    sent_when: str
    body: Mapping[str, Any]


# When it is sent, and the data it carries.
_EXAMPLES: Mapping[EventType, tuple[str, Mapping[str, Any]]] = {
    EventType.STATUS_CHANGED: (
        "A user's verification was handed in, decided, left unfinished, or has expired.",
        {
            "verification_id": "ver_01m7yf4d5wq8k2n6",
            "status": "failed",
            "stage": "retry_requested",
            "reasons": ["glare"],
            **_OF_USER,
        },
    ),
    EventType.FILE_ADDED: (
        "A picture or paper of a user was accepted, by the widget or by API.",
        {
            "verification_id": "ver_01m7yf4d5wq8k2n6",
            "file_id": "cap_01m7yf4d5wq8k2n6",
            "kind": "document_front",
            "side": "front",
            **_OF_USER,
        },
    ),
    EventType.PROOF_OF_ADDRESS_CHANGED: (
        "A proof of address was handed in, decided, or handed to a person.",
        {
            "proof_of_address_id": "poa_01m7yf4d5wq8k2n6",
            "status": "verified",
            "stage": "verified",
            "reasons": [],
            **_OF_USER,
        },
    ),
    EventType.CUSTOMER_VERIFICATION_CHANGED: (
        "A question of the verifications face was answered, overridden, or has expired.",
        {
            "customer_verification_id": "0199a0b0-6f1c-7a53-8d0e-5c1f6a2b9e44",
            "status": "verified",
            "verification_type": "kyc",
            "check_type": "identity",
            "reason": None,
            **_OF_USER,
        },
    ),
    EventType.USER_SUSPENDED: ("You suspended a user.", _OF_USER),
    EventType.USER_UNSUSPENDED: ("You let a suspended user in again.", _OF_USER),
    EventType.USER_DELETED: ("A user was erased. It is the last event of this user.", _OF_USER),
    EventType.TEST: (
        "You asked for it, to try an endpoint. It is about nobody, so it has no version.",
        {"endpoint_id": "whe_01m7yf4d5wq8k2n6"},
    ),
}


def event_examples() -> list[EventExample]:
    """Every event, in the order in which they are declared."""
    return [
        EventExample(
            event.value,
            event.display_name,
            _EXAMPLES[event][0],
            {
                "type": event.value,
                "name": event.display_name,
                "timestamp": _MOMENT,
                "data": _EXAMPLES[event][1],
            },
        )
        for event in EventType
    ]


def retry_schedule() -> list[str]:
    """The waits between attempts, in words: `5 seconds`, `30 minutes`, `2 hours`."""
    return [_in_words(delay) for delay in RETRY_DELAYS]


def _in_words(delay: timedelta) -> str:
    seconds = int(delay.total_seconds())
    for unit, size in (("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds % size == 0 and seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "at once"
