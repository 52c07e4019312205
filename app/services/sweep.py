"""The clock behind every waiting state: nothing stays pending or verified for ever by neglect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.reasons import ReasonCode
from app.domain.verification import Stage
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.verification import Verification
    from app.storage.jobs import ClaimedJob
    from app.storage.unit_of_work import Storage, UnitOfWork

_BATCH = 100


@dataclass(frozen=True)
class Sweep:
    """Sends overdue examinations to review and lets old verifications expire."""

    storage: Storage
    chance: Chance

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `sweep`."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            for verification in uow.verifications.overdue(now, _BATCH):
                send_to_review(uow, self.chance, verification, "overdue")
            for verification in uow.verifications.past_expiry(now, _BATCH):
                verification.move_to(Stage.EXPIRED)
                verification.reasons = [ReasonCode.EXPIRED.value]
                tell_partner(uow, self.chance, verification)
            uow.commit()


def send_to_review(
    uow: UnitOfWork, chance: Chance, verification: Verification, cause: str
) -> None:
    """Hand a verification that the machine did not finish to people."""
    verification.move_to(Stage.IN_REVIEW)
    verification.expected_by = None
    uow.audit.append(
        actor="machine",
        action="verification.sent_to_review",
        subject_id=verification.id,
        detail={"cause": cause},
        at=chance.now(),
    )
    tell_partner(uow, chance, verification)


@dataclass(frozen=True)
class BuryExamination:
    """What happens when a worker died three times on one examination: a person looks at it."""

    storage: Storage
    chance: Chance

    def __call__(self, verification_id: str) -> None:
        """Send the verification to review, unless it was decided in the meantime."""
        with self.storage.writing() as uow:
            verification = uow.verifications.lock(verification_id)
            if verification.stage in {Stage.SUBMITTED, Stage.EXAMINING}:
                send_to_review(uow, self.chance, verification, "examination_died")
            uow.commit()
