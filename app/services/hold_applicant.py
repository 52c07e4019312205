"""Legal holds: keep all there is of a user, and let it go again; both are in the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.legal_hold import LegalHold
from app.services.find_applicant import lock_applicant

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class HoldApplicant:
    """While it stands, retention passes the user by and erasure is refused."""

    storage: Storage
    chance: Chance

    def __call__(
        self, partner_id: str, partner_user_id: str, reference: str, actor: str
    ) -> LegalHold:
        """The hold. Raises DomainError user_not_found, or conflict when there is one."""
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, partner_id, partner_user_id)
            if uow.legal_holds.of(applicant.id) is not None:
                raise DomainError(ErrorCode.CONFLICT, "A legal hold is on this user already.")
            hold = LegalHold(applicant.id, self.chance.now(), actor, reference)
            uow.legal_holds.add(hold)
            facts = {"reference": reference}
            uow.audit.append(actor, "applicant.held", applicant.id, facts)
            uow.commit()
        return hold


@dataclass(frozen=True)
class ReleaseApplicant:
    """What became due meanwhile goes with the next run of retention."""

    storage: Storage

    def __call__(self, partner_id: str, partner_user_id: str, actor: str) -> str:
        """The applicant's id. Raises DomainError user_not_found, or conflict without a hold."""
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, partner_id, partner_user_id)
            if not uow.legal_holds.release(applicant.id):
                raise DomainError(ErrorCode.CONFLICT, "No legal hold is on this user.")
            uow.audit.append(actor, "applicant.hold_released", applicant.id)
            uow.commit()
        return applicant.id


def require_no_hold(uow: UnitOfWork, applicant_id: str) -> None:
    """Raise DomainError(conflict) for a user whose records must be kept."""
    if uow.legal_holds.of(applicant_id) is not None:
        raise DomainError(
            ErrorCode.CONFLICT,
            "A legal hold is on this user: nothing may be erased until the operator releases it.",
        )
