"""How far a user has come, from what the server has accepted; every widget answer carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.capture import ChallengeStatus
from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import CaptureKind, sides_of
from app.domain.steps import next_step
from app.domain.verification import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.capture import Capture, PresenceChallenge
    from app.domain.policy import Policy
    from app.domain.steps import Step
    from app.domain.verification import Verification
    from app.services.callers import WidgetCaller
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class Progress:
    """One user's verification with its live captures, as read in one transaction."""

    partner_user_id: str
    version: int
    verification: Verification
    documents: Sequence[Capture]
    challenge: PresenceChallenge | None
    step: Step
    policy: Policy

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
        return max(0, self.policy.max_attempts - self.verification.attempt)


def load_progress(
    uow: UnitOfWork, caller: WidgetCaller, policy: Policy, *, lock: bool = False
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
    documents = [c for c in captures if c.kind is not CaptureKind.PRESENCE_FRAME]
    challenge = uow.challenges.current(verification.id)
    met = challenge is not None and challenge.status is ChallengeStatus.MET
    step = next_step(verification, [c.kind for c in documents], presence_met=met)
    return Progress(
        applicant.partner_user_id,
        applicant.version,
        verification,
        documents,
        challenge,
        step,
        policy,
    )


def begin_change(uow: UnitOfWork, caller: WidgetCaller, policy: Policy) -> Progress:
    """The progress locked for change; whoever acts again has not abandoned the widget."""
    progress = load_progress(uow, caller, policy, lock=True)
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
    policy: Policy

    def __call__(self, caller: WidgetCaller) -> Progress:
        """The progress now."""
        with self.storage.reading() as uow:
            return load_progress(uow, caller, self.policy)
