"""One run through the widget, its stages, and the four words that the outside sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

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
    ERASED = "erased"


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
    # Back to examining when all that the machine lacked was a word on the proof of address.
    Stage.IN_REVIEW: _OUTCOMES | {Stage.EXAMINING},
    Stage.RETRY_REQUESTED: frozenset({Stage.CAPTURING}),
    Stage.REJECTED: frozenset({Stage.CAPTURING}),
    # Back to capturing is the step-up to a higher tier.
    Stage.VERIFIED: frozenset({Stage.EXPIRED, Stage.RETRY_REQUESTED, Stage.CAPTURING}),
    Stage.EXPIRED: frozenset({Stage.CAPTURING}),
    # Erasure takes no regard of the table: it may come at any stage, and nothing follows it.
    Stage.ERASED: frozenset(),
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
    Stage.ERASED: KycStatus.NOT_STARTED,
}


@dataclass(eq=False)
class Verification:
    """A verification of one applicant; mutable, changed only through the use cases.

    `claimed` holds the partner's claims and `declared` what it declared of the document when it
    sent files by API, sealed under `wrapped_key`; nothing here is readable personal data.
    `expected_by` is set while the partner waits for us, for the machine or for people. A step-up to
    a higher tier leaves the user verified at `held_tier` until `held_until`, whatever becomes of
    it. Attempts, pictures and challenges count from `begun_anew_at`, when another try was allowed
    after a rejection.
    """

    id: str
    partner_id: str
    applicant_id: str
    tier: str
    created_at: datetime
    wrapped_key: bytes
    stage: Stage = Stage.CAPTURING
    claimed: bytes | None = None
    declared: bytes | None = None
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
    held_tier: str | None = None
    held_until: datetime | None = None
    begun_anew_at: datetime | None = None

    @property
    def kyc_status(self) -> KycStatus:
        """The word for the outside."""
        return status_of(self)

    @property
    def verified_tier(self) -> str | None:
        """The tier at which the user is verified now, if at any."""
        return self.tier if self.stage is Stage.VERIFIED else self.held_tier

    @property
    def is_retryable(self) -> bool:
        """Whether the user can mend a failure inside the widget."""
        return is_retryable(self)

    def step_up(self, tier: str) -> None:
        """Begin again for a higher tier; what is verified is held until its own end."""
        self.held_tier, self.held_until = self.tier, self.expires_at
        self.tier = tier
        self.attempt = 0
        self.reasons = []
        self.move_to(Stage.CAPTURING)

    def erase(self) -> None:
        """Destroy the key of everything that was sealed, whatever the stage."""
        self.wrapped_key = b""
        self.claimed = None
        self.declared = None
        self.expected_by = None
        self.held_tier = None
        self.stage = Stage.ERASED

    def move_to(self, stage: Stage) -> None:
        """Change the stage, or raise when the table does not allow it."""
        if stage not in TRANSITIONS[self.stage]:
            raise DomainError(ErrorCode.WRONG_STEP, stage=self.stage.value)
        self.stage = stage


class Standing(Protocol):
    """What a status follows from: a verification, or as much of one as was read."""

    @property
    def stage(self) -> Stage | None: ...
    @property
    def attempt(self) -> int | None: ...
    @property
    def reasons(self) -> list[str] | None: ...
    @property
    def held_tier(self) -> str | None: ...


def status_of(standing: Standing | None) -> KycStatus:
    """The word for the outside; a retry under way still reads as failed until resubmitted.

    Whoever steps up to a higher tier stays verified at the one that is held.
    """
    if standing is None or standing.stage is None:
        return KycStatus.NOT_STARTED
    if standing.held_tier is not None:
        return KycStatus.VERIFIED
    if standing.stage is Stage.CAPTURING and standing.attempt and standing.reasons:
        return KycStatus.FAILED
    return _STATUS[standing.stage]


def is_retryable(standing: Standing) -> bool:
    """Whether the user can mend a failure inside the widget."""
    return status_of(standing) is KycStatus.FAILED and standing.stage is not Stage.REJECTED
