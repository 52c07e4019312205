"""Record a change that the outside may see: version, event, deliveries and their jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.event import Event, EventType, WebhookDelivery
from app.services.jobs import DELIVER_WEBHOOK

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork


def tell_partner(uow: UnitOfWork, chance: Chance, verification: Verification) -> None:
    """Write the outbox rows in the transaction that changes the status; nothing is sent here."""
    applicant = uow.applicants.get(verification.applicant_id)
    applicant.version += 1
    event = Event(
        chance.new_id("evt"),
        verification.partner_id,
        applicant.id,
        EventType.STATUS_CHANGED,
        applicant.version,
        {
            "partner_user_id": applicant.partner_user_id,
            "verification_id": verification.id,
            "status": verification.kyc_status.value,
            "stage": verification.stage.value,
            "reasons": list(verification.reasons),
            "version": applicant.version,
        },
        chance.now(),
    )
    uow.events.add(event)
    for endpoint in uow.webhook_endpoints.live_for(verification.partner_id):
        delivery = WebhookDelivery(chance.new_id("whd"), event.id, endpoint.id, chance.now())
        uow.deliveries.add(delivery)
        uow.jobs.enqueue(DELIVER_WEBHOOK, delivery.id)
