"""A reviewer's decision on a verification that the machine left to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.decision import Verdict
from app.domain.errors import DomainError, ErrorCode
from app.domain.examination import Examination
from app.domain.verification import Stage
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.chance import Chance
    from app.domain.policy import Policy
    from app.domain.reasons import ReasonCode
    from app.domain.verification import Verification
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class DecideReview:
    """Stands beside the machine's examination, which is kept as it was."""

    storage: Storage
    chance: Chance
    policy: Policy

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
        now = self.chance.now()
        codes = [reason.value for reason in reasons]
        with self.storage.writing() as uow:
            verification = uow.verifications.lock(verification_id)
            if verification.stage is not Stage.IN_REVIEW:
                raise DomainError(ErrorCode.CONFLICT, "This verification is not in review.")
            verification.move_to(verdict.stage)
            verification.reasons = codes
            verification.decided_at = now
            if verdict is Verdict.VERIFIED:
                verification.verified_at = now
                verification.expires_at = now + timedelta(days=self.policy.verified_for_days)
            uow.examinations.add(
                Examination(
                    self.chance.new_id("exm"),
                    verification_id,
                    verification.attempt,
                    [],
                    verdict.value,
                    codes,
                    self.policy.hash,
                    {},
                    {},
                    now,
                    decided_by=reviewer,
                )
            )
            uow.audit.append(
                actor=reviewer,
                action="verification.reviewed",
                subject_id=verification_id,
                facts={"verdict": verdict.value, "reasons": codes},
            )
            tell_partner(uow, self.chance, verification)
            uow.commit()
        return verification
