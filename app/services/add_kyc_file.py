"""Take a document side or a still selfie from a partner's backend: the widget's way without it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.another_try import retry_at
from app.domain.capture import Capture
from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import CaptureKind, Side
from app.domain.intake import RetakeReason
from app.domain.reasons import ReasonCode
from app.domain.verification import KycStatus, Stage
from app.services.another_try import begin_anew
from app.services.callers import ApplicantCaller, PartnerCaller
from app.services.find_applicant import find_applicant, lock_applicant, require_active
from app.services.progress import begin_change
from app.services.submit_verification import reopen
from app.services.tell_partner import tell_of_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.evidence import DocumentType
    from app.domain.intake import ObservedFrame
    from app.domain.verification import Verification
    from app.security.vault import Vault
    from app.services.add_document_capture import AddDocumentCapture
    from app.services.open_verification import OpenVerification
    from app.services.policies import Policies
    from app.services.presence_challenge import ObserveFrame
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class AddKycFile:
    """The partner's backend speaks for the user, whose consent it has asked for itself."""

    storage: Storage
    chance: Chance
    policies: Policies
    open: OpenVerification
    add_capture: AddDocumentCapture

    def __call__(
        self,
        caller: PartnerCaller,
        partner_user_id: str,
        document_type: DocumentType,
        side: Side,
        payload: bytes,
    ) -> str:
        """The id of the accepted capture. A picture that cannot be used is a validation error."""
        applicant_caller = self.prepare(caller, partner_user_id, document_type)
        answer = self.add_capture(applicant_caller, side, payload, replace=True)
        if answer.capture_id is None:
            raise _unusable(answer.reasons)
        return answer.capture_id

    def prepare(
        self, caller: PartnerCaller, partner_user_id: str, document_type: DocumentType | None
    ) -> ApplicantCaller:
        """The user with a run that takes captures of this document."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            applicant = find_applicant(uow, caller.partner_id, partner_user_id)
            require_active(applicant)
            verification = self.open.verification(uow, applicant)
            policy = self.policies.of(uow, caller.partner_id)
            allowed_at = retry_at(verification, policy.rules_for(verification.tier))
            if allowed_at is not None and allowed_at <= now:
                begin_anew(uow, self.chance, verification, policy)
            require_unsubmitted(verification)
            found = ApplicantCaller(
                caller.partner_id, caller.mode, applicant.id, applicant.partner_user_id
            )
            progress = begin_change(uow, found, self.policies)
            if verification.stage is Stage.RETRY_REQUESTED:
                reopen(uow, progress, now)
            if verification.consented_at is None:
                verification.consent_version = progress.policy.consent_version
                verification.consented_at = now
                uow.audit.append(caller.actor, "consent.by_partner", verification.id)
            if document_type is not None and verification.document_type is not document_type:
                if document_type not in progress.tier.document_types:
                    raise DomainError(ErrorCode.UNSUPPORTED_TYPE)
                for capture in progress.documents:
                    capture.superseded_at = now
                verification.document_type = document_type
            uow.commit()
        return found


@dataclass(frozen=True)
class AddSelfieFile:
    """A still picture of the face, for the comparison with the document's portrait."""

    storage: Storage
    chance: Chance
    vault: Vault
    objects: ObjectStore
    observe: ObserveFrame
    add_file: AddKycFile

    def __call__(self, caller: PartnerCaller, partner_user_id: str, payload: bytes) -> str:
        """The id of the accepted capture; a picture without exactly one face is refused."""
        seen = self.observe(payload)
        n_faces = seen.observation.get("face_count")
        if n_faces != 1:
            code = ReasonCode.MULTIPLE_FACES if n_faces else ReasonCode.NO_FACE
            raise _unusable([RetakeReason(code)])
        self.add_file.prepare(caller, partner_user_id, None)
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, caller.partner_id, partner_user_id)
            capture_id = self._store(uow, applicant, seen, hashlib.sha256(payload).hexdigest())
            uow.commit()
        return capture_id

    def _store(
        self, uow: UnitOfWork, applicant: Applicant, seen: ObservedFrame, sha256: str
    ) -> str:
        verification = uow.verifications.lock(str(applicant.verification_id))
        require_unsubmitted(verification)
        for earlier in uow.captures.live(verification.id, CaptureKind.SELFIE):
            if earlier.sha256 == sha256:
                return earlier.id
            earlier.superseded_at = self.chance.now()
        capture = Capture(
            self.chance.new_id("cap"),
            verification.id,
            CaptureKind.SELFIE,
            self.chance.new_id("obj"),
            sha256,
            seen.width_px,
            seen.height_px,
            self.chance.now(),
            observation=dict(seen.observation),
        )
        sealed = self.vault.seal(verification, capture.kind, capture.id, seen.jpeg)
        self.objects.put(capture.object_name, sealed)
        uow.captures.add(capture)
        tell_of_file(uow, self.chance, applicant, capture)
        return capture.id


def require_unsubmitted(verification: Verification) -> None:
    """Raise for a run that is verified, under way, or at its end."""
    if verification.kyc_status is KycStatus.VERIFIED and verification.stage is Stage.VERIFIED:
        raise DomainError(ErrorCode.ALREADY_VERIFIED)
    if verification.kyc_status is KycStatus.PENDING or verification.stage is Stage.REJECTED:
        raise DomainError(ErrorCode.TOO_MANY_VERIFICATIONS, stage=verification.stage.value)


def _unusable(reasons: Sequence[RetakeReason]) -> DomainError:
    return DomainError(
        ErrorCode.VALIDATION_ERROR,
        "The picture cannot be used; `reasons` says why. Take another one.",
        reasons=[reason.code.value for reason in reasons],
    )
