"""The company that embeds us, its keys and where its webhooks go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Mode(StrEnum):
    """Test keys and live keys never see each other's data."""

    TEST = "test"
    LIVE = "live"


class Scope(StrEnum):
    """What a partner's credential may do."""

    KYC_READ = "kyc:read"
    KYC_WRITE = "kyc:write"
    WEBHOOKS_MANAGE = "webhooks:manage"


@dataclass(eq=False)
class Partner:
    """A relying party in one mode. `origins` are exact: scheme, host and port.

    `publishable_key` names the partner in a page and opens nothing. `user_jwks` are the public
    keys by which tokens of `user_jwt_issuer` for the partner's signed-in users are checked.
    """

    id: str
    name: str
    mode: Mode
    created_at: datetime
    origins: list[str] = field(default_factory=list)
    policy_hash: str | None = None
    publishable_key: str | None = None
    user_jwt_issuer: str | None = None
    user_jwt_audience: str | None = None
    user_jwks: Mapping[str, object] | None = None


@dataclass(eq=False)
class PolicyRevision:
    """A policy file of a partner as it was written; the active one is named by the partner."""

    id: str
    partner_id: str
    hash: str
    version: int
    text: str
    created_by: str
    created_at: datetime


@dataclass(eq=False)
class PartnerTheme:
    """How the partner's widget looks: the file as it was written, and what browsers get of it."""

    partner_id: str
    hash: str
    text: str
    css: str
    created_at: datetime
    logo: bytes | None = None
    logo_kind: str | None = None


@dataclass(eq=False)
class ApiKey:
    """A secret key, kept as its SHA-256; two may live at once so that one can be rotated."""

    id: str
    partner_id: str
    key_hash: str
    display_prefix: str
    created_at: datetime
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    scopes: list[str] = field(default_factory=lambda: [scope.value for scope in Scope])


class SignatureScheme(StrEnum):
    """How events are signed: with a secret of both sides, or with a key that the partner lacks."""

    HMAC = "v1"
    ED25519 = "v1a"


class EndpointStatus(StrEnum):
    """Whether an endpoint gets events, and if not, why: paused by the partner, or said 410."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


class DisabledReason(StrEnum):
    """Why an endpoint gets no events: the receiver said 410, the partner paused or deleted it."""

    GONE = "gone"
    PAUSED = "paused"
    DELETED = "deleted"


# The older of two signing secrets goes on for as long as a deployment may need.
OLD_SECRET_LIFETIME = timedelta(hours=24)
MAX_WEBHOOK_ENDPOINTS = 10
# Tells a sealed private key from a sealed secret, neither of which can be looked into.
_ED25519_MARK = f"{SignatureScheme.ED25519}:"


@dataclass(eq=False)
class WebhookEndpoint:
    """Where events go; `sealed_secrets` are signing secrets under `wrapped_key`, newest first.

    Those of Ed25519 carry a mark, which `sign_with` sets and `signing_secrets` takes off.
    An empty `event_types` means all of them. `rotated_at` is when the newest secret was made,
    None for the one that the endpoint began with.
    """

    id: str
    partner_id: str
    url: str
    wrapped_key: bytes
    sealed_secrets: list[str]
    created_at: datetime
    disabled_at: datetime | None = None
    event_types: list[str] = field(default_factory=list)
    description: str | None = None
    disabled_reason: DisabledReason | None = None
    rotated_at: datetime | None = None

    @property
    def is_deleted(self) -> bool:
        """Whether it is disabled for good."""
        return self.disabled_reason is DisabledReason.DELETED

    @property
    def status(self) -> EndpointStatus:
        """How an endpoint that is not deleted stands."""
        if self.disabled_at is None:
            return EndpointStatus.ACTIVE
        return EndpointStatus(self.disabled_reason or DisabledReason.GONE)

    @property
    def secret_created_at(self) -> datetime:
        """When the newest secret was made."""
        return self.rotated_at or self.created_at

    def wants(self, event_type: str) -> bool:
        """Whether the endpoint is told of events of this type."""
        return not self.event_types or event_type in self.event_types

    def disable(self, reason: DisabledReason, now: datetime) -> None:
        """Send nothing there any more."""
        self.disabled_at, self.disabled_reason = now, reason

    def enable(self) -> None:
        """Send there again, from the next event on."""
        self.disabled_at = self.disabled_reason = None

    @property
    def signature_scheme(self) -> SignatureScheme:
        """How the newest secret signs."""
        is_ed25519 = self.sealed_secrets[0].startswith(_ED25519_MARK)
        return SignatureScheme.ED25519 if is_ed25519 else SignatureScheme.HMAC

    def sign_with(self, sealed: str, scheme: SignatureScheme) -> None:
        """Take a secret as the newest; the one before it stays beside it."""
        mark = _ED25519_MARK if scheme is SignatureScheme.ED25519 else ""
        self.sealed_secrets = [mark + sealed, *self.sealed_secrets[:1]]

    def rotate(self, sealed: str, now: datetime) -> None:
        """Sign with a new secret; the one before it goes on beside it for a day."""
        self.sign_with(sealed, self.signature_scheme)
        self.rotated_at = now

    def retire_old_secret(self) -> None:
        """Sign with the newest secret alone."""
        self.sealed_secrets = self.sealed_secrets[:1]

    def old_secret_until(self, now: datetime) -> datetime | None:
        """When the older of two secrets lapses; None when there is only one by now."""
        if len(self.sealed_secrets) < 2:
            return None
        until = self.secret_created_at + OLD_SECRET_LIFETIME
        return until if until > now else None

    def signing_secrets(self, now: datetime) -> list[str]:
        """The sealed secrets that sign at this moment, newest first: two while rotating."""
        live = self.sealed_secrets[: 1 if self.old_secret_until(now) is None else 2]
        return [sealed.removeprefix(_ED25519_MARK) for sealed in live]
