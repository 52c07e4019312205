"""Consent and the choice of a document: the two answers before the camera opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.steps import Step
from app.domain.verification import Stage
from app.services.progress import begin_change, load_progress, require_step
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.evidence import DocumentType
    from app.services.callers import ApplicantCaller
    from app.services.policies import Policies
    from app.services.progress import Progress
    from app.storage.unit_of_work import Storage

_BEFORE_SUBMISSION = (
    Step.DOCUMENT_TYPE,
    Step.DOCUMENT_FRONT,
    Step.DOCUMENT_BACK,
    Step.SELFIE,
    Step.SUBMIT,
)


@dataclass(frozen=True)
class GiveConsent:
    """Records which text was agreed to, and when, before any picture is taken."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, caller: ApplicantCaller, version: str, *, accepted: bool) -> Progress:
        """The next step; a declined consent leaves the user where they are."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policies)
            if version != progress.policy.consent_version:
                raise DomainError(ErrorCode.CONSENT_VERSION_UNKNOWN)
            verification = progress.verification
            if accepted and verification.consented_at is None:
                require_step(progress, Step.CONSENT)
                verification.consent_version = version
                verification.consented_at = now
            uow.audit.append(
                actor=caller.applicant_id,
                action="consent.given" if accepted else "consent.declined",
                subject_id=verification.id,
                facts={"version": version},
            )
            uow.commit()
            return load_progress(uow, caller, self.policies)


@dataclass(frozen=True)
class ChooseDocument:
    """Sets the document type; choosing another one drops the captures of the first."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, caller: ApplicantCaller, document_type: DocumentType) -> Progress:
        """The step after the choice."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policies)
            if document_type not in progress.tier.document_types:
                raise DomainError(ErrorCode.UNSUPPORTED_TYPE)
            require_step(progress, *_BEFORE_SUBMISSION)
            if progress.verification.document_type is not document_type:
                for capture in progress.documents:
                    capture.superseded_at = now
                progress.verification.document_type = document_type
            uow.commit()
            return load_progress(uow, caller, self.policies)


@dataclass(frozen=True)
class AbandonVerification:
    """The user closed the widget before submitting; the next opening goes on from there."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, caller: ApplicantCaller) -> Progress:
        """The unchanged progress; only an unsubmitted first attempt counts as abandoned."""
        with self.storage.writing() as uow:
            progress = load_progress(uow, caller, self.policies, lock=True)
            verification = progress.verification
            is_first = verification.stage is Stage.CAPTURING and verification.attempt == 0
            # A closed page ends nothing while a phone goes on.
            if is_first and progress.on_phone is None:
                verification.move_to(Stage.ABANDONED)
                tell_partner(uow, self.chance, verification)
            uow.commit()
            return load_progress(uow, caller, self.policies)
