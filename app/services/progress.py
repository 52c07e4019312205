"""How far a user has come, from what the server has accepted; every widget answer carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.another_try import retry_at
from app.domain.capture import ChallengeStatus
from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import DOCUMENT_KINDS, sides_of
from app.domain.metric import DECISION_SECONDS, typical_seconds
from app.domain.steps import Step, next_step
from app.domain.verification import Stage
from app.services.callers import WidgetCaller
from app.services.count_decision import MACHINE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.domain.capture import Capture, PresenceChallenge
    from app.domain.evidence import CaptureKind
    from app.domain.policy import Policy, Tier
    from app.domain.proof_of_address import ProofOfAddress
    from app.domain.verification import Verification
    from app.services.callers import ApplicantCaller
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class ContinuedOnPhone:
    """Another device goes on with the verification, or this one does so for another."""

    handoff_id: str
    is_this_device: bool


@dataclass(frozen=True)
class Progress:
    """One user's verification with its live captures, as read in one transaction."""

    partner_user_id: str
    version: int
    verification: Verification
    documents: Sequence[Capture]
    challenge: PresenceChallenge | None
    proof: ProofOfAddress | None
    step: Step
    policy: Policy
    tier: Tier
    on_phone: ContinuedOnPhone | None = None
    typical_wait_s: int | None = None
    """What four of five examinations here took; only told while somebody waits for one."""

    @property
    def accepted(self) -> list[CaptureKind]:
        """Kinds of document captures that need not be taken again."""
        return [capture.kind for capture in self.documents]

    @property
    def sides(self) -> list[str]:
        """The sides that the chosen document has."""
        chosen = self.verification.document_type
        return [side.value for side in sides_of(chosen)] if chosen else []

    @property
    def attempts_left(self) -> int:
        """Submissions that the policy still allows."""
        return max(0, self.tier.max_attempts - self.verification.attempt)

    @property
    def retry_at(self) -> datetime | None:
        """From when a user without attempts may begin again; None when that is not so."""
        return retry_at(self.verification, self.tier)


def load_progress(
    uow: UnitOfWork, caller: ApplicantCaller, policies: Policies, *, lock: bool = False
) -> Progress:
    """The progress of the caller's applicant; locked for change when asked."""
    applicant = uow.applicants.get(caller.applicant_id)
    if applicant.verification_id is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    if lock:
        uow.applicants.lock(applicant.id)
        verification = uow.verifications.lock(applicant.verification_id)
    else:
        verification = uow.verifications.get(applicant.verification_id)
    captures = uow.captures.live(verification.id)
    documents = [c for c in captures if c.kind in DOCUMENT_KINDS]
    challenge = uow.challenges.current(verification.id)
    met = challenge is not None and challenge.status is ChallengeStatus.MET
    policy = policies.of(uow, verification.partner_id)
    tier = policy.rules_for(verification.tier)
    accepted = [c.kind for c in documents]
    proof = uow.proofs_of_address.current(applicant.id)
    proved = proof is not None and proof.may_stand
    step = next_step(verification, accepted, tier, presence_met=met, address_proved=proved)
    return Progress(
        applicant.partner_user_id,
        applicant.version,
        verification,
        documents,
        challenge,
        proof,
        step,
        policy,
        tier,
        _on_phone(uow, caller),
        _typical_wait_s(uow, step),
    )


def _typical_wait_s(uow: UnitOfWork, step: Step) -> int | None:
    if step is not Step.PROCESSING:
        return None
    return typical_seconds(DECISION_SECONDS, uow.tallies.distribution(DECISION_SECONDS, by=MACHINE))


def _on_phone(uow: UnitOfWork, caller: ApplicantCaller) -> ContinuedOnPhone | None:
    if not isinstance(caller, WidgetCaller):
        return None
    handoff = uow.handoffs.active(caller.applicant_id)
    if handoff is None:
        return None
    return ContinuedOnPhone(handoff.id, handoff.phone_session_id == caller.session_id)


def begin_change(uow: UnitOfWork, caller: ApplicantCaller, policies: Policies) -> Progress:
    """The progress locked for change; whoever acts again has not abandoned the widget."""
    progress = load_progress(uow, caller, policies, lock=True)
    if progress.verification.stage is Stage.ABANDONED:
        progress.verification.move_to(Stage.CAPTURING)
    return progress


def require_step(progress: Progress, *allowed: Step) -> None:
    """Raise DomainError(wrong_step), naming the step that is next."""
    if progress.step not in allowed:
        raise DomainError(ErrorCode.WRONG_STEP, step=progress.step.value)


@dataclass(frozen=True)
class ReadProgress:
    """The state that the widget draws."""

    storage: Storage
    policies: Policies

    def __call__(self, caller: ApplicantCaller) -> Progress:
        """The progress now."""
        with self.storage.reading() as uow:
            return load_progress(uow, caller, self.policies)
