"""Ask a provider something about a customer, and keep the question with its first answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.customer_verification import PENDING_FOR, CustomerStatus, CustomerVerification
from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.customer_verification import CheckType, VerificationType
    from app.services.callers import PartnerCaller
    from app.services.open_verification import OpenVerification
    from app.services.verification_providers import VerificationProviders
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class CustomerQuestion:
    """What is asked, of whom; `customer_id` is the partner's own name for its user."""

    customer_id: str
    verification_type: VerificationType
    check_type: CheckType
    provider: str


@dataclass(frozen=True)
class CreateCustomerVerification:
    """A customer that nobody has named before becomes known here, to be followed from now on."""

    storage: Storage
    chance: Chance
    opening: OpenVerification
    providers: VerificationProviders

    def __call__(self, caller: PartnerCaller, asked: CustomerQuestion) -> CustomerVerification:
        """The stored question. Raises DomainError(validation_error) for what nobody answers."""
        provider = self.providers.find(asked.provider, asked.verification_type, asked.check_type)
        now = self.chance.now()
        with self.storage.writing() as uow:
            # Held until the question is stored: a decision that falls meanwhile comes after it,
            # finds it pending and answers it.
            applicant = self._applicant(uow, caller.partner_id, asked.customer_id)
            question = CustomerVerification(
                self.chance.new_uuid(),
                caller.partner_id,
                applicant.id,
                caller.actor,
                asked.verification_type,
                asked.check_type,
                provider.name,
                now,
                now,
                CustomerStatus.PENDING,
                now + PENDING_FOR,
            )
            question.take(provider.start(uow, question), now)
            uow.customer_verifications.add(question)
            uow.commit()
        return question

    def _applicant(self, uow: UnitOfWork, partner_id: str, customer_id: str) -> Applicant:
        found = uow.applicants.by_user(partner_id, customer_id)
        if found is not None:
            applicant = uow.applicants.lock(found.id)
            if applicant.erased_at is None:
                return applicant
            raise DomainError(ErrorCode.CONFLICT)
        return self.opening.applicant(uow, partner_id, customer_id)
