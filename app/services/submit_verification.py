"""Submit what was captured, and start again with the failed part only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.another_try import is_used_up
from app.domain.capture import ChallengeStatus
from app.domain.reasons import ReasonStep
from app.domain.steps import Step, needs_other_document, steps_to_repeat
from app.domain.verification import Stage
from app.services.another_try import begin_anew_after_cool_down
from app.services.jobs import EXAMINE
from app.services.progress import begin_change, load_progress, require_step
from app.services.proof_outcome import waits_for_proof
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.policy import Tier
    from app.domain.verification import Verification
    from app.services.callers import ApplicantCaller
    from app.services.policies import Policies
    from app.services.progress import Progress
    from app.storage.unit_of_work import Storage, UnitOfWork

_ALREADY_SUBMITTED = frozenset({Step.PROCESSING, Step.IN_REVIEW, Step.VERIFIED})


def submit(uow: UnitOfWork, chance: Chance, verification: Verification, tier: Tier) -> None:
    """Hand a verification in, and have it examined; after the proof of address that it needs."""
    # The webhook's job first: a lone worker then tells before it is busy for seconds.
    hand_in(uow, chance, verification, tier)
    if not waits_for_proof(uow, verification, tier):
        uow.jobs.enqueue(EXAMINE, verification.id)


def hand_in(uow: UnitOfWork, chance: Chance, verification: Verification, tier: Tier) -> None:
    """From here on somebody waits, and the clock runs."""
    verification.move_to(Stage.SUBMITTED)
    verification.attempt += 1
    verification.submitted_at = chance.now()
    verification.reasons = []
    verification.expected_by = chance.now() + timedelta(seconds=tier.expected_decision_s)
    tell_partner(uow, chance, verification)


@dataclass(frozen=True)
class SubmitVerification:
    """Moves to `submitted` and enqueues the examination in the same transaction."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, caller: ApplicantCaller) -> Progress:
        """The progress, now pending; submitting twice is the same as once."""
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policies)
            if progress.step in _ALREADY_SUBMITTED:
                return progress
            require_step(progress, Step.SUBMIT)
            submit(uow, self.chance, progress.verification, progress.tier)
            uow.commit()
            return load_progress(uow, caller, self.policies)


@dataclass(frozen=True)
class RetryVerification:
    """Opens only the failed part again; what was good stays accepted."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, caller: ApplicantCaller) -> Progress:
        """The progress at the first step that must be repeated."""
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policies)
            verification = progress.verification
            is_again = verification.attempt or verification.begun_anew_at
            if verification.stage is Stage.CAPTURING and is_again:
                return progress
            require_step(progress, Step.RETRY, Step.REJECTED)
            if is_used_up(verification, progress.tier):
                begin_anew_after_cool_down(uow, self.chance, verification, progress.policy)
            else:
                reopen(uow, progress, self.chance.now())
            uow.commit()
            return load_progress(uow, caller, self.policies)


def reopen(uow: UnitOfWork, progress: Progress, now: datetime) -> None:
    """Open the failed part of a verification again, and supersede what was not good."""
    verification = progress.verification
    verification.move_to(Stage.CAPTURING)
    repeat = steps_to_repeat(verification.reasons)
    if ReasonStep.DOCUMENT in repeat:
        for capture in progress.documents:
            capture.superseded_at = now
        if needs_other_document(verification.reasons):
            verification.document_type = None
    if ReasonStep.SELFIE in repeat and progress.challenge is not None:
        progress.challenge.status = ChallengeStatus.SUPERSEDED
        for frame in uow.captures.frames(progress.challenge.id):
            frame.superseded_at = now
