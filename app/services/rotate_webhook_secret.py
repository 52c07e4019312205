"""Give an endpoint a new signing secret, and retire the old one once the receiver has moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.services.find_endpoint import lock_endpoint
from app.services.register_webhook_endpoint import EndpointWithSecret

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.partner import WebhookEndpoint
    from app.services.callers import PartnerCaller
    from app.services.endpoint_secrets import EndpointSecrets
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class RotateWebhookSecret:
    """Both secrets sign for a day, so that a receiver may change over at any time within it."""

    storage: Storage
    chance: Chance
    secrets: EndpointSecrets

    def __call__(self, caller: PartnerCaller, endpoint_id: str) -> EndpointWithSecret:
        """The endpoint with its new secret. Raises DomainError not_found or conflict."""
        with self.storage.writing() as uow:
            endpoint = lock_endpoint(uow, caller.partner_id, endpoint_id)
            if endpoint.old_secret_until(self.chance.now()) is not None:
                # A third one would cut off a receiver that still checks by the first.
                raise DomainError(
                    ErrorCode.CONFLICT,
                    "Two secrets sign already; retire the old one first.",
                )
            secret = self.secrets.rotate(endpoint)
            uow.audit.append(caller.actor, "webhook_endpoint.secret_rotated", endpoint.id)
            uow.commit()
        return EndpointWithSecret(endpoint, secret)


@dataclass(frozen=True)
class RetireOldSecret:
    """Ends the old secret before its day is over; doing it twice is the same as once."""

    storage: Storage

    def __call__(self, caller: PartnerCaller, endpoint_id: str) -> WebhookEndpoint:
        """The endpoint, signing with its newest secret alone. Raises DomainError(not_found)."""
        with self.storage.writing() as uow:
            endpoint = lock_endpoint(uow, caller.partner_id, endpoint_id)
            if len(endpoint.sealed_secrets) > 1:
                endpoint.retire_old_secret()
                uow.audit.append(caller.actor, "webhook_endpoint.old_secret_retired", endpoint.id)
            uow.commit()
        return endpoint
