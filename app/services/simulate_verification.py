"""Bring a test partner's user to any outcome, and let the user's time pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.customer_verification import CustomerVerificationFilter
from app.domain.errors import DomainError, ErrorCode
from app.domain.event import EventType
from app.domain.partner import Mode
from app.services.follow_verification import told_of
from app.services.read_kyc_status import status_view
from app.services.simulated_proof import SimulatedProof, check_simulated
from app.services.simulated_run import SimulatedRun
from app.services.sweep import settle, settle_proof
from app.services.tell_partner import tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from app.domain.applicant import Applicant
    from app.domain.proof_of_address import ProofOfAddress, ProofStatus
    from app.domain.reasons import ReasonCode
    from app.domain.simulation import Simulation
    from app.services.callers import PartnerCaller
    from app.services.open_verification import OpenVerification
    from app.services.read_kyc_status import KycStatusView
    from app.storage.unit_of_work import Storage, UnitOfWork

# More questions than this about one user come due by the sweep.
_QUESTIONS = 1000


@dataclass(frozen=True)
class SimulateVerification:
    """Test partners only: for a live one there is no such thing."""

    storage: Storage
    opening: OpenVerification

    def __call__(
        self,
        caller: PartnerCaller,
        partner_user_id: str,
        wanted: Simulation,
        tier: str | None = None,
    ) -> KycStatusView:
        """The status afterwards. Raises DomainError(validation_error) for an unknown tier."""
        require_test_mode(caller)
        with self.storage.writing() as uow:
            applicant = self.opening.applicant(uow, caller.partner_id, partner_user_id)
            run = SimulatedRun(uow, self.opening, applicant)
            run.play(wanted, tier, caller.actor)
            view = _view(run)
            uow.commit()
        return view


@dataclass(frozen=True)
class SimulateProofOfAddress:
    """Test partners only, too; the run that waits for the paper goes on as it would."""

    storage: Storage
    opening: OpenVerification

    def __call__(
        self,
        caller: PartnerCaller,
        partner_user_id: str,
        status: ProofStatus,
        reasons: Sequence[ReasonCode],
    ) -> ProofOfAddress:
        """The proof afterwards. Raises DomainError(validation_error) for reasons amiss."""
        require_test_mode(caller)
        check_simulated(status, reasons)
        with self.storage.writing() as uow:
            applicant = self.opening.applicant(uow, caller.partner_id, partner_user_id)
            uow.applicants.lock(applicant.id)
            proof = SimulatedProof(uow, self.opening, applicant).play(status, reasons)
            uow.audit.append(
                actor=caller.actor,
                action="proof_of_address.simulated",
                subject_id=proof.id,
                facts={"status": status.value, "reasons": [code.value for code in reasons]},
            )
            uow.commit()
        return proof


@dataclass(frozen=True)
class AdvanceTime:
    """For one user: what is dated about it lies further back, and what falls due happens."""

    storage: Storage
    opening: OpenVerification

    def __call__(self, caller: PartnerCaller, partner_user_id: str, by: timedelta) -> KycStatusView:
        """The status afterwards. Raises DomainError(not_found, validation_error)."""
        require_test_mode(caller)
        with self.storage.writing() as uow:
            found = self.opening.known(uow, caller.partner_id, partner_user_id)
            if found is None:
                raise DomainError(ErrorCode.NOT_FOUND)
            applicant = uow.applicants.lock(found.id)
            uow.user_dates.move_back(applicant.id, by)
            uow.audit.append(
                actor=caller.actor,
                action="applicant.time_advanced",
                subject_id=applicant.id,
                facts={"seconds": int(by.total_seconds())},
            )
            run = SimulatedRun(uow, self.opening, applicant)
            current = run.current()
            proof = uow.proofs_of_address.current(applicant.id)
            if proof is not None:
                settle_proof(uow, self.opening.chance, self.opening.policies, proof)
            if current is not None:
                settle(uow, self.opening.chance, current)
            self._lapse_questions(uow, applicant)
            view = _view(run)
            uow.commit()
        return view

    def _lapse_questions(self, uow: UnitOfWork, applicant: Applicant) -> None:
        """What the back office asked about the user ends in its own time."""
        now = self.opening.chance.now()
        wanted = CustomerVerificationFilter(applicant.partner_id, now, applicant_id=applicant.id)
        for each, _ in uow.customer_verifications.page(wanted, None, _QUESTIONS):
            question = uow.customer_verifications.lock(each.id)
            if question.lapse(now):
                changed = EventType.CUSTOMER_VERIFICATION_CHANGED
                tell(uow, self.opening.chance, applicant, changed, told_of(question))


def require_test_mode(caller: PartnerCaller) -> None:
    """Raise DomainError(not_found) for a live partner."""
    if caller.mode is not Mode.TEST:
        raise DomainError(ErrorCode.NOT_FOUND)


def _view(run: SimulatedRun) -> KycStatusView:
    applicant = run.applicant
    return status_view(applicant.partner_user_id, applicant.version, run.current())
