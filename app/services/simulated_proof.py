"""Play a test partner's proof of address to a status; no paper is made up and none is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.checks import CheckCode, passed
from app.domain.errors import DomainError, ErrorCode
from app.domain.examined_parts import PAPER_CHECKS
from app.domain.proof_of_address import ProofOfAddress, ProofStatus, proof_tier
from app.services.decide_proof_of_address import check_paper_reasons
from app.services.proof_outcome import conclude_proof, tell_of_proof
from app.services.sweep import expire_proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.applicant import Applicant
    from app.domain.policy import Policy
    from app.domain.reasons import ReasonCode
    from app.services.open_verification import OpenVerification
    from app.storage.unit_of_work import UnitOfWork

_DECIDED_BY = "sandbox"
_MAY_HAVE_REASONS = frozenset({ProofStatus.IN_REVIEW, ProofStatus.FAILED})


@dataclass(frozen=True)
class SimulatedProof:
    """One applicant's paper inside of one transaction; the applicant is locked."""

    uow: UnitOfWork
    opening: OpenVerification
    applicant: Applicant

    def play(self, status: ProofStatus, reasons: Sequence[ReasonCode]) -> ProofOfAddress:
        """The proof at this status. Raises DomainError(validation_error) for reasons amiss."""
        check_simulated(status, reasons)
        current = self.uow.proofs_of_address.current(self.applicant.id)
        codes = [reason.value for reason in reasons]
        same = {ProofStatus.VERIFIED, ProofStatus.PENDING, ProofStatus.IN_REVIEW}
        if current and current.status is status in same and current.reasons == codes:
            return current
        proof = self._begin(current, status)
        if status is ProofStatus.EXPIRED:
            self._expire(proof)
        elif status is not ProofStatus.PENDING:
            self._conclude(proof, status, reasons)
        return proof

    def stand(self) -> None:
        """See to a paper that a run may be handed in with."""
        current = self.uow.proofs_of_address.current(self.applicant.id)
        if current is None or not current.may_stand:
            self.play(ProofStatus.PENDING, ())

    def _begin(self, current: ProofOfAddress | None, status: ProofStatus) -> ProofOfAddress:
        """The paper that is looked at already where it leads to the status, else another one."""
        if current is not None:
            if current.is_under_way and not _is_behind(current, status):
                return self.uow.proofs_of_address.lock(current.id)
            if current.status is ProofStatus.VERIFIED:
                if status is ProofStatus.EXPIRED:
                    return current
                self._expire(current)
        return self._fresh()

    def _fresh(self) -> ProofOfAddress:
        chance, applicant = self.opening.chance, self.applicant
        proof_id = chance.new_id("poa")
        run = applicant.verification_id and self.uow.verifications.get(applicant.verification_id)
        tier = proof_tier(self._policy, run.tier if run else None)
        proof = ProofOfAddress(
            proof_id,
            applicant.partner_id,
            applicant.id,
            chance.now(),
            self.opening.vault.new_wrapped_key(applicant.partner_id, proof_id),
            "",
            [],
            1,
            expected_by=chance.now() + timedelta(seconds=tier.expected_decision_s),
        )
        self.uow.proofs_of_address.add(proof)
        tell_of_proof(self.uow, chance, applicant, proof)
        return proof

    def _expire(self, proof: ProofOfAddress) -> None:
        if proof.status is not ProofStatus.VERIFIED:
            self._conclude(proof, ProofStatus.VERIFIED, ())
        proof.expires_at = self.opening.chance.now()
        expire_proof(self.uow, self.opening.chance, proof)

    def _conclude(
        self, proof: ProofOfAddress, status: ProofStatus, reasons: Sequence[ReasonCode]
    ) -> None:
        if status is ProofStatus.VERIFIED:
            codes = sorted(PAPER_CHECKS - {CheckCode.PROOF_OF_ADDRESS})
            proof.checks = [passed(code, simulated=True).as_json() for code in codes]
        chance = self.opening.chance
        conclude_proof(self.uow, chance, self._policy, proof, status, reasons, _DECIDED_BY)

    @property
    def _policy(self) -> Policy:
        return self.opening.policies.of(self.uow, self.applicant.partner_id)


def check_simulated(status: ProofStatus, reasons: Sequence[ReasonCode]) -> None:
    """Raise DomainError(validation_error) for a status with reasons that it cannot have."""
    check_paper_reasons(reasons)
    if reasons and status not in _MAY_HAVE_REASONS:
        raise DomainError(
            ErrorCode.VALIDATION_ERROR, fields={"reason": "Only failed and in_review take one"}
        )


def _is_behind(current: ProofOfAddress, status: ProofStatus) -> bool:
    """Whether the wish lies before where the paper stands, or beside it."""
    return current.status is ProofStatus.IN_REVIEW and status in {
        ProofStatus.PENDING,
        ProofStatus.IN_REVIEW,
    }
