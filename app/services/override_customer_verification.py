"""An operator's override of what a provider said, or decision where no provider can."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.event import EventType
from app.services.follow_verification import told_of
from app.services.read_customer_verification import AboutCustomer
from app.services.tell_partner import tell

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.customer_verification import CustomerStatus
    from app.services.callers import PartnerCaller
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class OverrideCustomerVerification:
    """Approve, reject or let expire; the status that is there already stays as it is."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(
        self, caller: PartnerCaller, question_id: str, status: CustomerStatus, reason: str
    ) -> AboutCustomer:
        """The changed question. Raises DomainError not_found, or conflict for a wrong change."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            found = uow.customer_verifications.of_partner(caller.partner_id, question_id)
            # The applicant first, as everybody does who tells of a change.
            applicant = uow.applicants.lock(found.applicant_id)
            if applicant.erased_at is not None:
                raise DomainError(ErrorCode.CONFLICT, "The customer was deleted.")
            question = uow.customer_verifications.lock(question_id)
            question.lapse(now)
            before = question.status
            if status is before:
                return AboutCustomer(applicant.partner_user_id, question)
            question.override(status, reason, now, self._valid_for(uow, applicant))
            tell(
                uow,
                self.chance,
                applicant,
                EventType.CUSTOMER_VERIFICATION_CHANGED,
                told_of(question),
            )
            uow.audit.append(
                actor=caller.actor,
                action="customer_verification.overridden",
                subject_id=question.id,
                # The audit is for ever: words that may name somebody stay in the row.
                facts={
                    "from": before.value,
                    "to": status.value,
                    "reason": question.reason_code or "in_own_words",
                },
            )
            uow.commit()
        return AboutCustomer(applicant.partner_user_id, question)

    def _valid_for(self, uow: UnitOfWork, applicant: Applicant) -> timedelta:
        """As long as the policy lets a verification of the customer's tier hold."""
        policy = self.policies.of(uow, applicant.partner_id)
        current = applicant.verification_id and uow.verifications.get(applicant.verification_id)
        tier = policy.rules_for(current.tier) if current else policy.tier(None)
        return timedelta(days=tier.verified_for_days)
