"""Destroy what is due of a verification or a paper: the data key first, and a receipt is left.

What is not due yet is sealed anew under a fresh data key before the old one goes, so that even a
copy of the objects that somebody kept cannot be opened any more.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import CaptureKind
from app.domain.retention import DestructionCause, RecordKind, due_by
from app.services.decide_case import NOTE
from app.services.examine_verification import READINGS
from app.services.jobs import ERASE_OBJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.domain.capture import Capture
    from app.domain.chance import Chance
    from app.domain.retention import Due
    from app.domain.verification import Verification
    from app.security.vault import Vault
    from app.services.policies import Policies
    from app.storage.jobs import ClaimedJob
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork

# Columns of a verification that are sealed under its data key, by the kind they are sealed as.
SEALED_COLUMNS = ("claimed", "declared")


@dataclass(frozen=True)
class _Plan:
    """What goes, what stays, and where the pictures that stay lie under the fresh key."""

    doomed: frozenset[RecordKind]
    old_key: bytes
    fresh_key: bytes
    capture_ids: Sequence[str]
    moved: Mapping[str, str]


@dataclass(frozen=True)
class DestroyEvidence:
    """Doing it twice is the same as once; whoever changes the run meanwhile makes it wait."""

    storage: Storage
    chance: Chance
    policies: Policies
    vault: Vault
    objects: ObjectStore

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `destroy_evidence`: the policy lets it go with its decision."""
        subject_id, cause = claimed.subject_id, DestructionCause.FORGET_AT_DECISION
        is_paper = subject_id.startswith("poa_")
        with self.storage.reading() as uow:
            rows = uow.proofs_of_address if is_paper else uow.verifications
            partner_id = rows.get(subject_id).partner_id
            due = due_by(partner_id, self.policies.of(uow, partner_id), self.chance.now())
        (self.of_paper if is_paper else self.of_verification)(subject_id, due, cause)
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            uow.commit()

    def of_verification(
        self, verification_id: str, due: Due, cause: DestructionCause
    ) -> frozenset[RecordKind]:
        """What was destroyed; nothing when nothing was due, or somebody was faster."""
        plan = self._prepare(verification_id, due)
        if not plan.doomed:
            return plan.doomed
        with self.storage.writing() as uow:
            uow.applicants.lock(uow.verifications.get(verification_id).applicant_id)
            verification = uow.verifications.lock(verification_id)
            captures = uow.captures.all_for(verification_id)
            if (
                verification.wrapped_key != plan.old_key
                or [capture.id for capture in captures] != plan.capture_ids
                or uow.records_due.evidence(verification_id, due) != plan.doomed
            ):
                # The fresh objects are collected as orphans.
                return frozenset()
            self._destroy(uow, verification, captures, plan, cause)
            uow.commit()
        return plan.doomed

    def of_paper(self, proof_id: str, due: Due, cause: DestructionCause) -> bool:
        """Whether the paper was destroyed; its status stays."""
        with self.storage.writing() as uow:
            uow.applicants.lock(uow.proofs_of_address.get(proof_id).applicant_id)
            proof = uow.proofs_of_address.lock(proof_id)
            if not uow.records_due.is_due(RecordKind.PROOFS_OF_ADDRESS, proof_id, due):
                return False
            names = list(proof.object_names)
            erase_objects(uow, names)
            proof.forget()
            uow.review_notes.forget(proof_id)
            facts = {"cause": cause.value, **destroyed_objects(names)}
            uow.audit.append("machine", "proof_of_address.destroyed", proof_id, facts)
            uow.commit()
        return True

    def _prepare(self, verification_id: str, due: Due) -> _Plan:
        """Seal what stays under a fresh key, in objects of their own that no row names yet."""
        with self.storage.reading() as uow:
            verification = uow.verifications.get(verification_id)
            doomed = uow.records_due.evidence(verification_id, due)
            captures = uow.captures.all_for(verification_id) if doomed else []
        fresh = self.vault.new_wrapped_key(verification.partner_id, verification_id)
        moved = {}
        for capture in captures:
            if _kind_of(capture) in doomed:
                continue
            sealed = self._carried_over(verification, fresh, capture)
            if sealed is not None:
                moved[capture.id] = self.chance.new_id("obj")
                self.objects.put(moved[capture.id], sealed)
        ids = [capture.id for capture in captures]
        return _Plan(doomed, verification.wrapped_key, fresh, ids, moved)

    def _carried_over(
        self, verification: Verification, fresh: bytes, capture: Capture
    ) -> bytes | None:
        """A picture under the fresh key; None for one that is lost already."""
        try:
            sealed = self.objects.get(capture.object_name)
        except DomainError as error:
            if error.code is not ErrorCode.NOT_FOUND:
                raise
            return None
        return self.vault.carry_over(verification, fresh, capture.kind, capture.id, sealed)

    def _destroy(
        self,
        uow: UnitOfWork,
        verification: Verification,
        captures: Sequence[Capture],
        plan: _Plan,
        cause: DestructionCause,
    ) -> None:
        self._carry_over_texts(uow, verification, plan)
        verification.wrapped_key = plan.fresh_key
        names = [capture.object_name for capture in captures]
        erase_objects(uow, names)
        gone = [capture for capture in captures if capture.id not in plan.moved]
        uow.captures.delete(gone)
        if any(capture.kind is CaptureKind.PRESENCE_FRAME for capture in gone):
            uow.challenges.forget_trackers(verification.id)
        for capture in captures:
            if capture.id in plan.moved:
                capture.object_name = plan.moved[capture.id]
        kinds = Counter(_kind_of(capture).value for capture in gone)
        facts = {
            "cause": cause.value,
            "kinds": sorted(kind.value for kind in plan.doomed),
            "pictures": dict(kinds),
            **destroyed_objects(names),
        }
        uow.audit.append("machine", "evidence.destroyed", verification.id, facts)

    def _carry_over_texts(self, uow: UnitOfWork, verification: Verification, plan: _Plan) -> None:
        """Claims, readings and notes under the fresh key, or gone."""

        def moved(kind: str, name: str, sealed: bytes | None) -> bytes | None:
            if sealed is None:
                return None
            return self.vault.carry_over(verification, plan.fresh_key, kind, name, sealed)

        for column in SEALED_COLUMNS:
            stays = RecordKind.CLAIMS not in plan.doomed
            sealed = getattr(verification, column)
            setattr(verification, column, moved(column, "", sealed) if stays else None)
        if RecordKind.READINGS in plan.doomed:
            uow.examinations.forget_readings(verification.id)
            uow.review_notes.forget(verification.id)
            return
        for examination in uow.examinations.all_for(verification.id):
            examination.readings = moved(READINGS, "", examination.readings)
        for note in uow.review_notes.for_case(verification.id):
            fresh = moved(NOTE, note.id, note.sealed_text)
            if fresh is not None:
                note.sealed_text = fresh


def erase_objects(uow: UnitOfWork, names: Iterable[str]) -> None:
    """Have objects deleted whose key is gone by then."""
    for name in names:
        uow.jobs.enqueue(ERASE_OBJECT, name)


def destroyed_objects(names: Sequence[str]) -> dict[str, object]:
    """For a receipt: how many objects, and SHA-256 over their sorted names, a line each."""
    listed = "".join(f"{name}\n" for name in sorted(names))
    return {"objects": len(names), "objects_sha256": hashlib.sha256(listed.encode()).hexdigest()}


def _kind_of(capture: Capture) -> RecordKind:
    is_frame = capture.kind is CaptureKind.PRESENCE_FRAME
    return RecordKind.PRESENCE_FRAMES if is_frame else RecordKind.CAPTURES
