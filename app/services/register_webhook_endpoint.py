"""Add a place where a partner wants to be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import MAX_WEBHOOK_ENDPOINTS, SignatureScheme

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from app.domain.event import EventType
    from app.domain.partner import WebhookEndpoint
    from app.services.callers import PartnerCaller
    from app.services.endpoint_secrets import EndpointSecrets
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class EndpointWithSecret:
    """An endpoint with what verifies its newest signatures, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str = field(repr=False)


@dataclass(frozen=True)
class RegisterWebhookEndpoint:
    """The URL must pass the egress guard now, and passes it again before each attempt."""

    storage: Storage
    secrets: EndpointSecrets
    vet_url: Callable[[str], None]

    def __call__(
        self,
        caller: PartnerCaller,
        url: str,
        event_types: Collection[EventType] = (),
        description: str | None = None,
        scheme: SignatureScheme = SignatureScheme.HMAC,
    ) -> EndpointWithSecret:
        """The new endpoint. Raises DomainError url_not_allowed or too_many_endpoints.

        It is told of these types of events, of all of them when none is named.
        """
        # Names are resolved before the transaction: others would wait for it.
        self.vet_url(url)
        endpoint, secret = self.secrets.new_endpoint(caller.partner_id, url, scheme)
        endpoint.event_types = words_of(event_types)
        endpoint.description = description or None
        with self.storage.writing() as uow:
            # Locked, so that two requests do not both take the last place.
            uow.partners.lock(caller.partner_id)
            if len(uow.webhook_endpoints.kept_for(caller.partner_id)) >= MAX_WEBHOOK_ENDPOINTS:
                raise DomainError(ErrorCode.TOO_MANY_ENDPOINTS, limit=MAX_WEBHOOK_ENDPOINTS)
            uow.webhook_endpoints.add(endpoint)
            facts = {"event_types": endpoint.event_types}
            uow.audit.append(caller.actor, "webhook_endpoint.registered", endpoint.id, facts)
            uow.commit()
        return EndpointWithSecret(endpoint, secret)


def words_of(event_types: Collection[EventType]) -> list[str]:
    """Types of events as they are stored: each once, in one order."""
    return sorted({event_type.value for event_type in event_types})
