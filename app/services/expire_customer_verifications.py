"""Let what customers were asked expire when its time has run out, and tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.event import EventType
from app.services.follow_verification import told_of
from app.services.tell_partner import tell

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.storage.unit_of_work import Storage

_BATCH = 100
# Within one job of the sweep; what is left over waits for the next, half a minute later.
_MAX_BATCHES = 50


@dataclass(frozen=True)
class ExpireCustomerVerifications:
    """Short transactions of their own: nobody waits long behind a thousand of them."""

    storage: Storage
    chance: Chance

    def __call__(self) -> int:
        """How many expired."""
        expired = 0
        for _ in range(_MAX_BATCHES):
            found, changed = self._batch()
            expired += changed
            if found < _BATCH:
                break
        return expired

    def _batch(self) -> tuple[int, int]:
        """How many were due, and how many of them nobody else had changed meanwhile."""
        now = self.chance.now()
        changed = 0
        with self.storage.writing() as uow:
            due = uow.customer_verifications.due(now, _BATCH)
            for applicant_id, question_id in due:
                applicant = uow.applicants.lock(applicant_id)
                question = uow.customer_verifications.lock(question_id)
                if question.lapse(now):
                    changed += 1
                    uow.audit.append("machine", "customer_verification.expired", question.id)
                    tell(
                        uow,
                        self.chance,
                        applicant,
                        EventType.CUSTOMER_VERIFICATION_CHANGED,
                        told_of(question),
                    )
            uow.commit()
        return len(due), changed
