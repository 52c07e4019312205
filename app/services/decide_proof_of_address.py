"""A reviewer's decision on a proof of address that the machine left to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.proof_of_address import ProofStatus
from app.domain.reasons import REASONS, ReasonCode, ReasonStep
from app.services.proof_outcome import conclude_proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.chance import Chance
    from app.domain.proof_of_address import ProofOfAddress
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage

_VERDICTS = frozenset({ProofStatus.VERIFIED, ProofStatus.FAILED})


@dataclass(frozen=True)
class DecideProofOfAddress:
    """Stands beside what the machine found, which is kept; the run that waits for it goes on."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(
        self, proof_id: str, status: ProofStatus, reasons: Sequence[ReasonCode], reviewer: str
    ) -> ProofOfAddress:
        """The decided proof. Raises DomainError validation_error, or conflict for one decided."""
        if status not in _VERDICTS or (status is ProofStatus.FAILED) != bool(reasons):
            raise DomainError(
                ErrorCode.VALIDATION_ERROR,
                "Decide `verified`, or `failed` with at least one reason.",
            )
        check_paper_reasons(reasons)
        with self.storage.writing() as uow:
            uow.applicants.lock(uow.proofs_of_address.get(proof_id).applicant_id)
            proof = uow.proofs_of_address.lock(proof_id)
            if proof.status is not ProofStatus.IN_REVIEW:
                raise DomainError(ErrorCode.CONFLICT, "This proof of address is not in review.")
            policy = self.policies.of(uow, proof.partner_id)
            conclude_proof(uow, self.chance, policy, proof, status, reasons, reviewer)
            uow.audit.append(
                actor=reviewer,
                action="proof_of_address.reviewed",
                subject_id=proof.id,
                facts={"status": status.value, "reasons": [code.value for code in reasons]},
            )
            uow.commit()
        return proof


def check_paper_reasons(reasons: Sequence[ReasonCode]) -> None:
    """Raise DomainError(validation_error) for reasons that no paper fails for."""
    known = [code for code in ReasonCode if is_of_papers(code)]
    if any(code not in known for code in reasons):
        listed = ", ".join(code.value for code in known)
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields={"reason": f"Choose from {listed}"})


def is_of_papers(code: ReasonCode) -> bool:
    """Whether a proof of address may fail for this reason."""
    of_step = REASONS[code].step is ReasonStep.PROOF_OF_ADDRESS
    return of_step or code is ReasonCode.REVIEWER_REJECTED
