"""What a user holds now, read from the user's row and current run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.eligibility import AddressProof
from app.domain.proof_of_address import ProofStatus
from app.domain.verification import Stage

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.applicant import Applicant
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork


def current_run(uow: UnitOfWork, applicant: Applicant | None) -> Verification | None:
    """The verification that the user is at; None for a user whom nobody has named yet."""
    if applicant is None or applicant.verification_id is None:
        return None
    return uow.verifications.get(applicant.verification_id)


_PROOFS = {
    ProofStatus.PENDING: AddressProof.PENDING,
    ProofStatus.IN_REVIEW: AddressProof.PENDING,
    ProofStatus.VERIFIED: AddressProof.ACCEPTED,
    ProofStatus.FAILED: AddressProof.REJECTED,
}


def address_proof(uow: UnitOfWork, applicant: Applicant | None) -> AddressProof:
    """How far the user's proof of address has come; one that expired is missing again."""
    proof = uow.proofs_of_address.current(applicant.id) if applicant else None
    return _PROOFS.get(proof.status, AddressProof.MISSING) if proof else AddressProof.MISSING


def tier_at(run: Verification | None, now: datetime) -> str | None:
    """The tier that the user is verified at; the sweep marks expiry late, this waits for none."""
    if run is None:
        return None
    if run.held_tier is not None:
        return run.held_tier if _lasts(run.held_until, now) else None
    return run.tier if run.stage is Stage.VERIFIED and _lasts(run.expires_at, now) else None


def _lasts(end: datetime | None, now: datetime) -> bool:
    return end is None or end > now
