"""Record a change that the outside may see: version, event, deliveries and their jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.event import Event, EventType, WebhookDelivery
from app.domain.evidence import DOCUMENT_KINDS, side_of
from app.services.follow_verification import follow_verification, told_of
from app.services.jobs import DELIVER_WEBHOOK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.domain.applicant import Applicant
    from app.domain.capture import Capture
    from app.domain.chance import Chance
    from app.domain.partner import WebhookEndpoint
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork


def tell_partner(uow: UnitOfWork, chance: Chance, verification: Verification) -> None:
    """Tell of a verification's new status, and of what follows from it."""
    # Locked, so that a decision which took seconds is not lost to whoever changes the applicant.
    applicant = uow.applicants.lock(verification.applicant_id)
    tell(
        uow,
        chance,
        applicant,
        EventType.STATUS_CHANGED,
        {
            "verification_id": verification.id,
            "status": verification.kyc_status.value,
            "stage": verification.stage.value,
            "reasons": list(verification.reasons),
        },
    )
    for question in follow_verification(uow, chance, verification):
        tell(uow, chance, applicant, EventType.CUSTOMER_VERIFICATION_CHANGED, told_of(question))


def tell_of_file(uow: UnitOfWork, chance: Chance, applicant: Applicant, capture: Capture) -> Event:
    """Tell of an accepted picture; the applicant is locked. Nothing is said of what it shows."""
    side = side_of(capture.kind).value if capture.kind in DOCUMENT_KINDS else None
    data = {
        "verification_id": capture.verification_id,
        "file_id": capture.id,
        "kind": capture.kind.value,
        "side": side,
    }
    return tell(uow, chance, applicant, EventType.FILE_ADDED, data)


def tell(
    uow: UnitOfWork,
    chance: Chance,
    applicant: Applicant,
    event_type: EventType,
    data: Mapping[str, object],
) -> Event:
    """Write the outbox rows in the transaction that makes the change; nothing is sent here."""
    applicant.version += 1
    event = Event(
        chance.new_id("evt"),
        applicant.partner_id,
        applicant.id,
        event_type,
        applicant.version,
        {
            **data,
            "partner_user_id": applicant.partner_user_id,
            "version": applicant.version,
        },
        chance.now(),
    )
    live = uow.webhook_endpoints.live_for(applicant.partner_id)
    deliver_to(uow, chance, event, [each for each in live if each.wants(event_type)])
    return event


def deliver_to(
    uow: UnitOfWork, chance: Chance, event: Event, endpoints: Iterable[WebhookEndpoint]
) -> list[WebhookDelivery]:
    """Write the event with a delivery and its job for each endpoint, due at once."""
    uow.events.add(event)
    deliveries = []
    for endpoint in endpoints:
        now = chance.now()
        delivery = WebhookDelivery(
            chance.new_id("whd"),
            event.partner_id,
            event.id,
            event.type,
            endpoint.id,
            now,
            next_attempt_at=now,
        )
        uow.deliveries.add(delivery)
        uow.jobs.enqueue(DELIVER_WEBHOOK, delivery.id)
        deliveries.append(delivery)
    return deliveries
