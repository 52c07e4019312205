"""Submit what was captured, and start again with the failed part only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.capture import ChallengeStatus
from app.domain.errors import DomainError, ErrorCode
from app.domain.reasons import ReasonStep
from app.domain.steps import Step, needs_other_document, steps_to_repeat
from app.domain.verification import Stage
from app.services.jobs import EXAMINE
from app.services.progress import begin_change, load_progress, require_step
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.policy import Policy
    from app.services.callers import WidgetCaller
    from app.services.progress import Progress
    from app.storage.unit_of_work import Storage, UnitOfWork

_ALREADY_SUBMITTED = frozenset({Step.PROCESSING, Step.IN_REVIEW, Step.VERIFIED})


@dataclass(frozen=True)
class SubmitVerification:
    """Moves to `submitted` and enqueues the examination in the same transaction."""

    storage: Storage
    chance: Chance
    policy: Policy

    def __call__(self, caller: WidgetCaller) -> Progress:
        """The progress, now pending; submitting twice is the same as once."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policy)
            if progress.step in _ALREADY_SUBMITTED:
                return progress
            require_step(progress, Step.SUBMIT)
            verification = progress.verification
            verification.move_to(Stage.SUBMITTED)
            verification.attempt += 1
            verification.submitted_at = now
            verification.reasons = []
            verification.expected_by = now + timedelta(seconds=self.policy.expected_decision_s)
            # The webhook's job first: a lone worker then tells before it is busy for seconds.
            tell_partner(uow, self.chance, verification)
            uow.jobs.enqueue(EXAMINE, verification.id)
            uow.commit()
            return load_progress(uow, caller, self.policy)


@dataclass(frozen=True)
class RetryVerification:
    """Opens only the failed part again; what was good stays accepted."""

    storage: Storage
    chance: Chance
    policy: Policy

    def __call__(self, caller: WidgetCaller) -> Progress:
        """The progress at the first step that must be repeated."""
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policy)
            if progress.verification.stage is Stage.CAPTURING and progress.verification.attempt:
                return progress
            require_step(progress, Step.RETRY)
            if progress.attempts_left <= 0:
                raise DomainError(ErrorCode.TOO_MANY_ATTEMPTS)
            progress.verification.move_to(Stage.CAPTURING)
            self._reopen(uow, progress)
            uow.commit()
            return load_progress(uow, caller, self.policy)

    def _reopen(self, uow: UnitOfWork, progress: Progress) -> None:
        verification = progress.verification
        repeat = steps_to_repeat(verification.reasons)
        if ReasonStep.DOCUMENT in repeat:
            for capture in progress.documents:
                capture.superseded_at = self.chance.now()
            if needs_other_document(verification.reasons):
                verification.document_type = None
        if ReasonStep.SELFIE in repeat and progress.challenge is not None:
            progress.challenge.status = ChallengeStatus.SUPERSEDED
            for frame in uow.captures.frames(progress.challenge.id):
                frame.superseded_at = self.chance.now()
