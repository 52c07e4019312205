"""Examine one submitted verification and decide it: the heart of the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from app.domain.decision import decide
from app.domain.evidence import side_of
from app.domain.examination import Evidence, Examination, FrameEvidence
from app.domain.partner import Mode
from app.domain.verification import Stage
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from app.domain.capture import Capture, PresenceChallenge
    from app.domain.chance import Chance
    from app.domain.decision import Decision
    from app.domain.examination import ExaminationFindings
    from app.domain.policy import Policy
    from app.domain.verification import Verification
    from app.security.vault import Vault
    from app.storage.jobs import ClaimedJob
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork


class Examine(Protocol):
    """Runs all stages over the evidence; never raises for what the pictures show."""

    def __call__(self, evidence: Evidence, policy: Policy) -> ExaminationFindings: ...


@dataclass(frozen=True)
class ExamineVerification:
    """Decision, audit line and outbox rows commit together with the end of the job."""

    storage: Storage
    chance: Chance
    policy: Policy
    vault: Vault
    objects: ObjectStore
    examine: Examine

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `examine`."""
        if not self._begin(claimed):
            return
        findings = self.examine(self._unseal(claimed.subject_id), self.policy)
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            verification = uow.verifications.lock(claimed.subject_id)
            if verification.stage is Stage.EXAMINING:
                decision = decide(findings.checks, self.policy, attempt=verification.attempt)
                self._record(uow, verification, findings, decision)
                self._apply(verification, findings, decision)
                tell_partner(uow, self.chance, verification)
            uow.commit()

    def _begin(self, claimed: ClaimedJob) -> bool:
        """Mark it as examining; False when it was decided by someone else meanwhile."""
        with self.storage.writing() as uow:
            verification = uow.verifications.lock(claimed.subject_id)
            if verification.stage is Stage.SUBMITTED:
                verification.move_to(Stage.EXAMINING)
            wanted = verification.stage is Stage.EXAMINING
            if not wanted:
                uow.jobs.finish(claimed)
            uow.commit()
            return wanted

    def _unseal(self, verification_id: str) -> Evidence:
        with self.storage.reading() as uow:
            verification = uow.verifications.get(verification_id)
            challenge = uow.challenges.current(verification_id)
            captures = uow.captures.live(verification_id)
            frames = uow.captures.frames(challenge.id) if challenge else []
            mode = uow.partners.get(verification.partner_id).mode
        return self._evidence(verification, captures, challenge, frames, mode)

    def _evidence(
        self,
        verification: Verification,
        captures: Sequence[Capture],
        challenge: PresenceChallenge | None,
        frames: Sequence[Capture],
        mode: Mode,
    ) -> Evidence:
        if verification.document_type is None:
            raise RuntimeError("submitted without a document type")
        documents = {
            side_of(capture.kind): self._open(verification, capture)
            for capture in captures
            if capture.challenge_id is None
        }
        claimed = verification.claimed and self.vault.unseal_json(
            verification, "claimed", verification.claimed
        )
        return Evidence(
            verification.document_type,
            documents,
            [
                FrameEvidence(self._open(verification, f), f.received_at, f.observation)
                for f in frames
            ],
            challenge.prompts if challenge else [],
            challenge.dealt_at if challenge else None,
            mode is Mode.TEST,
            {name: str(value) for name, value in (claimed or {}).items()},
            self.chance.now().date(),
        )

    def _open(self, verification: Verification, capture: Capture) -> bytes:
        sealed = self.objects.get(capture.object_name)
        return self.vault.unseal(verification, capture.kind, capture.id, sealed)

    def _record(
        self,
        uow: UnitOfWork,
        verification: Verification,
        findings: ExaminationFindings,
        decision: Decision,
    ) -> None:
        now = self.chance.now()
        uow.examinations.add(
            Examination(
                self.chance.new_id("exm"),
                verification.id,
                verification.attempt,
                [check.as_json() for check in findings.checks],
                decision.verdict.value,
                [reason.value for reason in decision.reasons],
                self.policy.hash,
                dict(findings.model_hashes),
                dict(findings.stage_ms),
                now,
            )
        )
        uow.audit.append(
            actor="machine",
            action="verification.decided",
            subject_id=verification.id,
            facts={
                "verdict": decision.verdict.value,
                "reasons": [reason.value for reason in decision.reasons],
                "policy_hash": self.policy.hash,
            },
        )

    def _apply(
        self, verification: Verification, findings: ExaminationFindings, decision: Decision
    ) -> None:
        now = self.chance.now()
        verification.move_to(decision.verdict.stage)
        verification.reasons = [reason.value for reason in decision.reasons]
        verification.decided_at = now
        verification.expected_by = None
        if verification.stage is Stage.VERIFIED:
            verification.verified_at = now
            verification.expires_at = _expiry(now, findings.document_expires_on, self.policy)


def _expiry(now: datetime, document_expires_on: date | None, policy: Policy) -> datetime:
    """The policy's age limit, or the end of the document's last day, whichever comes first."""
    by_policy = now + timedelta(days=policy.verified_for_days)
    if document_expires_on is None:
        return by_policy
    last_day = now.replace(
        year=document_expires_on.year,
        month=document_expires_on.month,
        day=document_expires_on.day,
        hour=23,
        minute=59,
        second=59,
        microsecond=0,
    )
    return min(by_policy, last_day)
