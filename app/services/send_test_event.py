"""Send an endpoint an event about nobody, to see whether it is received and believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.event import Event, EventType
from app.services.find_endpoint import find_endpoint, require_open
from app.services.tell_partner import deliver_to

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.event import WebhookDelivery
    from app.services.callers import PartnerCaller
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class SendTestEvent:
    """It goes the way of every event: signed, retried, and listed among the deliveries."""

    storage: Storage
    chance: Chance

    def __call__(self, caller: PartnerCaller, endpoint_id: str) -> WebhookDelivery:
        """The delivery that is under way. Raises DomainError not_found or conflict."""
        with self.storage.writing() as uow:
            endpoint = find_endpoint(uow, caller.partner_id, endpoint_id)
            require_open(endpoint)
            event = Event(
                self.chance.new_id("evt"),
                caller.partner_id,
                None,
                EventType.TEST,
                None,
                {"endpoint_id": endpoint.id},
                self.chance.now(),
            )
            (delivery,) = deliver_to(uow, self.chance, event, [endpoint])
            uow.audit.append(caller.actor, "webhook_endpoint.tested", endpoint.id)
            uow.commit()
        return delivery
