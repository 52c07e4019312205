"""Record a change that the outside may see: version, event, deliveries and their jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.event import Event, EventType, WebhookDelivery
from app.services.follow_verification import follow_verification, told_of
from app.services.jobs import DELIVER_WEBHOOK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
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
    uow.events.add(event)
    for endpoint in uow.webhook_endpoints.live_for(applicant.partner_id):
        delivery = WebhookDelivery(
            chance.new_id("whd"),
            event.partner_id,
            event.id,
            event.type,
            endpoint.id,
            chance.now(),
        )
        uow.deliveries.add(delivery)
        uow.jobs.enqueue(DELIVER_WEBHOOK, delivery.id)
    return event
