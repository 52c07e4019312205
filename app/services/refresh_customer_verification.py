"""Ask a provider again: what a provider's own job calls when it knows more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.event import EventType
from app.services.follow_verification import told_of
from app.services.tell_partner import tell

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.services.verification_providers import VerificationProviders
    from app.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RefreshCustomerVerification:
    """Runs inside of the caller's unit of work, so that a job ends together with its effect."""

    chance: Chance
    providers: VerificationProviders

    def __call__(self, uow: UnitOfWork, question_id: str) -> None:
        """Take the provider's answer now; one that is settled already is left alone."""
        found = uow.customer_verifications.get(question_id)
        applicant = uow.applicants.lock(found.applicant_id)
        question = uow.customer_verifications.lock(question_id)
        provider = self.providers.named(question.provider)
        if provider is None:
            return
        if question.take(provider.refresh(uow, question), self.chance.now()):
            tell(
                uow,
                self.chance,
                applicant,
                EventType.CUSTOMER_VERIFICATION_CHANGED,
                told_of(question),
            )
