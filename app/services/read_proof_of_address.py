"""How a user's proof of address stands, as the partner's backend reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.services.find_applicant import find_applicant

if TYPE_CHECKING:
    from app.domain.proof_of_address import ProofOfAddress
    from app.services.callers import PartnerCaller
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class ReadProofOfAddress:
    """The newest paper counts."""

    storage: Storage

    def __call__(self, caller: PartnerCaller, partner_user_id: str) -> ProofOfAddress | None:
        """The user's proof, None before the first one. Raises DomainError(user_not_found)."""
        with self.storage.reading() as uow:
            applicant = find_applicant(uow, caller.partner_id, partner_user_id)
            return uow.proofs_of_address.current(applicant.id)
