"""Erase a user: keys first, so that what is left of the rest cannot be read by anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.event import EventType
from app.services.find_applicant import lock_applicant
from app.services.jobs import ERASE_OBJECT
from app.services.tell_partner import tell

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.services.callers import PartnerCaller
    from app.storage.jobs import ClaimedJob
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class EraseApplicant:
    """Destroys the data keys, the rows that say something of the person, and the user's name.

    What stays names nobody: the applicant's, verifications' and proofs' rows, the outcomes of the
    examinations and the audit. The event that tells of the deletion still names the user to the
    partner.
    """

    storage: Storage
    chance: Chance

    def __call__(self, caller: PartnerCaller, partner_user_id: str) -> None:
        """Erase the partner's user of this name. Raises DomainError(user_not_found)."""
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, caller.partner_id, partner_user_id)
            self._end_sessions(uow, applicant)
            event = tell(uow, self.chance, applicant, EventType.USER_DELETED, {})
            uow.deliveries.end_for_applicant(applicant.id, but=event.id)
            uow.events.forget_name(applicant.id, but=event.id)
            self._erase_verifications(uow, applicant)
            self._erase_proofs(uow, applicant)
            uow.document_digests.forget(applicant.id)
            uow.device_sightings.forget(applicant.id)
            uow.policy_acceptances.forget(applicant.id)
            uow.customer_verifications.end_for_applicant(applicant.id, self.chance.now())
            applicant.wrapped_key = b""
            applicant.profile = None
            applicant.erased_at = self.chance.now()
            applicant.verification_id = None
            # No partner may ask for a name with a slash, and the old name is free again.
            applicant.partner_user_id = f"erased/{applicant.id}"
            uow.audit.append(caller.actor, "applicant.erased", applicant.id)
            uow.commit()

    def _end_sessions(self, uow: UnitOfWork, applicant: Applicant) -> None:
        now = self.chance.now()
        uow.client_sessions.revoke_all(applicant.id, now)
        uow.transaction_sessions.end_all(applicant.id, now)

    def _erase_verifications(self, uow: UnitOfWork, applicant: Applicant) -> None:
        for each in uow.verifications.for_applicant(applicant.id):
            verification = uow.verifications.lock(each.id)
            for name in uow.captures.object_names(verification.id):
                uow.jobs.enqueue(ERASE_OBJECT, name)
            uow.captures.forget(verification.id)
            verification.erase()

    def _erase_proofs(self, uow: UnitOfWork, applicant: Applicant) -> None:
        for each in uow.proofs_of_address.for_applicant(applicant.id):
            proof = uow.proofs_of_address.lock(each.id)
            for name in proof.object_names:
                uow.jobs.enqueue(ERASE_OBJECT, name)
            proof.erase()


@dataclass(frozen=True)
class EraseObject:
    """Deletes one sealed object whose key is gone already; deleting twice is the same as once."""

    storage: Storage
    objects: ObjectStore

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `erase_object`."""
        self.objects.delete(claimed.subject_id)
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            uow.commit()
