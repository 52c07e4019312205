"""Let a user whose attempts are used up begin again: the partner's permission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.another_try import is_used_up
from app.domain.errors import DomainError, ErrorCode
from app.services.another_try import begin_anew
from app.services.find_applicant import lock_applicant

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.verification import Verification
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class AllowAnotherTry:
    """A rejection is final until somebody answers for lifting it, by name in the audit chain."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, partner_id: str, partner_user_id: str, actor: str) -> Verification:
        """The verification at its beginning. Raises DomainError(user_not_found | conflict)."""
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, partner_id, partner_user_id)
            if applicant.verification_id is None:
                raise _not_needed()
            verification = uow.verifications.lock(applicant.verification_id)
            policy = self.policies.of(uow, partner_id)
            if not is_used_up(verification, policy.rules_for(verification.tier)):
                raise _not_needed()
            begin_anew(uow, self.chance, verification, policy)
            uow.audit.append(actor, "verification.retry_allowed", verification.id)
            uow.commit()
        return verification


def _not_needed() -> DomainError:
    return DomainError(ErrorCode.CONFLICT, "This user has attempts left and needs no permission.")
