"""A reviewer's decision on a verification that the machine left to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.decision import Decision, Verdict
from app.domain.errors import DomainError, ErrorCode
from app.domain.examination import Examination
from app.domain.review_case import REVIEW_WITHIN
from app.domain.verification import Stage
from app.services.count_decision import count_decision
from app.services.forget_at_decision import forget_if_asked
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.chance import Chance
    from app.domain.checks import CheckResult
    from app.domain.policy import Policy
    from app.domain.reasons import ReasonCode
    from app.domain.verification import Verification
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class DecideReview:
    """Stands beside the machine's examination, which is kept as it was."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(
        self,
        verification_id: str,
        verdict: Verdict,
        reasons: Sequence[ReasonCode],
        reviewer: str,
    ) -> Verification:
        """The verification after the decision; only one in review can be decided."""
        if verdict is Verdict.IN_REVIEW or (verdict is not Verdict.VERIFIED and not reasons):
            raise DomainError(ErrorCode.VALIDATION_ERROR, "Give a final verdict and its reasons.")
        codes = [reason.value for reason in reasons]
        with self.storage.writing() as uow:
            verification = uow.verifications.lock(verification_id)
            if verification.stage is not Stage.IN_REVIEW:
                raise DomainError(ErrorCode.CONFLICT, "This verification is not in review.")
            policy = self.policies.of(uow, verification.partner_id)
            if verdict is Verdict.RETRY_REQUESTED:
                # Whoever asks for another try grants it: the machine may have counted the last.
                most = policy.rules_for(verification.tier).max_attempts - 1
                verification.attempt = min(verification.attempt, most)
            decision = Decision(verdict, tuple(reasons))
            conclude(uow, self.chance, policy, verification, decision, reviewer)
            uow.audit.append(
                actor=reviewer,
                action="verification.reviewed",
                subject_id=verification_id,
                facts={"verdict": verdict.value, "reasons": codes},
            )
            tell_partner(uow, self.chance, verification)
            uow.commit()
        return verification


def conclude(
    uow: UnitOfWork,
    chance: Chance,
    policy: Policy,
    verification: Verification,
    decision: Decision,
    decided_by: str,
    checks: Sequence[CheckResult] = (),
) -> None:
    """End an attempt with what somebody other than the machine decided, and keep the record."""
    now = chance.now()
    tier = policy.rules_for(verification.tier)
    verification.move_to(decision.verdict.stage)
    verification.reasons = [reason.value for reason in decision.reasons]
    verification.decided_at = now
    is_left_to_people = decision.verdict is Verdict.IN_REVIEW
    verification.expected_by = now + REVIEW_WITHIN if is_left_to_people else None
    if decision.verdict is Verdict.VERIFIED:
        verification.verified_at = now
        verification.held_tier = verification.held_until = None
        verification.expires_at = now + timedelta(days=tier.verified_for_days)
    uow.examinations.add(
        Examination(
            chance.new_id("exm"),
            verification.id,
            verification.attempt,
            [check.as_json() for check in checks],
            decision.verdict.value,
            list(verification.reasons),
            policy.hash,
            {},
            {},
            now,
            decided_by=decided_by,
        )
    )
    count_decision(
        uow,
        verification.partner_id,
        "identity",
        decision.verdict.value,
        verification.reasons,
        decided_by,
        (verification.submitted_at, now),
    )
    forget_if_asked(uow, policy, verification)
