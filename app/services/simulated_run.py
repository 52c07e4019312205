"""Play a test partner's user to an outcome: through the stages, events and records of real runs.

No picture is made up and none is looked at: where a user goes on by hand, the camera opens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.another_try import is_used_up
from app.domain.checks import CheckCode, passed
from app.domain.decision import Decision, Verdict, required_checks
from app.domain.magic_users import magic_simulation
from app.domain.partner import Mode
from app.domain.policy import TierStep
from app.domain.proof_of_address import ProofStatus, proof_tier
from app.domain.reasons import REASONS, ReasonCode, ReasonStep
from app.domain.simulation import way
from app.domain.verification import KycStatus, Stage
from app.services.another_try import begin_anew
from app.services.callers import ApplicantCaller
from app.services.decide_review import conclude
from app.services.progress import load_progress
from app.services.simulated_proof import SimulatedProof
from app.services.submit_verification import hand_in, reopen
from app.services.sweep import expire, settle
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.checks import CheckResult
    from app.domain.policy import Policy, Tier
    from app.domain.simulation import Simulation
    from app.domain.verification import Verification
    from app.services.open_verification import OpenVerification
    from app.services.progress import Progress
    from app.storage.unit_of_work import UnitOfWork

DECIDED_BY = "sandbox"
_WAITING = frozenset({Stage.SUBMITTED, Stage.EXAMINING, Stage.IN_REVIEW})
_ENDED = frozenset({Stage.EXPIRED, Stage.ERASED})


def meet_magic_user(uow: UnitOfWork, opening: OpenVerification, applicant: Applicant) -> None:
    """Give a new user the outcome that its name asks for, if it does and its partner is a test."""
    wanted = magic_simulation(applicant.partner_user_id)
    if wanted is not None and is_magic_user(uow, applicant.partner_id, applicant.partner_user_id):
        SimulatedRun(uow, opening, applicant).play(wanted, None, DECIDED_BY)


def is_magic_user(uow: UnitOfWork, partner_id: str, partner_user_id: str) -> bool:
    """Whether the name has a meaning; with a live partner none has."""
    if magic_simulation(partner_user_id) is None:
        return False
    return uow.partners.get(partner_id).mode is Mode.TEST


@dataclass(frozen=True)
class SimulatedRun:
    """One applicant inside of one transaction; the partner must be in test mode."""

    uow: UnitOfWork
    opening: OpenVerification
    applicant: Applicant

    @property
    def chance(self) -> Chance:
        """The clock and ids of the real runs."""
        return self.opening.chance

    @property
    def policy(self) -> Policy:
        """The partner's own."""
        return self.opening.policies.of(self.uow, self.applicant.partner_id)

    def play(self, wanted: Simulation, tier: str | None, actor: str) -> None:
        """Bring the applicant to the outcome. Raises DomainError(validation_error) for the tier."""
        self.policy.tier(tier)
        self.uow.applicants.lock(self.applicant.id)
        tier = tier or self._tier_of_paper(wanted)
        current = self.current()
        if current is not None:
            settle(self.uow, self.chance, current)
        if current is None and wanted.starts_over:
            return self._note(wanted, self.applicant.id, actor)
        if current is None or not _is_there(current, wanted, tier):
            current = self._begin(current, wanted, tier)
            for stage in way(current.stage, wanted.stage) or ():
                self._move(current, stage, wanted)
        return self._note(wanted, current.id, actor)

    def current(self) -> Verification | None:
        """The applicant's run, held for change."""
        verification_id = self.applicant.verification_id
        return self.uow.verifications.lock(verification_id) if verification_id else None

    def _begin(
        self, current: Verification | None, wanted: Simulation, tier: str | None
    ) -> Verification:
        """The run that leads to the outcome: the current one where a real user would go on."""
        if current is None or current.stage in _ENDED:
            return self._open(tier or (current.tier if current else None))
        if not (wanted.starts_over or wanted.stage is Stage.EXPIRED):
            self.opening.verification(self.uow, self.applicant, tier)
        if _leads_to(current, wanted, tier):
            return current
        self._set_aside(current)
        was = current.kyc_status
        current.held_tier = current.held_until = None
        self.applicant.verification_id = None
        fresh = self._open(tier or current.tier)
        if was is not KycStatus.NOT_STARTED:
            tell_partner(self.uow, self.chance, fresh)
        return fresh

    def _open(self, tier: str | None) -> Verification:
        """A new run, at a tier that the policy may no longer have."""
        name = self.policy.rules_for(tier).name if tier else None
        return self.opening.verification(self.uow, self.applicant, name)

    def _set_aside(self, current: Verification) -> None:
        """End a run that does not lead to the outcome, so that nobody waits for it."""
        if current.stage is Stage.VERIFIED:
            expire(self.uow, self.chance, current)
        if current.stage is Stage.SUBMITTED:
            current.move_to(Stage.EXAMINING)
        if current.stage in _WAITING:
            self._decide(current, Stage.RETRY_REQUESTED, ())

    def _move(self, run: Verification, stage: Stage, wanted: Simulation) -> None:
        """One stage on, with what a real run does and tells there."""
        reasons = wanted.reasons if stage is wanted.stage else ()
        if stage is Stage.CAPTURING:
            self._go_on(run)
        elif stage is Stage.SUBMITTED:
            if _asks_for_paper(self._tier(run)):
                self._proof.stand()
            hand_in(self.uow, self.chance, run, self._tier(run))
        elif stage is Stage.EXAMINING:
            run.move_to(stage)
        elif stage is Stage.ABANDONED:
            run.move_to(stage)
            run.reasons = [reason.value for reason in reasons]
            tell_partner(self.uow, self.chance, run)
        elif stage is Stage.EXPIRED:
            run.expires_at = self.chance.now()
            expire(self.uow, self.chance, run)
        else:
            if _asks_for_paper(self._tier(run)):
                self._decide_paper(stage, reasons)
            self._decide(run, stage, reasons)
            tell_partner(self.uow, self.chance, run)

    @property
    def _proof(self) -> SimulatedProof:
        return SimulatedProof(self.uow, self.opening, self.applicant)

    def _tier_of_paper(self, wanted: Simulation) -> str | None:
        """The tier that has the reason, where not every tier asks for a paper."""
        if not any(_is_of_paper(reason) for reason in wanted.reasons):
            return None
        tier = proof_tier(self.policy, None)
        return tier.name if _asks_for_paper(tier) else None

    def _decide_paper(self, stage: Stage, reasons: tuple[ReasonCode, ...]) -> None:
        """What the machine must have found on the paper for the run to end like this."""
        own = [reason for reason in reasons if _is_of_paper(reason)]
        if not own:
            self._proof.play(ProofStatus.VERIFIED, ())
        elif stage is Stage.IN_REVIEW:
            self._proof.play(ProofStatus.IN_REVIEW, own)
        else:
            self._proof.play(ProofStatus.FAILED, own)

    def _go_on(self, run: Verification) -> None:
        """To the camera, as the widget leads there from where the run stands."""
        if is_used_up(run, self._tier(run)):
            begin_anew(self.uow, self.chance, run, self.policy)
        elif run.stage is Stage.RETRY_REQUESTED:
            reopen(self.uow, self._progress(), self.chance.now())
        else:
            run.move_to(Stage.CAPTURING)
            run.reasons = []

    def _progress(self) -> Progress:
        of = self.applicant
        caller = ApplicantCaller(of.partner_id, Mode.TEST, of.id, of.partner_user_id)
        return load_progress(self.uow, caller, self.opening.policies, lock=True)

    def _decide(self, run: Verification, stage: Stage, reasons: tuple[ReasonCode, ...]) -> None:
        if stage is Stage.RETRY_REQUESTED:
            # A retry is only asked of somebody who has an attempt left.
            run.attempt = max(1, min(run.attempt, self._tier(run).max_attempts - 1))
        if ReasonCode.TOO_MANY_ATTEMPTS in reasons:
            run.attempt = max(run.attempt, self._tier(run).max_attempts)
        checks = simulated_checks(self._tier(run)) if stage is Stage.VERIFIED else []
        decision = Decision(Verdict(stage.value), reasons)
        conclude(self.uow, self.chance, self.policy, run, decision, DECIDED_BY, checks)

    def _tier(self, run: Verification) -> Tier:
        return self.policy.rules_for(run.tier)

    def _note(self, wanted: Simulation, subject_id: str, actor: str) -> None:
        self.uow.audit.append(
            actor=actor,
            action="verification.simulated",
            subject_id=subject_id,
            facts={
                "outcome": wanted.outcome.value,
                "reasons": [reason.value for reason in wanted.reasons],
            },
        )


