"""What was asked of a customer follows the customer's own verification, in its transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.verification_providers import OWN_PROVIDERS

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.customer_verification import CustomerVerification
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork

_FOLLOWING = {provider.name: provider for provider in OWN_PROVIDERS}


def follow_verification(
    uow: UnitOfWork, chance: Chance, verification: Verification
) -> list[CustomerVerification]:
    """Ask again whatever is pending of this applicant; those whose status changed."""
    return follow_applicant(uow, chance, verification.applicant_id)


def follow_applicant(
    uow: UnitOfWork, chance: Chance, applicant_id: str
) -> list[CustomerVerification]:
    """The same for a change of anything else that is known of an applicant."""
    changed = []
    for question in uow.customer_verifications.lock_pending(applicant_id):
        provider = _FOLLOWING.get(question.provider)
        # Providers of others are told by their own means.
        if provider is None:
            continue
        if question.take(provider.refresh(uow, question), chance.now()):
            changed.append(question)
    return changed


def told_of(question: CustomerVerification) -> dict[str, object]:
    """The data of the event that tells of a new status; an operator's own words stay here."""
    return {
        "customer_verification_id": question.id,
        "status": question.status.value,
        "verification_type": question.verification_type.value,
        "check_type": question.check_type.value,
        "reason": question.reason_code,
    }
