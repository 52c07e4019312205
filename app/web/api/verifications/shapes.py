"""What the verifications face takes and gives."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from app.domain.customer_verification import (
    REASON_MAX_CHARS,
    CheckType,
    CustomerStatus,
    VerificationType,
)
from app.web.api.widget.client_tokens import PartnerUserId
from app.web.bodies import WORDS, Answer, Body
from app.web.times import Instant

if TYPE_CHECKING:
    from app.services.read_customer_verification import AboutCustomer

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _lower(word: object) -> object:
    return word.lower() if isinstance(word, str) else word


def _moment(text: object) -> object:
    """A moment in UTC. Raises ValueError for other notations."""
    if not isinstance(text, str) or not _RFC3339.fullmatch(text):
        raise ValueError("Write a moment like 2026-01-31T09:30:00Z")
    moment = datetime.fromisoformat(text.upper())
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        # Hours before the year 1 or after 9999: nothing that is stored lies between.
        return _FIRST if moment.year == 1 else _LAST


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="validation"),
]
_VerificationType = Annotated[VerificationType, BeforeValidator(_lower)]
_CheckType = Annotated[CheckType, BeforeValidator(_lower)]
_Status = Annotated[CustomerStatus, BeforeValidator(_lower)]


class Override(StrEnum):
    """What an operator may say: the act, or the status that follows from it."""

    APPROVE = "approve"
    REJECT = "reject"
    EXPIRE = "expire"
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"

    @property
    def status(self) -> CustomerStatus:
        """The status that follows."""
        return _STATUS_AFTER.get(self) or CustomerStatus(self.value)


_STATUS_AFTER = {
    Override.APPROVE: CustomerStatus.VERIFIED,
    Override.REJECT: CustomerStatus.FAILED,
    Override.EXPIRE: CustomerStatus.EXPIRED,
}


class ListCustomerVerificationsQuery(Body):
    """Filters; each narrows the list down. `occurred_…` is the moment of creation."""

    customer_id: PartnerUserId | None = None
    status: _Status | None = None
    verification_type: _VerificationType | None = None
    occurred_after: Moment | None = None
    occurred_before: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=2048)] | None = None


class CreateCustomerVerificationBody(Body):
    """What is asked of which provider about one customer."""

    customer_id: PartnerUserId
    verification_type: _VerificationType
    check_type: _CheckType
    provider: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class OverrideCustomerVerificationBody(Body):
    """The operator's decision and why; the reason is a code or a person's own words."""

    status: Annotated[Override, BeforeValidator(_lower)]
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, pattern=WORDS, max_length=REASON_MAX_CHARS),
    ]


class CustomerVerificationData(Answer):
    """One question about a customer, and how it stands."""

    id: str
    organization_id: str
    customer_id: str
    actor_id: str
    verification_type: VerificationType
    check_type: CheckType
    provider: str
    provider_reference: str | None
    status: CustomerStatus
    reason: str | None
    result_payload: dict[str, Any]
    created_at: Instant
    updated_at: Instant
    last_checked_at: Instant | None
    verified_at: Instant | None
    expires_at: Instant | None

    @classmethod
    def of(cls, about: AboutCustomer) -> Self:
        """The outside's form of a question."""
        question = about.question
        return cls(
            id=question.id,
            organization_id=question.partner_id,
            customer_id=about.customer_id,
            actor_id=question.actor_id,
            verification_type=question.verification_type,
            check_type=question.check_type,
            provider=question.provider,
            provider_reference=question.provider_reference,
            status=question.status,
            reason=question.reason,
            result_payload=dict(question.result_payload),
            created_at=question.created_at,
            updated_at=question.updated_at,
            last_checked_at=question.last_checked_at,
            verified_at=question.verified_at,
            expires_at=question.expires_at,
        )


class CustomerVerificationAnswer(Answer):
    """One question."""

    data: CustomerVerificationData


class CustomerVerificationListAnswer(Answer):
    """A page, newest first; no `next_cursor` means that this was the last."""

    data: list[CustomerVerificationData]
    next_cursor: str | None
