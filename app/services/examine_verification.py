"""Examine one submitted verification and decide it: the heart of the worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from app.domain.decision import decide
from app.domain.evidence import DOCUMENT_KINDS, CaptureKind, side_of
from app.domain.examination import Evidence, Examination, FrameEvidence
from app.domain.metric import STAGE_SECONDS
from app.domain.partner import Mode
from app.domain.policy import TierStep
from app.domain.presence import PresenceWay
from app.domain.proof_of_address import proof_check
from app.domain.review_case import REVIEW_WITHIN
from app.domain.verification import Stage
from app.services.count_decision import MACHINE, count_decision
from app.services.duplicate_documents import with_other_holder
from app.services.forget_at_decision import forget_if_asked
from app.services.frame_origin import frame_origin
from app.services.proof_outcome import waits_for_proof
from app.services.submit_files import DOCUMENT_NUMBER
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from app.domain.applicant import Applicant
    from app.domain.capture import Capture
    from app.domain.chance import Chance
    from app.domain.decision import Decision
    from app.domain.evidence import Side
    from app.domain.examination import ExaminationFindings
    from app.domain.policy import Policy, Tier
    from app.domain.verification import Verification
    from app.security import LookupDigests
    from app.security.vault import Vault
    from app.services.create_applicant import Profiles
    from app.services.duplicate_faces import DuplicateFaces
    from app.services.linked_applicants import LinkedApplicants
    from app.services.policies import Policies
    from app.storage.jobs import ClaimedJob
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork

READINGS = "readings"
_COMPARED = ("given_name", "family_name", "date_of_birth")


class Examine(Protocol):
    """Runs all stages over the evidence; never raises for what the pictures show."""

    def __call__(self, evidence: Evidence, tier: Tier) -> ExaminationFindings: ...


@dataclass(frozen=True)
class ExamineVerification:
    """Decision, audit line and outbox rows commit together with the end of the job."""

    storage: Storage
    chance: Chance
    policies: Policies
    vault: Vault
    objects: ObjectStore
    examine: Examine
    profiles: Profiles
    digests: LookupDigests
    duplicate_faces: DuplicateFaces
    linked_applicants: LinkedApplicants

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `examine`."""
        if not self._begin(claimed):
            return
        evidence, policy, tier = self._unseal(claimed.subject_id)
        searches_faces = policy.duplicates.faces and TierStep.SELFIE in tier.steps
        if searches_faces:
            self.duplicate_faces.prepare(claimed.subject_id)
        findings = self.examine(evidence, tier)
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            # The applicant first, as everywhere: two who wait for each other would both lose.
            applicant_id = uow.verifications.get(claimed.subject_id).applicant_id
            applicant = uow.applicants.lock(applicant_id)
            verification = uow.verifications.lock(claimed.subject_id)
            if verification.stage is Stage.EXAMINING:
                findings = _with_proof(uow, findings, applicant, tier)
                if policy.duplicates.documents:
                    findings = with_other_holder(
                        uow, self.digests, verification, findings, self.chance.now()
                    )
                findings = self.linked_applicants.examined(
                    uow, policy.duplicates, applicant, verification, findings
                )
                if searches_faces:
                    findings = self.duplicate_faces.examined(
                        uow, applicant, verification, findings, policy.duplicates.face_false_alarms
                    )
                decision = decide(
                    findings.checks,
                    tier,
                    attempt=verification.attempt,
                    risk_level=applicant.risk_level,
                )
                self._record(uow, verification, findings, decision, policy.hash)
                self._apply(verification, findings, decision, tier)
                self._remember_document(uow, verification, findings)
                forget_if_asked(uow, policy, verification)
                tell_partner(uow, self.chance, verification)
            uow.commit()

    def _begin(self, claimed: ClaimedJob) -> bool:
        """Mark it as examining.

        False when it was decided by someone else meanwhile, or must wait for the proof of
        address, whose end then enqueues another job.
        """
        with self.storage.writing() as uow:
            verification = uow.verifications.lock(claimed.subject_id)
            policy = self.policies.of(uow, verification.partner_id)
            tier = policy.rules_for(verification.tier)
            is_early = waits_for_proof(uow, verification, tier)
            if verification.stage is Stage.SUBMITTED and not is_early:
                verification.move_to(Stage.EXAMINING)
            wanted = verification.stage is Stage.EXAMINING
            if not wanted:
                uow.jobs.finish(claimed)
            uow.commit()
            return wanted

    def _unseal(self, verification_id: str) -> tuple[Evidence, Policy, Tier]:
        with self.storage.reading() as uow:
            verification = uow.verifications.get(verification_id)
            challenge = uow.challenges.current(verification_id)
            captures = uow.captures.live(verification_id)
            frames = uow.captures.frames(challenge.id) if challenge else []
            origin = frame_origin(uow, challenge)
            mode = uow.partners.get(verification.partner_id).mode
            policy = self.policies.of(uow, verification.partner_id)
            applicant = uow.applicants.get(verification.applicant_id)
        unsealed = {
            capture.kind: self._open(verification, capture)
            for capture in captures
            if capture.challenge_id is None
        }
        if verification.document_type is None:
            raise RuntimeError("submitted without a document type")
        evidence = Evidence(
            verification.document_type,
            {side_of(kind): unsealed[kind] for kind in DOCUMENT_KINDS & unsealed.keys()},
            [
                FrameEvidence(self._open(verification, f), f.received_at, f.observation)
                for f in frames
            ],
            challenge.prompts if challenge else [],
            challenge.dealt_at if challenge else None,
            mode is Mode.TEST,
            self._claimed(verification, applicant),
            self.chance.now().date(),
            unsealed.get(CaptureKind.SELFIE),
            _software_traces(captures),
            challenge.way if challenge else PresenceWay.TURNS,
            origin,
        )
        return evidence, policy, policy.rules_for(verification.tier)

    def _claimed(self, verification: Verification, applicant: Applicant) -> dict[str, str]:
        """All that the partner told: of the user, on opening the widget, and with the files."""
        told = self.profiles.read(applicant)
        # Where somebody lives says nothing of the document's issuer.
        claimed: dict[str, object] = {name: told[name] for name in _COMPARED if name in told}
        if verification.claimed:
            claimed |= self.vault.unseal_json(verification, "claimed", verification.claimed)
        if verification.declared:
            claimed |= self.vault.unseal_json(verification, "declared", verification.declared)
        return {name: str(value) for name, value in claimed.items()}

    def _open(self, verification: Verification, capture: Capture) -> bytes:
        sealed = self.objects.get(capture.object_name)
        return self.vault.unseal(verification, capture.kind, capture.id, sealed)

    def _record(
        self,
        uow: UnitOfWork,
        verification: Verification,
        findings: ExaminationFindings,
        decision: Decision,
        policy_hash: str,
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
                policy_hash,
                dict(findings.model_hashes),
                dict(findings.stage_ms),
                now,
                readings=self._sealed(verification, findings),
            )
        )
        uow.audit.append(
            actor="machine",
            action="verification.decided",
            subject_id=verification.id,
            facts={
                "verdict": decision.verdict.value,
                "reasons": [reason.value for reason in decision.reasons],
                "policy_hash": policy_hash,
            },
        )
        for stage, spent_ms in findings.stage_ms.items():
            uow.tallies.observe(STAGE_SECONDS, spent_ms / 1000, stage=stage)
        count_decision(
            uow,
            verification.partner_id,
            "identity",
            decision.verdict.value,
            [reason.value for reason in decision.reasons],
            MACHINE,
            (verification.submitted_at, now),
        )

    def _sealed(self, verification: Verification, findings: ExaminationFindings) -> bytes | None:
        if not findings.readings:
            return None
        return self.vault.seal_json(verification, READINGS, findings.readings)

    def _remember_document(
        self, uow: UnitOfWork, verification: Verification, findings: ExaminationFindings
    ) -> None:
        """A verified document is its holder's: nobody else of the partner may declare it."""
        number, kind = findings.document_number, verification.document_type
        if verification.stage is not Stage.VERIFIED or number is None or kind is None:
            return
        uow.document_digests.remember(
            verification.partner_id,
            verification.applicant_id,
            self.digests.digest(DOCUMENT_NUMBER, kind.value, number),
            self.chance.now(),
        )

    def _apply(
        self,
        verification: Verification,
        findings: ExaminationFindings,
        decision: Decision,
        tier: Tier,
    ) -> None:
        now = self.chance.now()
        verification.move_to(decision.verdict.stage)
        verification.reasons = [reason.value for reason in decision.reasons]
        verification.decided_at = now
        is_left_to_people = verification.stage is Stage.IN_REVIEW
        verification.expected_by = now + REVIEW_WITHIN if is_left_to_people else None
        if verification.stage is Stage.VERIFIED:
            verification.verified_at = now
            verification.held_tier = verification.held_until = None
            verification.expires_at = _expiry(now, findings.document_expires_on, tier)


def _software_traces(captures: Sequence[Capture]) -> dict[Side, str]:
    return {
        side_of(capture.kind): str(capture.observation["software_trace"])
        for capture in captures
        if capture.kind in DOCUMENT_KINDS and "software_trace" in capture.observation
    }


def _with_proof(
    uow: UnitOfWork, findings: ExaminationFindings, applicant: Applicant, tier: Tier
) -> ExaminationFindings:
    """The findings with what the applicant's paper says, where the tier asks for one."""
    if TierStep.PROOF_OF_ADDRESS not in tier.steps:
        return findings
    check = proof_check(uow.proofs_of_address.current(applicant.id))
    return replace(findings, checks=[*findings.checks, check])


def _expiry(now: datetime, document_expires_on: date | None, tier: Tier) -> datetime:
    """The policy's age limit, or the end of the document's last day, whichever comes first."""
    by_policy = now + timedelta(days=tier.verified_for_days)
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
