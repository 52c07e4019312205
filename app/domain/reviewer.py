"""The people of a partner who decide what the machine left to them, and their sessions."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class ReviewerRole(StrEnum):
    """What a reviewer may do at the console; everybody's looks are audited."""

    REVIEWER = "reviewer"
    AUDITOR = "auditor"


@dataclass(eq=False)
class Reviewer:
    """A person with an account for one partner in one mode, found by e-mail address.

    `sealed_totp` is the shared secret of the authenticator, sealed under `wrapped_key`; it counts
    from `set_up_at` on. `totp_step` is the last time step of which a code was taken.
    `set_up_nonce` names the one set-up link that still works. `oidc_subject` is bound by the first
    sign-in at the identity provider.
    """

    id: str
    partner_id: str
    email: str = field(repr=False)
    name: str = field(repr=False)
    role: ReviewerRole
    created_at: datetime
    wrapped_key: bytes = field(repr=False)
    set_up_nonce: str | None = field(repr=False, default=None)
    password_hash: str | None = field(repr=False, default=None)
    sealed_totp: str | None = field(repr=False, default=None)
    totp_step: int = 0
    recovery_hashes: list[str] = field(repr=False, default_factory=list)
    oidc_subject: str | None = field(repr=False, default=None)
    set_up_at: datetime | None = None
    last_signed_in_at: datetime | None = None
    disabled_at: datetime | None = None

    @property
    def may_decide(self) -> bool:
        """Whether the role goes beyond looking."""
        return self.role is ReviewerRole.REVIEWER

    @property
    def state(self) -> str:
        """`disabled`, `active`, or `invited` until password or provider were used once."""
        if self.disabled_at is not None:
            return "disabled"
        return "active" if self.set_up_at or self.oidc_subject else "invited"

    def reset(self, set_up_nonce: str) -> None:
        """Forget password, authenticator and provider; only the new set-up link leads on."""
        self.set_up_nonce = set_up_nonce
        self.password_hash = self.sealed_totp = self.oidc_subject = None
        self.set_up_at = self.disabled_at = None
        self.recovery_hashes = []


class SignInMethod(StrEnum):
    """How somebody proved to be the reviewer."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    RECOVERY_CODE = "recovery_code"
    PROVIDER = "provider"


@dataclass(eq=False)
class ReviewerSession:
    """A sign-in of one browser, kept as the SHA-256 of what its cookie holds."""

    id: str
    reviewer_id: str
    token_hash: str = field(repr=False)
    method: SignInMethod
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    def is_live(self, now: datetime, idle: timedelta) -> bool:
        """Whether it was neither ended nor left alone for too long, and is not too old."""
        is_fresh = self.last_seen_at + idle > now
        return self.ended_at is None and self.expires_at > now and is_fresh
