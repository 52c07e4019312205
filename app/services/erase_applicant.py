"""Erase a user: keys first, so that what is left of the rest cannot be read by anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.event import EventType
from app.domain.retention import DestructionCause
from app.services.destroy_evidence import destroyed_objects, erase_objects
from app.services.find_applicant import lock_applicant
from app.services.hold_applicant import require_no_hold
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

    def __call__(self, caller: PartnerCaller, partner_user_id: str) -> str:
        """The applicant's id, which stays. Raises DomainError user_not_found or conflict."""
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, caller.partner_id, partner_user_id)
            require_no_hold(uow, applicant.id)
            self._end_sessions(uow, applicant)
            event = tell(uow, self.chance, applicant, EventType.USER_DELETED, {})
            uow.deliveries.end_for_applicant(applicant.id, but=event.id)
            uow.events.forget_name(applicant.id, but=event.id)
            receipt = self._erase_evidence(uow, applicant)
            uow.document_digests.forget(applicant.id)
            uow.face_templates.forget(applicant.id)
            uow.device_sightings.forget(applicant.id)
            uow.link_traits.forget(applicant.id)
            uow.applicant_links.forget(applicant.id)
            uow.handoffs.forget_of(applicant.id)
            uow.policy_acceptances.forget(applicant.id)
            uow.customer_verifications.end_for_applicant(applicant.id, self.chance.now())
            applicant.wrapped_key = b""
            applicant.profile = None
            applicant.erased_at = self.chance.now()
            applicant.verification_id = None
            # No partner may ask for a name with a slash, and the old name is free again.
            applicant.partner_user_id = f"erased/{applicant.id}"
            uow.audit.append(caller.actor, "applicant.erased", applicant.id, receipt)
            uow.commit()
        return applicant.id

    def _end_sessions(self, uow: UnitOfWork, applicant: Applicant) -> None:
        now = self.chance.now()
        uow.client_sessions.revoke_all(applicant.id, now)
        uow.client_sessions.forget_addresses(applicant.id)
        uow.transaction_sessions.end_all(applicant.id, now)

    def _erase_evidence(self, uow: UnitOfWork, applicant: Applicant) -> dict[str, object]:
        """What the receipt says was destroyed."""
        names = []
        verifications = uow.verifications.for_applicant(applicant.id)
        for each in verifications:
            verification = uow.verifications.lock(each.id)
            names += uow.captures.object_names(verification.id)
            uow.captures.forget(verification.id)
            uow.examinations.forget_readings(verification.id)
            _forget_review(uow, verification.id)
            verification.erase()
        proofs = uow.proofs_of_address.for_applicant(applicant.id)
        for paper in proofs:
            proof = uow.proofs_of_address.lock(paper.id)
            names += proof.object_names
            _forget_review(uow, proof.id)
            proof.erase()
        erase_objects(uow, names)
        return {
            "cause": DestructionCause.ERASURE.value,
            "verifications": len(verifications),
            "proofs_of_address": len(proofs),
            **destroyed_objects(names),
        }


def _forget_review(uow: UnitOfWork, case_id: str) -> None:
    """Nobody decides it any more, and what was noted of it names people."""
    uow.review_notes.forget(case_id)
    uow.review_claims.forget(case_id)


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
