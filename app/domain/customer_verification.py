"""One thing that a back office wants to know of a customer, asked of one provider, and its answer.

`verification_type` says what for (to know a customer, a business, an age), `check_type` says which
part of it is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.errors import DomainError, ErrorCode
from app.domain.reasons import ReasonCode


class VerificationType(StrEnum):
    """What a customer is verified for."""

    KYC = "kyc"
    KYB = "kyb"
    AGE = "age"
    BUSINESS_ENTITY = "business_entity"


class CheckType(StrEnum):
    """The part that is looked at."""

    IDENTITY = "identity"
    DOCUMENT = "document"
    SELFIE = "selfie"
    PROOF_OF_ADDRESS = "proof_of_address"
    AGE = "age"
    BUSINESS_ENTITY = "business_entity"
    REGISTRATION = "registration"


class CustomerStatus(StrEnum):
    """How the question stands."""

    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"


class Mover(StrEnum):
    """Who changes a status."""

    PROVIDER = "provider"
    CLOCK = "clock"
    OPERATOR = "operator"


Question = tuple[VerificationType, CheckType]

CHECK_TYPES: Mapping[VerificationType, tuple[CheckType, ...]] = {
    VerificationType.KYC: (
        CheckType.IDENTITY,
        CheckType.DOCUMENT,
        CheckType.SELFIE,
        CheckType.PROOF_OF_ADDRESS,
    ),
    VerificationType.KYB: (CheckType.BUSINESS_ENTITY, CheckType.REGISTRATION),
    VerificationType.AGE: (CheckType.AGE,),
    VerificationType.BUSINESS_ENTITY: (CheckType.BUSINESS_ENTITY, CheckType.REGISTRATION),
}
# A provider's answer is final; only a person puts right what turned out wrong, and what has
# expired is asked again.
TRANSITIONS: Mapping[tuple[CustomerStatus, CustomerStatus], frozenset[Mover]] = {
    (CustomerStatus.PENDING, CustomerStatus.VERIFIED): frozenset({Mover.PROVIDER, Mover.OPERATOR}),
    (CustomerStatus.PENDING, CustomerStatus.FAILED): frozenset({Mover.PROVIDER, Mover.OPERATOR}),
    (CustomerStatus.PENDING, CustomerStatus.EXPIRED): frozenset({Mover.CLOCK, Mover.OPERATOR}),
    (CustomerStatus.VERIFIED, CustomerStatus.EXPIRED): frozenset({Mover.CLOCK, Mover.OPERATOR}),
    (CustomerStatus.VERIFIED, CustomerStatus.FAILED): frozenset({Mover.OPERATOR}),
    (CustomerStatus.FAILED, CustomerStatus.VERIFIED): frozenset({Mover.OPERATOR}),
}
# What nobody has answered by then is asked again, rather than answered with what is out of date.
PENDING_FOR = timedelta(days=30)
REASON_MAX_CHARS = 500


@dataclass(frozen=True)
class ProviderAnswer:
    """What a provider says now. `result_payload` is JSON that identifies nobody.

    `verified_at` and `expires_at` count for `verified` only; without an end it holds for ever.
    """

    status: CustomerStatus
    reference: str | None = None
    result_payload: Mapping[str, object] = field(default_factory=dict)
    reason: str | None = None
    verified_at: datetime | None = None
    expires_at: datetime | None = None

    def has_run_out(self, now: datetime) -> bool:
        """Whether it held once and no longer does: then nothing is known any more."""
        return (
            self.status is CustomerStatus.VERIFIED
            and self.expires_at is not None
            and self.expires_at <= now
        )


@dataclass(eq=False)
class CustomerVerification:
    """A question and how it stands; `expires_at` is when a pending or verified one lapses.

    `reason` may be an operator's own words and hold personal data: it never goes into a log, an
    event or the audit.
    """

    id: str
    partner_id: str
    applicant_id: str
    actor_id: str
    verification_type: VerificationType
    check_type: CheckType
    provider: str
    created_at: datetime
    updated_at: datetime
    status: CustomerStatus = CustomerStatus.PENDING
    expires_at: datetime | None = None
    last_checked_at: datetime | None = None
    verified_at: datetime | None = None
    provider_reference: str | None = None
    reason: str | None = field(repr=False, default=None)
    result_payload: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason_code(self) -> str | None:
        """The reason where it is one of our codes, None for free text."""
        return self.reason if self.reason in set(ReasonCode) else None

    def move_to(self, status: CustomerStatus, mover: Mover, at: datetime) -> None:
        """Change the status. Raises DomainError(conflict) for what the table does not allow."""
        if mover not in TRANSITIONS.get((self.status, status), frozenset()):
            raise DomainError(
                ErrorCode.CONFLICT,
                "The status cannot change like this; `possible` lists what it may become.",
                status=self.status.value,
                possible=possible_statuses(self.status, mover),
            )
        self.status = status
        self.updated_at = at
        if status is CustomerStatus.FAILED:
            self.verified_at = self.expires_at = None

    def lapse(self, now: datetime) -> bool:
        """Whether its time has run out; then it is expired from that moment on."""
        lapses = Mover.CLOCK in TRANSITIONS.get((self.status, CustomerStatus.EXPIRED), frozenset())
        if not lapses or self.expires_at is None or self.expires_at > now:
            return False
        was_pending = self.status is CustomerStatus.PENDING
        self.move_to(CustomerStatus.EXPIRED, Mover.CLOCK, self.expires_at)
        self.reason = (ReasonCode.ABANDONED if was_pending else ReasonCode.EXPIRED).value
        return True

    def take(self, answer: ProviderAnswer, now: datetime) -> bool:
        """Take a provider's answer; whether the status changed.

        An answer that comes after the question was settled, by a person or by time, is too late.
        """
        if self.status is not CustomerStatus.PENDING:
            return False
        if self.lapse(now):
            return True
        if answer.has_run_out(now):
            answer = replace(answer, status=CustomerStatus.PENDING)
        self.last_checked_at = now
        self.provider_reference = answer.reference or self.provider_reference
        has_news = answer.reason != self.reason or answer.result_payload != self.result_payload
        self.reason = answer.reason
        self.result_payload = dict(answer.result_payload)
        if answer.status is self.status:
            self.updated_at = now if has_news else self.updated_at
            return False
        self.move_to(answer.status, Mover.PROVIDER, now)
        if answer.status is CustomerStatus.VERIFIED:
            self.verified_at = answer.verified_at or now
            self.expires_at = answer.expires_at
        return True

    def override(
        self, status: CustomerStatus, reason: str, now: datetime, valid_for: timedelta
    ) -> None:
        """An operator's word over the provider's. Raises DomainError(conflict)."""
        self.move_to(status, Mover.OPERATOR, now)
        self.reason = reason
        if status is CustomerStatus.VERIFIED:
            self.verified_at = now
            self.expires_at = now + valid_for
        if status is CustomerStatus.EXPIRED:
            self.expires_at = now


def possible_statuses(status: CustomerStatus, mover: Mover) -> list[str]:
    """What this one may make of a status."""
    return [
        after.value
        for (before, after), movers in TRANSITIONS.items()
        if before is status and mover in movers
    ]


@dataclass(frozen=True)
class CustomerVerificationFilter:
    """Which rows of one partner are wanted; the status is the one that holds at `now`.

    `occurred_after` is the first moment of creation that counts, `occurred_before` the first that
    no longer does.
    """

    partner_id: str
    now: datetime
    applicant_id: str | None = None
    status: CustomerStatus | None = None
    verification_type: VerificationType | None = None
    occurred_after: datetime | None = None
    occurred_before: datetime | None = None
