"""The person being proofed, known to us only by the partner's own name for them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RiskLevel(StrEnum):
    """How risky the partner deems a user to be."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(eq=False)
class Applicant:
    """One user of one partner. `version` grows with every change that the outside can see.

    `profile` is what the partner told of the user (names, address), sealed under `wrapped_key`.
    An erased applicant has lost its key, its profile and its name; the row only counts.
    """

    id: str
    partner_id: str
    partner_user_id: str = field(repr=False)
    created_at: datetime
    version: int = 0
    verification_id: str | None = None
    wrapped_key: bytes = field(repr=False, default=b"")
    profile: bytes | None = field(repr=False, default=None)
    risk_level: RiskLevel | None = None
    suspended_at: datetime | None = None
    erased_at: datetime | None = None


@dataclass(eq=False)
class ClientSession:
    """One opening of the widget: the row behind a client token, its origins and where to go on.

    `launch_jti` names the only launch code that buys a token here; `launched_at` marks that of the
    partner used. A spare code is used up by naming the next one.
    """

    id: str
    partner_id: str
    applicant_id: str
    origins: list[str]
    launch_jti: str
    created_at: datetime
    expires_at: datetime
    locale: str | None = None
    payment_url: str | None = None
    launched_at: datetime | None = None
    revoked_at: datetime | None = None
    return_url: str | None = None

    @property
    def language(self) -> str:
        """The locale that the partner asked for, English where it left that to the browser."""
        return self.locale or "en"


@dataclass(eq=False)
class TransactionSession:
    """A session in which a verified applicant may transact."""

    id: str
    partner_id: str
    applicant_id: str
    created_at: datetime
    expires_at: datetime
