"""Take in one picture of a document side: inspect it, seal it, store it, or ask for another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.domain.capture import Capture
from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import Side, capture_kind, sides_of
from app.domain.steps import Step
from app.services.progress import begin_change, load_progress, require_step
from app.services.tell_partner import tell_of_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.evidence import CaptureKind, DocumentType
    from app.domain.intake import InspectedCapture, RetakeReason
    from app.security import LookupDigests
    from app.security.vault import Vault
    from app.services.callers import ApplicantCaller
    from app.services.policies import Policies
    from app.services.progress import Progress
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage

_MASK = "layout_hash"
_CAPTURING = (Step.DOCUMENT_FRONT, Step.DOCUMENT_BACK, Step.SELFIE, Step.SUBMIT)


class InspectDocument(Protocol):
    """Decodes in a sandboxed child and looks quickly; raises DomainError for a bad file."""

    def __call__(
        self,
        payload: bytes,
        document_type: DocumentType,
        side: Side,
        other_side_hash: str | None,
    ) -> InspectedCapture: ...


@dataclass(frozen=True)
class CaptureAnswer:
    """Accepted with an id, or not with the reasons; the progress either way."""

    progress: Progress
    capture_id: str | None
    sha256: str
    reasons: Sequence[RetakeReason] = ()


@dataclass(frozen=True)
class AddDocumentCapture:
    """The bytes as sent never touch the disk; what is stored is re-encoded and sealed."""

    storage: Storage
    chance: Chance
    policies: Policies
    vault: Vault
    objects: ObjectStore
    inspect: InspectDocument
    digests: LookupDigests

    def __call__(
        self, caller: ApplicantCaller, side: Side, payload: bytes, *, replace: bool = False
    ) -> CaptureAnswer:
        """The answer for one upload; the same bytes sent twice are one capture.

        With `replace` a side that is there already gives way, but only to a usable picture.
        """
        sha256 = hashlib.sha256(payload).hexdigest()
        with self.storage.reading() as uow:
            progress = load_progress(uow, caller, self.policies)
            already = _same_upload(progress, side, sha256)
            if already is not None:
                return CaptureAnswer(progress, already.id, sha256)
            document_type = _expect_side(progress, side, replace=replace)
            verification = progress.verification
            n_captures = uow.captures.count(verification.id, verification.begun_anew_at)
            if n_captures >= progress.tier.max_captures:
                raise DomainError(ErrorCode.TOO_MANY_CAPTURES)
        inspected = self.inspect(payload, document_type, side, self._other_hash(progress, side))
        if inspected.retake_reasons:
            return CaptureAnswer(progress, None, sha256, inspected.retake_reasons)
        return self._store(caller, side, sha256, inspected, replace=replace)

    def _store(
        self,
        caller: ApplicantCaller,
        side: Side,
        sha256: str,
        inspected: InspectedCapture,
        *,
        replace: bool,
    ) -> CaptureAnswer:
        capture_id, object_name = self.chance.new_id("cap"), self.chance.new_id("obj")
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policies)
            already = _same_upload(progress, side, sha256)
            if already is not None:
                return CaptureAnswer(progress, already.id, sha256)
            _expect_side(progress, side, replace=replace)
            _supersede(progress, side, self.chance.now())
            verification = progress.verification
            capture = Capture(
                capture_id,
                verification.id,
                capture_kind(side),
                object_name,
                sha256,
                inspected.width_px,
                inspected.height_px,
                self.chance.now(),
                self._masked(verification.id, inspected.perceptual_hash),
                observation=dict(inspected.measurements),
            )
            sealed = self.vault.seal(verification, capture.kind, capture_id, inspected.jpeg)
            self.objects.put(object_name, sealed)
            uow.captures.add(capture)
            tell_of_file(uow, self.chance, uow.applicants.get(caller.applicant_id), capture)
            uow.commit()
            return CaptureAnswer(load_progress(uow, caller, self.policies), capture_id, sha256)

    def _other_hash(self, progress: Progress, side: Side) -> str | None:
        other: CaptureKind = capture_kind(Side.BACK if side is Side.FRONT else Side.FRONT)
        for capture in progress.documents:
            if capture.kind is other and capture.perceptual_hash is not None:
                return self._masked(progress.verification.id, capture.perceptual_hash)
        return None

    def _masked(self, verification_id: str, layout_hash: str) -> str:
        """The hash under a mask of this run, or the bare one again: it is to tell the two sides
        apart and nothing else, so nobody may compare it with that of another user.
        """
        mask = int(self.digests.digest(_MASK, verification_id), 16)
        return f"{int(layout_hash, 16) ^ mask:064x}"


@dataclass(frozen=True)
class DiscardCapture:
    """Lets the user take an accepted side again before submitting."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, caller: ApplicantCaller, side: Side) -> Progress:
        """The progress without that side; other captures stay."""
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policies)
            require_step(progress, *_CAPTURING)
            _supersede(progress, side, self.chance.now())
            uow.commit()
            return load_progress(uow, caller, self.policies)


def _same_upload(progress: Progress, side: Side, sha256: str) -> Capture | None:
    for capture in progress.documents:
        if capture.kind is capture_kind(side) and capture.sha256 == sha256:
            return capture
    return None


def _supersede(progress: Progress, side: Side, now: datetime) -> None:
    for capture in progress.documents:
        if capture.kind is capture_kind(side):
            capture.superseded_at = now


def _expect_side(progress: Progress, side: Side, *, replace: bool) -> DocumentType:
    """The chosen document, if this side of it is wanted and not there yet."""
    require_step(progress, *_CAPTURING)
    document_type = progress.verification.document_type
    is_there = capture_kind(side) in progress.accepted
    if document_type is None or side not in sides_of(document_type) or (is_there and not replace):
        raise DomainError(ErrorCode.WRONG_STEP, step=progress.step.value)
    return document_type
