"""One run through the widget, its stages, and the four words that the outside sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import DocumentType


class Stage(StrEnum):
    """Where a verification stands."""

    CAPTURING = "capturing"
    SUBMITTED = "submitted"
    EXAMINING = "examining"
    IN_REVIEW = "in_review"
    RETRY_REQUESTED = "retry_requested"
    REJECTED = "rejected"
    VERIFIED = "verified"
    EXPIRED = "expired"
    ABANDONED = "abandoned"


class KycStatus(StrEnum):
    """The status word that partners rely on."""

    NOT_STARTED = "not_started"
    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"


_OUTCOMES = frozenset({Stage.VERIFIED, Stage.RETRY_REQUESTED, Stage.REJECTED})

TRANSITIONS: Mapping[Stage, frozenset[Stage]] = {
    Stage.CAPTURING: frozenset({Stage.SUBMITTED, Stage.ABANDONED}),
    Stage.ABANDONED: frozenset({Stage.CAPTURING}),
    Stage.SUBMITTED: frozenset({Stage.EXAMINING, Stage.IN_REVIEW}),
    Stage.EXAMINING: _OUTCOMES | {Stage.IN_REVIEW},
    Stage.IN_REVIEW: _OUTCOMES,
    Stage.RETRY_REQUESTED: frozenset({Stage.CAPTURING}),
    Stage.REJECTED: frozenset({Stage.CAPTURING}),
    Stage.VERIFIED: frozenset({Stage.EXPIRED, Stage.RETRY_REQUESTED}),
    Stage.EXPIRED: frozenset({Stage.CAPTURING}),
}

_STATUS: Mapping[Stage, KycStatus] = {
    Stage.CAPTURING: KycStatus.NOT_STARTED,
    Stage.ABANDONED: KycStatus.NOT_STARTED,
    Stage.SUBMITTED: KycStatus.PENDING,
    Stage.EXAMINING: KycStatus.PENDING,
    Stage.IN_REVIEW: KycStatus.PENDING,
    Stage.RETRY_REQUESTED: KycStatus.FAILED,
    Stage.REJECTED: KycStatus.FAILED,
    Stage.VERIFIED: KycStatus.VERIFIED,
    Stage.EXPIRED: KycStatus.NOT_STARTED,
}


@dataclass(eq=False)
class Verification:
    """A verification of one applicant; mutable, changed only through the use cases.

    `claimed` holds the partner's claims sealed under `wrapped_key`; nothing here is readable
    personal data. `expected_by` is set while the partner waits for us.
    """

    id: str
    partner_id: str
    applicant_id: str
    tier: str
    created_at: datetime
    wrapped_key: bytes
    stage: Stage = Stage.CAPTURING
    claimed: bytes | None = None
    consent_version: str | None = None
    consented_at: datetime | None = None
    document_type: DocumentType | None = None
    attempt: int = 0
    reasons: list[str] = field(default_factory=list)
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    verified_at: datetime | None = None
    expires_at: datetime | None = None
    expected_by: datetime | None = None

    @property
    def kyc_status(self) -> KycStatus:
        """The word for the outside; a retry under way still reads as failed until resubmitted."""
        if self.stage is Stage.CAPTURING and self.attempt > 0 and self.reasons:
            return KycStatus.FAILED
        return _STATUS[self.stage]

    @property
    def is_retryable(self) -> bool:
        """Whether the user can mend a failure inside the widget."""
        return self.kyc_status is KycStatus.FAILED and self.stage is not Stage.REJECTED

    def move_to(self, stage: Stage) -> None:
        """Change the stage, or raise when the table does not allow it."""
        if stage not in TRANSITIONS[self.stage]:
            raise DomainError(ErrorCode.WRONG_STEP, stage=self.stage.value)
        self.stage = stage


def status_of(verification: Verification | None) -> KycStatus:
    """The status of an applicant whose current verification is this one, if any."""
    return KycStatus.NOT_STARTED if verification is None else verification.kyc_status
