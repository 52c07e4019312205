"""Partners, their API keys and their webhook endpoints."""

from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, ForeignKey, LargeBinary, String, Table, Text, select, update
from sqlalchemy import UniqueConstraint as Unique

from app.domain.partner import ApiKey, Mode, Partner, WebhookEndpoint
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import Repository

# A busy key would otherwise cost one write a request only to say that it is busy.
_TOUCH_EVERY = timedelta(minutes=1)

partner_table = Table(
    "partner",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("mode", WordOf(Mode), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("origins", JSON, nullable=False),
    Unique("name", "mode"),
)
api_key_table = Table(
    "api_key",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False, index=True),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("display_prefix", String(40), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)
webhook_endpoint_table = Table(
    "webhook_endpoint",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed_secrets", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)
MAPPING.map_imperatively(Partner, partner_table)
MAPPING.map_imperatively(ApiKey, api_key_table)
MAPPING.map_imperatively(WebhookEndpoint, webhook_endpoint_table)


class Partners(Repository[Partner]):
    """Every partner in every mode."""

    row_type = Partner

    def by_name(self, name: str, mode: Mode) -> Partner | None:
        """The partner of this name in this mode, if any."""
        table = partner_table.c
        return self._session.scalar(select(Partner).where(table.name == name, table.mode == mode))


class ApiKeys(Repository[ApiKey]):
    """Secret keys by their hash."""

    row_type = ApiKey

    def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key of this hash, revoked ones included."""
        return self._session.scalar(select(ApiKey).where(api_key_table.c.key_hash == key_hash))

    def live_for(self, partner_id: str) -> list[ApiKey]:
        """The partner's keys that are not revoked, oldest first."""
        table = api_key_table.c
        statement = (
            select(ApiKey)
            .where(table.partner_id == partner_id, table.revoked_at.is_(None))
            .order_by(table.created_at, table.id)
        )
        return list(self._session.scalars(statement))

    def touch(self, key_id: str, now: datetime) -> None:
        """Remember that the key was used, to the minute."""
        table = api_key_table.c
        self._session.execute(
            update(ApiKey)
            .where(
                table.id == key_id,
                table.last_used_at.is_(None) | (table.last_used_at <= now - _TOUCH_EVERY),
            )
            .values(last_used_at=now),
            execution_options={"synchronize_session": "fetch"},
        )


class WebhookEndpoints(Repository[WebhookEndpoint]):
    """Where partners want to be told."""

    row_type = WebhookEndpoint

    def live_for(self, partner_id: str) -> list[WebhookEndpoint]:
        """The partner's endpoints that are not disabled, oldest first."""
        table = webhook_endpoint_table.c
        statement = (
            select(WebhookEndpoint)
            .where(table.partner_id == partner_id, table.disabled_at.is_(None))
            .order_by(table.created_at, table.id)
        )
        return list(self._session.scalars(statement))
