"""Send again what was delivered or given up: one event, or an endpoint's dead letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.event import DeliveryState
from app.services.deliver_webhook import is_about_erased_user
from app.services.find_endpoint import find_endpoint, require_open
from app.services.jobs import DELIVER_WEBHOOK

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.event import WebhookDelivery
    from app.services.callers import PartnerCaller
    from app.storage.unit_of_work import Storage, UnitOfWork

# What one transaction holds of other people's rows.
_BATCH = 500


@dataclass(frozen=True)
class ReplayDelivery:
    """Begins another series of attempts; the event keeps its id, its version and its words."""

    storage: Storage
    chance: Chance

    def __call__(self, caller: PartnerCaller, delivery_id: str) -> WebhookDelivery:
        """The delivery, due at once. Raises DomainError not_found or conflict."""
        with self.storage.writing() as uow:
            delivery = uow.deliveries.lock_of_partner(caller.partner_id, delivery_id)
            require_open(uow.webhook_endpoints.get(delivery.endpoint_id))
            if delivery.state is DeliveryState.PENDING:
                raise DomainError(
                    ErrorCode.CONFLICT, "This delivery is under way; it can be replayed at its end."
                )
            if is_about_erased_user(uow, uow.events.get(delivery.event_id)):
                raise DomainError(
                    ErrorCode.CONFLICT, "The user was deleted; nothing is told of them any more."
                )
            _begin_again(uow, self.chance, delivery)
            uow.audit.append(caller.actor, "webhook_delivery.replayed", delivery.id)
            uow.commit()
        return delivery


@dataclass(frozen=True)
class DeadReplayed:
    """How many dead letters are under way again, and how many are left for another call."""

    replayed: int
    left: int


@dataclass(frozen=True)
class ReplayDead:
    """Takes the oldest first, so that a receiver reads a user's events in their order."""

    storage: Storage
    chance: Chance

    def __call__(self, caller: PartnerCaller, endpoint_id: str) -> DeadReplayed:
        """What was done. Raises DomainError not_found or conflict."""
        with self.storage.writing() as uow:
            endpoint = find_endpoint(uow, caller.partner_id, endpoint_id)
            require_open(endpoint)
            dead = uow.deliveries.lock_replayable(endpoint.id, _BATCH)
            for delivery in dead:
                _begin_again(uow, self.chance, delivery)
            left = uow.deliveries.count_replayable(endpoint.id)
            facts = {"count": len(dead)}
            uow.audit.append(caller.actor, "webhook_endpoint.dead_replayed", endpoint.id, facts)
            uow.commit()
        return DeadReplayed(len(dead), left)


def _begin_again(uow: UnitOfWork, chance: Chance, delivery: WebhookDelivery) -> None:
    delivery.begin_again(chance.now())
    uow.jobs.enqueue(DELIVER_WEBHOOK, delivery.id)
