"""Try one delivery of one event; the row decides what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from app.domain.event import DeliveryState, retry_delay
from app.services.jobs import DELIVER_WEBHOOK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.event import Event, WebhookDelivery
    from app.domain.partner import WebhookEndpoint
    from app.security.vault import Vault
    from app.storage.jobs import ClaimedJob
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class Attempt:
    """How one attempt ended: `delivered`, `retry`, `gone` (410) or `refused` (egress guard)."""

    outcome: str
    status: int | None
    error: str | None
    retry_after_s: float | None


class SendEvent(Protocol):
    """Signs with every live secret and posts once."""

    def __call__(
        self, event: Event, url: str, secrets: Sequence[str], attempted_at: datetime
    ) -> Attempt: ...


@dataclass(frozen=True)
class DeliverWebhook:
    """At least once: the row is marked after the receiver has answered, never before."""

    storage: Storage
    chance: Chance
    vault: Vault
    send: SendEvent

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `deliver_webhook`."""
        with self.storage.reading() as uow:
            delivery = uow.deliveries.get(claimed.subject_id)
            event = uow.events.get(delivery.event_id)
            endpoint = uow.webhook_endpoints.get(delivery.endpoint_id)
        if delivery.state is not DeliveryState.PENDING or endpoint.disabled_at is not None:
            self._finish(claimed, Attempt("gone", None, "endpoint_disabled", None))
            return
        self._finish(claimed, self.send(event, endpoint.url, self._secrets(endpoint), self._now()))

    def _secrets(self, endpoint: WebhookEndpoint) -> list[str]:
        sealed = endpoint.sealed_secrets
        return [self.vault.unseal_text(endpoint, "webhook_secret", text) for text in sealed]

    def _finish(self, claimed: ClaimedJob, attempt: Attempt) -> None:
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            delivery = uow.deliveries.get(claimed.subject_id)
            if delivery.state is not DeliveryState.PENDING:
                uow.commit()
                return
            delivery.attempts += 1
            delivery.last_status = attempt.status
            delivery.last_error = attempt.error
            wait = self._apply(delivery, attempt)
            if wait is not None:
                run_at = self._now() + wait
                uow.jobs.enqueue(DELIVER_WEBHOOK, delivery.id, run_at=run_at)
            if attempt.outcome == "gone" and attempt.status is not None:
                uow.webhook_endpoints.get(delivery.endpoint_id).disabled_at = self._now()
            uow.commit()

    def _apply(self, delivery: WebhookDelivery, attempt: Attempt) -> timedelta | None:
        """The new state, and how long to wait for another attempt, if there is one."""
        if attempt.outcome == "delivered":
            delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, self._now()
            return None
        wait = None if attempt.outcome == "gone" else retry_delay(delivery.attempts)
        if wait is None:
            delivery.state = DeliveryState.DEAD
            return None
        return max(wait, timedelta(seconds=attempt.retry_after_s or 0))

    def _now(self) -> datetime:
        return self.chance.now()