def simulated_checks(tier: Tier) -> list[CheckResult]:
    """What the machine must have found to verify a user of this tier, marked as made up."""
    codes = sorted({*required_checks(tier.steps), CheckCode.MRZ_CHECK_DIGITS})
    return [passed(code, simulated=True) for code in codes]


def _asks_for_paper(tier: Tier) -> bool:
    return TierStep.PROOF_OF_ADDRESS in tier.steps


def _is_of_paper(reason: ReasonCode) -> bool:
    return REASONS[reason].step is ReasonStep.PROOF_OF_ADDRESS


def _is_there(current: Verification, wanted: Simulation, tier: str | None) -> bool:
    """Whether nothing is left to do; a further failed attempt is always made."""
    if wanted.starts_over:
        is_there = _is_untouched(current)
    elif wanted.stage is Stage.CAPTURING:
        is_there = current.stage is Stage.CAPTURING
    else:
        same_reasons = current.reasons == [reason.value for reason in wanted.reasons]
        is_again = wanted.stage is Stage.RETRY_REQUESTED
        is_there = current.stage is wanted.stage and same_reasons and not is_again
    return is_there and tier in {None, current.tier}


def _leads_to(current: Verification, wanted: Simulation, tier: str | None) -> bool:
    """Whether a real user could come from this run to the outcome at this tier."""
    if tier not in {None, current.tier}:
        return False
    if wanted.starts_over:
        return _is_untouched(current)
    if wanted.stage is Stage.ABANDONED and current.attempt:
        return False
    return current.stage is wanted.stage is Stage.CAPTURING or (
        way(current.stage, wanted.stage) is not None
    )


def _is_untouched(current: Verification) -> bool:
    return (
        current.stage is Stage.CAPTURING
        and not current.attempt
        and not current.reasons
        and current.held_tier is None
    )
