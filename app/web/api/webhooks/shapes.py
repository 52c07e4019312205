"""What the webhook calls take and give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, StringConstraints

from app.domain.event import DeliveryState, EventType
from app.domain.partner import EndpointStatus, SignatureScheme
from app.web.api.verifications.shapes import Moment
from app.web.bodies import Answer, Body
from app.web.times import Instant

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.event import WebhookAttempt, WebhookDelivery
    from app.domain.partner import WebhookEndpoint
    from app.services.read_webhooks import DeliveryStory
    from app.services.replay_webhooks import DeadReplayed

_Url = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
_EventTypes = Annotated[list[EventType], Field(max_length=len(EventType))]
_Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
_RowId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class RegisterWebhookEndpointBody(Body):
    """Where events go, and which; every type when none is named."""

    url: _Url
    event_types: _EventTypes = Field(default_factory=list)
    description: _Description | None = None
    signature: SignatureScheme = SignatureScheme.HMAC


class ChangeWebhookEndpointBody(Body):
    """What is to be another way. What is left out or null stays; `""` and `[]` clear."""

    url: _Url | None = None
    event_types: _EventTypes | None = None
    description: _Description | None = None
    paused: bool | None = None


class WebhookEndpointData(Answer):
    """An endpoint without its secrets."""

    id: str
    url: str
    event_types: list[EventType]
    description: str | None
    status: EndpointStatus
    signature: SignatureScheme
    created_at: Instant
    disabled_at: Instant | None
    secret_created_at: Instant
    old_secret_until: Instant | None

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, now: datetime) -> Self:
        """The outside's form of an endpoint."""
        return cls(**_endpoint_fields(endpoint, now))


class NewSecretData(WebhookEndpointData):
    """An endpoint with what verifies its newest signatures, which is not shown again.

    `secret` is the signing secret `whsec_…`, or for `v1a` the public key `whpk_…`.
    """

    secret: str = Field(repr=False)

    @classmethod
    def with_secret(cls, endpoint: WebhookEndpoint, secret: str, now: datetime) -> Self:
        """The outside's form of an endpoint, and the secret."""
        return cls(**_endpoint_fields(endpoint, now), secret=secret)


class WebhookEndpointAnswer(Answer):
    """One endpoint."""

    data: WebhookEndpointData


class NewSecretAnswer(Answer):
    """One endpoint with a secret that is shown this once."""

    data: NewSecretData


class WebhookEndpointListAnswer(Answer):
    """All endpoints of the partner, oldest first."""

    data: list[WebhookEndpointData]


class DeadReplayedData(Answer):
    """How many are under way again, and how many are left for another call."""

    replayed: int
    left: int


class DeadReplayedAnswer(Answer):
    """What became of the dead letters."""

    data: DeadReplayedData

    @classmethod
    def of(cls, done: DeadReplayed) -> Self:
        """The outside's form of it."""
        return cls(data=DeadReplayedData(replayed=done.replayed, left=done.left))


class ListWebhookDeliveriesQuery(Body):
    """Filters; each narrows the list down."""

    endpoint_id: _RowId | None = None
    state: DeliveryState | None = None
    event_type: EventType | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=2048)] | None = None


class WebhookDeliveryData(Answer):
    """The way of one event to one endpoint, as far as it has come."""

    id: str
    endpoint_id: str
    event_id: str
    event_type: EventType
    state: DeliveryState
    attempt_count: int
    last_status: int | None
    last_error: str | None
    created_at: Instant
    next_attempt_at: Instant | None
    delivered_at: Instant | None

    @classmethod
    def of(cls, delivery: WebhookDelivery) -> Self:
        """The outside's form of a delivery."""
        return cls(**_delivery_fields(delivery))


class WebhookAttemptData(Answer):
    """One attempt, as it ended."""

    number: int
    at: Instant
    outcome: str
    status: int | None
    error: str | None
    duration_ms: int

    @classmethod
    def of(cls, attempt: WebhookAttempt) -> Self:
        """The outside's form of an attempt."""
        return cls(
            number=attempt.number,
            at=attempt.at,
            outcome=attempt.outcome,
            status=attempt.status,
            error=attempt.error,
            duration_ms=attempt.duration_ms,
        )


class WebhookDeliveryStoryData(WebhookDeliveryData):
    """A delivery with what it tells and all its attempts."""

    version: int | None
    event_data: dict[str, Any]
    attempts: list[WebhookAttemptData]

    @classmethod
    def telling(cls, story: DeliveryStory) -> Self:
        """The outside's form of the whole story."""
        return cls(
            **_delivery_fields(story.delivery),
            version=story.event.version,
            event_data=dict(story.event.data),
            attempts=[WebhookAttemptData.of(attempt) for attempt in story.attempts],
        )


class WebhookDeliveryAnswer(Answer):
    """One delivery."""

    data: WebhookDeliveryData


class WebhookDeliveryStoryAnswer(Answer):
    """One delivery with its attempts."""

    data: WebhookDeliveryStoryData


class WebhookDeliveryListAnswer(Answer):
    """A page, newest first; no `next_cursor` means that this was the last."""

    data: list[WebhookDeliveryData]
    next_cursor: str | None


def _endpoint_fields(endpoint: WebhookEndpoint, now: datetime) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "event_types": [EventType(word) for word in endpoint.event_types],
        "description": endpoint.description,
        "status": endpoint.status,
        "signature": endpoint.signature_scheme,
        "created_at": endpoint.created_at,
        "disabled_at": endpoint.disabled_at,
        "secret_created_at": endpoint.secret_created_at,
        "old_secret_until": endpoint.old_secret_until(now),
    }


def _delivery_fields(delivery: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "endpoint_id": delivery.endpoint_id,
        "event_id": delivery.event_id,
        "event_type": delivery.event_type,
        "state": delivery.state,
        "attempt_count": delivery.all_attempts,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "created_at": delivery.created_at,
        "next_attempt_at": delivery.next_attempt_at,
        "delivered_at": delivery.delivered_at,
    }
