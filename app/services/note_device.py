"""Recognise the device that a user's app names, and note that it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.device import SeenDevice
    from app.security.lookup_digests import LookupDigests
    from app.services.linked_applicants import LinkedApplicants
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class NoteDevice:
    """Reads first and seldom writes, because it stands behind a question that apps ask often.

    The digest holds the user's id: the same device of two users makes two digests, and nobody
    can tell from the database that they share it. Only where the policy asks for `devices` a
    second one is kept, by which those who share it are linked.
    """

    storage: Storage
    chance: Chance
    policies: Policies
    digests: LookupDigests
    linked_applicants: LinkedApplicants

    def __call__(self, applicant: Applicant, device_id: str) -> SeenDevice | None:
        """What is remembered of the device, this sighting included; None for an erased user."""
        now = self.chance.now()
        digests = self.digests.candidates("device", applicant.id, device_id)
        with self.storage.reading() as uow:
            found = uow.device_sightings.find(applicant.id, digests)
        if found is not None and not found.is_new_sighting(now):
            return found
        with self.storage.writing() as uow:
            if uow.applicants.lock(applicant.id).erased_at is not None:
                return None
            found = uow.device_sightings.note(applicant.id, digests, now)
            if self.policies.of(uow, applicant.partner_id).duplicates.devices:
                self.linked_applicants.device_seen(uow, applicant, device_id)
            uow.commit()
        return found
