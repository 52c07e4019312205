"""The company that embeds us, its keys and where its webhooks go."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    """Test keys and live keys never see each other's data."""

    TEST = "test"
    LIVE = "live"


@dataclass(eq=False)
class Partner:
    """A relying party in one mode. `origins` are exact: scheme, host and port."""

    id: str
    name: str
    mode: Mode
    created_at: datetime
    origins: list[str] = field(default_factory=list)


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


@dataclass(eq=False)
class WebhookEndpoint:
    """Where events go; `sealed_secrets` are signing secrets under `wrapped_key`, newest first."""

    id: str
    partner_id: str
    url: str
    wrapped_key: bytes
    sealed_secrets: list[str]
    created_at: datetime
    disabled_at: datetime | None = None
