"""Events that a partner is told of, and the schedule by which delivery is tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class EventType(StrEnum):
    """What a webhook may report."""

    STATUS_CHANGED = "kyc.status_changed"
    FILE_ADDED = "kyc.file_added"
    PROOF_OF_ADDRESS_CHANGED = "poa.status_changed"
    CUSTOMER_VERIFICATION_CHANGED = "customer_verification.status_changed"
    USER_SUSPENDED = "user.suspended"
    USER_UNSUSPENDED = "user.unsuspended"
    USER_DELETED = "user.deleted"
    TEST = "webhook.test"

    @property
    def display_name(self) -> str:
        """The event's name for people; partners know the first three by exactly these."""
        return _TITLES[self]


_TITLES = {
    EventType.STATUS_CHANGED: "KYC Verification Status",
    EventType.FILE_ADDED: "KYC File Added",
    EventType.PROOF_OF_ADDRESS_CHANGED: "POA Verification Status",
    EventType.CUSTOMER_VERIFICATION_CHANGED: "Customer Verification Status",
    EventType.USER_SUSPENDED: "User Suspended",
    EventType.USER_UNSUSPENDED: "User Unsuspended",
    EventType.USER_DELETED: "User Deleted",
    EventType.TEST: "Test Event",
}


class DeliveryState(StrEnum):
    """Where one event's delivery to one endpoint stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(eq=False)
class Event:
    """Something a partner is told; `version` grows per applicant so stale events can be dropped.

    An event that is about nobody has neither applicant nor version.
    """

    id: str
    partner_id: str
    applicant_id: str | None
    type: EventType
    version: int | None
    data: Mapping[str, object]
    created_at: datetime


@dataclass(eq=False)
class WebhookDelivery:
    """The delivery of one event to one endpoint.

    `attempts` are those of the series that is under way or was the last; a replay begins another
    series, and those before it are `earlier_attempts`.
    """

    id: str
    partner_id: str
    event_id: str
    event_type: EventType
    endpoint_id: str
    created_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    last_status: int | None = None
    last_error: str | None = None
    delivered_at: datetime | None = None
    next_attempt_at: datetime | None = None
    earlier_attempts: int = 0

    @property
    def all_attempts(self) -> int:
        """How often it was tried, over all series."""
        return self.earlier_attempts + self.attempts

    def give_up(self, error: str | None = None) -> None:
        """Try no more; `error` says why when that is not what the last attempt met."""
        self.state, self.next_attempt_at = DeliveryState.DEAD, None
        self.last_error = error or self.last_error

    def begin_again(self, now: datetime) -> None:
        """Open another series of attempts for an event that is delivered or dead."""
        self.earlier_attempts, self.attempts = self.all_attempts, 0
        self.state, self.next_attempt_at = DeliveryState.PENDING, now
        self.last_status = self.last_error = self.delivered_at = None


@dataclass(eq=False)
class WebhookAttempt:
    """One attempt of a delivery, as it ended; `number` counts over all series from 1."""

    delivery_id: str
    number: int
    at: datetime
    outcome: str
    status: int | None
    error: str | None
    duration_ms: int


@dataclass(frozen=True)
class DeliveryFilter:
    """What a list of one partner's deliveries is narrowed down to; None narrows nothing."""

    partner_id: str
    endpoint_id: str | None = None
    state: DeliveryState | None = None
    event_type: EventType | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


# Standard Webhooks' example schedule: a quick second try, then ever longer waits over two days.
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
