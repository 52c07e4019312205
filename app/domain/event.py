"""Events that a partner is told of, and the schedule by which delivery is tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class EventType(StrEnum):
    """What a webhook may report."""

    STATUS_CHANGED = "kyc.status_changed"


class DeliveryState(StrEnum):
    """Where one event's delivery to one endpoint stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(eq=False)
class Event:
    """Something a partner is told; `version` grows per applicant so stale events can be dropped."""

    id: str
    partner_id: str
    applicant_id: str
    type: EventType
    version: int
    data: Mapping[str, object]
    created_at: datetime


@dataclass(eq=False)
class WebhookDelivery:
    """The delivery of one event to one endpoint."""

    id: str
    event_id: str
    endpoint_id: str
    created_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    last_status: int | None = None
    last_error: str | None = None
    delivered_at: datetime | None = None


# Standard Webhooks' example schedule: a quick second try, then ever longer waits over three days.
RETRY_DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
)


def retry_delay(attempts: int) -> timedelta | None:
    """How long to wait after this many failed attempts; None when the event is dead."""
    return RETRY_DELAYS[attempts - 1] if attempts <= len(RETRY_DELAYS) else None
