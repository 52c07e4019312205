"""Try one delivery of one event; the row decides what comes next."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from app.domain.event import DeliveryState, EventType, WebhookAttempt, retry_delay
from app.domain.metric import WEBHOOK_ATTEMPTS, WEBHOOK_SECONDS
from app.domain.partner import DisabledReason
from app.services.jobs import DELIVER_WEBHOOK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.event import Event, WebhookDelivery
    from app.services.endpoint_secrets import EndpointSecrets
    from app.storage.jobs import ClaimedJob
    from app.storage.unit_of_work import Storage, UnitOfWork

# How often an event looks whether the user's earlier one has had its first attempt, and for how
# long the earlier one is waited for: a job that fails is given up for good within six minutes.
_ORDER_WAIT = timedelta(seconds=1)
_ORDER_PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True)
class Attempt:
    """How one attempt ended: `delivered`, `retry`, `gone` (410) or `refused` (egress guard)."""

    outcome: str
    status: int | None
    error: str | None
    retry_after_s: float | None
    duration_ms: int


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
    secrets: EndpointSecrets
    send: SendEvent

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `deliver_webhook`."""
        now = self.chance.now()
        with self.storage.reading() as uow:
            delivery = uow.deliveries.get(claimed.subject_id)
            event = uow.events.get(delivery.event_id)
            endpoint = uow.webhook_endpoints.get(delivery.endpoint_id)
            is_forgotten = is_about_erased_user(uow, event)
            is_early = delivery.all_attempts == 0 and uow.deliveries.has_untried_before(
                event, endpoint.id, now - _ORDER_PATIENCE
            )
        if delivery.state is not DeliveryState.PENDING:
            self._end(claimed)
        elif endpoint.disabled_at is not None:
            self._end(claimed, "endpoint_disabled")
        elif is_forgotten:
            self._end(claimed, "erased")
        elif is_early:
            self._wait(claimed, now + _ORDER_WAIT)
        else:
            attempt = self.send(event, endpoint.url, self.secrets.live(endpoint), now)
            self._note(claimed, attempt, now)

    @contextmanager
    def _ending(self, claimed: ClaimedJob) -> Iterator[tuple[UnitOfWork, WebhookDelivery]]:
        """The delivery held for change, in the transaction that ends the job."""
        with self.storage.writing() as uow:
            delivery = uow.deliveries.lock(claimed.subject_id)
            uow.jobs.finish(claimed)
            yield uow, delivery
            uow.commit()

    def _end(self, claimed: ClaimedJob, error: str | None = None) -> None:
        """Send nothing, and give the delivery up when there is a reason to."""
        with self._ending(claimed) as (_, delivery):
            if error is not None and delivery.state is DeliveryState.PENDING:
                delivery.give_up(error)

    def _wait(self, claimed: ClaimedJob, until: datetime) -> None:
        """Come again when the user's earlier event may have been tried."""
        with self._ending(claimed) as (uow, delivery):
            uow.jobs.enqueue(DELIVER_WEBHOOK, delivery.id, run_at=until)

    def _note(self, claimed: ClaimedJob, attempt: Attempt, attempted_at: datetime) -> None:
        with self._ending(claimed) as (uow, delivery):
            delivery.attempts += 1
            uow.webhook_attempts.add(
                WebhookAttempt(
                    delivery.id,
                    delivery.all_attempts,
                    attempted_at,
                    attempt.outcome,
                    attempt.status,
                    attempt.error,
                    attempt.duration_ms,
                )
            )
            uow.tallies.count(WEBHOOK_ATTEMPTS, outcome=attempt.outcome)
            if attempt.outcome == "gone":
                _close(uow, delivery.endpoint_id, self.chance.now())
            # Whoever ended it while it was under way has said why.
            if delivery.state is DeliveryState.PENDING:
                delivery.last_status, delivery.last_error = attempt.status, attempt.error
                self._decide(uow, delivery, attempt)

    def _decide(self, uow: UnitOfWork, delivery: WebhookDelivery, attempt: Attempt) -> None:
        """Delivered, dead, or due once more."""
        now = self.chance.now()
        if attempt.outcome == "delivered":
            delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, now
            uow.tallies.observe(WEBHOOK_SECONDS, (now - delivery.created_at).total_seconds())
            delivery.next_attempt_at = None
            return
        wait = None if attempt.outcome == "gone" else retry_delay(delivery.attempts)
        if wait is None:
            delivery.give_up()
            return
        run_at = now + max(wait, timedelta(seconds=attempt.retry_after_s or 0))
        delivery.next_attempt_at = run_at
        uow.jobs.enqueue(DELIVER_WEBHOOK, delivery.id, run_at=run_at)


def is_about_erased_user(uow: UnitOfWork, event: Event) -> bool:
    """Whether an event must not leave any more, because its user asked to be forgotten."""
    if event.applicant_id is None or event.type is EventType.USER_DELETED:
        return False
    return uow.applicants.get(event.applicant_id).erased_at is not None


def _close(uow: UnitOfWork, endpoint_id: str, now: datetime) -> None:
    """The receiver wants no more: believe it until the partner says otherwise."""
    endpoint = uow.webhook_endpoints.lock(endpoint_id)
    if endpoint.disabled_at is None:
        endpoint.disable(DisabledReason.GONE, now)
        uow.audit.append("machine", "webhook_endpoint.gone", endpoint.id)
