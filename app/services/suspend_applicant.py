"""Suspend a user, so that no session opens and no widget goes on, and take that back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.event import EventType
from app.services.find_applicant import lock_applicant
from app.services.tell_partner import tell

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.services.callers import PartnerCaller
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class SuspendApplicant:
    """Ends what is open at once; doing it twice is the same as once."""

    storage: Storage
    chance: Chance

    def __call__(self, caller: PartnerCaller, partner_user_id: str) -> Applicant:
        """The suspended user. Raises DomainError(user_not_found)."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, caller.partner_id, partner_user_id)
            if applicant.suspended_at is None:
                applicant.suspended_at = now
                uow.client_sessions.revoke_all(applicant.id, now)
                uow.transaction_sessions.end_all(applicant.id, now)
                uow.audit.append(caller.actor, "applicant.suspended", applicant.id)
                tell(uow, self.chance, applicant, EventType.USER_SUSPENDED, {})
            uow.commit()
        return applicant


@dataclass(frozen=True)
class UnsuspendApplicant:
    """The user may open sessions again; the old ones stay ended."""

    storage: Storage
    chance: Chance

    def __call__(self, caller: PartnerCaller, partner_user_id: str) -> Applicant:
        """The active user. Raises DomainError(user_not_found)."""
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, caller.partner_id, partner_user_id)
            if applicant.suspended_at is not None:
                applicant.suspended_at = None
                uow.audit.append(caller.actor, "applicant.unsuspended", applicant.id)
                tell(uow, self.chance, applicant, EventType.USER_UNSUSPENDED, {})
            uow.commit()
        return applicant
