"""Find a partner's webhook endpoint; a deleted one is not there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from app.domain.partner import WebhookEndpoint
    from app.storage.unit_of_work import UnitOfWork


def find_endpoint(uow: UnitOfWork, partner_id: str, endpoint_id: str) -> WebhookEndpoint:
    """The partner's endpoint. Raises DomainError(not_found)."""
    return _kept(uow.webhook_endpoints.of_partner(partner_id, endpoint_id))


def lock_endpoint(uow: UnitOfWork, partner_id: str, endpoint_id: str) -> WebhookEndpoint:
    """The same, held for change."""
    return _kept(uow.webhook_endpoints.lock_of_partner(partner_id, endpoint_id))


def require_open(endpoint: WebhookEndpoint) -> None:
    """Raise DomainError(conflict) for an endpoint that nothing is sent to."""
    if endpoint.is_deleted:
        raise DomainError(ErrorCode.CONFLICT, "The endpoint of this delivery was deleted.")
    if endpoint.disabled_at is not None:
        raise DomainError(
            ErrorCode.CONFLICT,
            "Nothing is sent to this endpoint; change it with paused=false first.",
            status=endpoint.status.value,
        )


def _kept(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    if endpoint.is_deleted:
        raise DomainError(ErrorCode.NOT_FOUND)
    return endpoint
