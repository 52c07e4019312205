"""Change where and of what a partner is told, pause that, and end it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.partner import DisabledReason
from app.services.find_endpoint import find_endpoint, lock_endpoint
from app.services.register_webhook_endpoint import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from app.domain.chance import Chance
    from app.domain.event import EventType
    from app.domain.partner import WebhookEndpoint
    from app.services.callers import PartnerCaller
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class EndpointChanges:
    """What is to be another way; None leaves it as it is, an empty text or list clears it."""

    url: str | None = None
    event_types: Collection[EventType] | None = None
    description: str | None = None
    paused: bool | None = None

    def apply(self, endpoint: WebhookEndpoint, chance: Chance) -> list[str]:
        """Change the endpoint; the names of what became another."""
        before = _face_of(endpoint)
        if self.url is not None:
            endpoint.url = self.url
        if self.event_types is not None:
            endpoint.event_types = words_of(self.event_types)
        if self.description is not None:
            endpoint.description = self.description or None
        if self.paused is False:
            endpoint.enable()
        elif self.paused and endpoint.disabled_at is None:
            endpoint.disable(DisabledReason.PAUSED, chance.now())
        return [name for name, value in _face_of(endpoint).items() if value != before[name]]


@dataclass(frozen=True)
class ChangeWebhookEndpoint:
    """What is still to be delivered goes to the new URL; what came during a pause is not sent."""

    storage: Storage
    chance: Chance
    vet_url: Callable[[str], None]

    def __call__(
        self, caller: PartnerCaller, endpoint_id: str, changes: EndpointChanges
    ) -> WebhookEndpoint:
        """The changed endpoint. Raises DomainError not_found or url_not_allowed."""
        with self.storage.reading() as uow:
            find_endpoint(uow, caller.partner_id, endpoint_id)
        if changes.url is not None:
            self.vet_url(changes.url)
        with self.storage.writing() as uow:
            endpoint = lock_endpoint(uow, caller.partner_id, endpoint_id)
            changed = changes.apply(endpoint, self.chance)
            if changed:
                # The URL itself may hold a token of the partner's: the audit says that it changed.
                facts = {"changed": changed, "status": endpoint.status.value}
                uow.audit.append(caller.actor, "webhook_endpoint.changed", endpoint.id, facts)
            uow.commit()
        return endpoint


@dataclass(frozen=True)
class DeleteWebhookEndpoint:
    """Its deliveries stay to be read; its secrets and its URL do not."""

    storage: Storage
    chance: Chance

    def __call__(self, caller: PartnerCaller, endpoint_id: str) -> None:
        """End the endpoint for good. Raises DomainError(not_found)."""
        with self.storage.writing() as uow:
            endpoint = lock_endpoint(uow, caller.partner_id, endpoint_id)
            endpoint.disable(DisabledReason.DELETED, self.chance.now())
            endpoint.sealed_secrets, endpoint.wrapped_key, endpoint.url = [], b"", ""
            endpoint.description = None
            uow.audit.append(caller.actor, "webhook_endpoint.deleted", endpoint.id)
            uow.commit()


def _face_of(endpoint: WebhookEndpoint) -> dict[str, object]:
    return {
        "url": endpoint.url,
        "event_types": list(endpoint.event_types),
        "description": endpoint.description,
        "status": endpoint.status,
    }
