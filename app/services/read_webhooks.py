"""Read a partner's endpoints, and what became of each event on its way to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.services.find_endpoint import find_endpoint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.domain.event import DeliveryFilter, Event, WebhookAttempt, WebhookDelivery
    from app.domain.partner import WebhookEndpoint
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class ListWebhookEndpoints:
    """All of them: there are never more than a few."""

    storage: Storage

    def __call__(self, partner_id: str) -> list[WebhookEndpoint]:
        """The partner's endpoints, oldest first."""
        with self.storage.reading() as uow:
            return uow.webhook_endpoints.kept_for(partner_id)


@dataclass(frozen=True)
class ReadWebhookEndpoint:
    """One endpoint without its secrets."""

    storage: Storage

    def __call__(self, partner_id: str, endpoint_id: str) -> WebhookEndpoint:
        """The partner's endpoint. Raises DomainError(not_found)."""
        with self.storage.reading() as uow:
            return find_endpoint(uow, partner_id, endpoint_id)


@dataclass(frozen=True)
class DeliveryPage:
    """Newest first; `last` is where the next page goes on, None at the end of the list."""

    rows: Sequence[WebhookDelivery]
    last: tuple[datetime, str] | None


@dataclass(frozen=True)
class ListWebhookDeliveries:
    """Pages of one partner's deliveries."""

    storage: Storage

    def __call__(
        self, wanted: DeliveryFilter, after: tuple[datetime, str] | None, limit: int
    ) -> DeliveryPage:
        """Up to `limit` rows that stand behind `after`."""
        with self.storage.reading() as uow:
            found = uow.deliveries.page(wanted, after, limit + 1)
        rows = found[:limit]
        last = (rows[-1].created_at, rows[-1].id) if len(found) > limit else None
        return DeliveryPage(rows, last)


@dataclass(frozen=True)
class DeliveryStory:
    """A delivery with its event and all attempts, first to last."""

    delivery: WebhookDelivery
    event: Event
    attempts: Sequence[WebhookAttempt]


@dataclass(frozen=True)
class ReadWebhookDelivery:
    """What was to be told, and what came of each attempt."""

    storage: Storage

    def __call__(self, partner_id: str, delivery_id: str) -> DeliveryStory:
        """The partner's delivery. Raises DomainError(not_found)."""
        with self.storage.reading() as uow:
            delivery = uow.deliveries.of_partner(partner_id, delivery_id)
            event = uow.events.get(delivery.event_id)
            return DeliveryStory(delivery, event, uow.webhook_attempts.for_delivery(delivery.id))
