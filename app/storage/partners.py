"""Partners, their API keys and their webhook endpoints."""

from datetime import datetime, timedelta

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    func,
    select,
    update,
)
from sqlalchemy import UniqueConstraint as Unique

from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import (
    OLD_SECRET_LIFETIME,
    ApiKey,
    DisabledReason,
    Mode,
    Partner,
    PolicyRevision,
    WebhookEndpoint,
)
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import LockableRepository, Repository

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
    Column("policy_hash", String(64)),
    Column("publishable_key", String(80), unique=True),
    Column("user_jwt_issuer", Text, unique=True),
    Column("user_jwt_audience", Text),
    Column("user_jwks", JSON),
    Unique("name", "mode"),
)
policy_revision_table = Table(
    "policy_revision",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Unique("partner_id", "version"),
    Index(None, "partner_id", "hash"),
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
    Column("scopes", JSON, nullable=False),
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
    Column("event_types", JSON, nullable=False),
    Column("description", Text),
    Column("disabled_reason", WordOf(DisabledReason)),
    Column("rotated_at", UtcDateTime),
)
MAPPING.map_imperatively(Partner, partner_table)
MAPPING.map_imperatively(PolicyRevision, policy_revision_table)
MAPPING.map_imperatively(ApiKey, api_key_table)
MAPPING.map_imperatively(WebhookEndpoint, webhook_endpoint_table)


class Partners(LockableRepository[Partner]):
    """Every partner in every mode."""

    row_type = Partner

    def by_name(self, name: str, mode: Mode) -> Partner | None:
        """The partner of this name in this mode, if any."""
        table = partner_table.c
        return self._session.scalar(select(Partner).where(table.name == name, table.mode == mode))

    def by_publishable_key(self, key: str) -> Partner | None:
        """The partner that this key names, if any."""
        statement = select(Partner).where(partner_table.c.publishable_key == key)
        return self._session.scalar(statement)

    def by_user_issuer(self, issuer: str) -> Partner | None:
        """The partner that has registered this issuer of users' tokens, if any."""
        statement = select(Partner).where(partner_table.c.user_jwt_issuer == issuer)
        return self._session.scalar(statement)

    def ids(self) -> list[str]:
        """Every partner's id, the oldest first."""
        table = partner_table.c
        return list(self._session.scalars(select(table.id).order_by(table.created_at, table.id)))


class PolicyRevisions(Repository[PolicyRevision]):
    """Every policy file that a partner ever activated."""

    row_type = PolicyRevision

    def by_hash(self, partner_id: str, digest: str) -> PolicyRevision:
        """The newest revision of this content. Raises DomainError `not_found`."""
        table = policy_revision_table.c
        statement = (
            select(PolicyRevision)
            .where(table.partner_id == partner_id, table.hash == digest)
            .order_by(table.version.desc())
            .limit(1)
        )
        return self._present(self._session.scalar(statement))

    def newest(self, partner_id: str) -> PolicyRevision | None:
        """The revision of the highest version, if there is one."""
        table = policy_revision_table.c
        statement = (
            select(PolicyRevision)
            .where(table.partner_id == partner_id)
            .order_by(table.version.desc())
            .limit(1)
        )
        return self._session.scalar(statement)


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


class WebhookEndpoints(LockableRepository[WebhookEndpoint]):
    """Where partners want to be told."""

    row_type = WebhookEndpoint

    def of_partner(self, partner_id: str, row_id: str) -> WebhookEndpoint:
        """The partner's endpoint, deleted ones included. Raises DomainError `not_found`."""
        return self._owned(self.get(row_id), partner_id)

    def lock_of_partner(self, partner_id: str, row_id: str) -> WebhookEndpoint:
        """The same, held for change."""
        return self._owned(self.lock(row_id), partner_id)

    def kept_for(self, partner_id: str) -> list[WebhookEndpoint]:
        """The partner's endpoints that are not deleted, disabled ones included, oldest first."""
        table = webhook_endpoint_table.c
        reason = table.disabled_reason
        statement = (
            select(WebhookEndpoint)
            .where(
                table.partner_id == partner_id,
                reason.is_(None) | (reason != DisabledReason.DELETED),
            )
            .order_by(table.created_at, table.id)
        )
        return list(self._session.scalars(statement))

    def live_for(self, partner_id: str) -> list[WebhookEndpoint]:
        """The partner's endpoints that are not disabled, oldest first."""
        table = webhook_endpoint_table.c
        statement = (
            select(WebhookEndpoint)
            .where(table.partner_id == partner_id, table.disabled_at.is_(None))
            .order_by(table.created_at, table.id)
        )
        return list(self._session.scalars(statement))

    def with_lapsed_secret(self, now: datetime, limit: int) -> list[WebhookEndpoint]:
        """Endpoints whose older secret no longer signs and is still kept."""
        table = webhook_endpoint_table.c
        statement = (
            select(WebhookEndpoint)
            .where(
                table.rotated_at <= now - OLD_SECRET_LIFETIME,
                func.json_array_length(table.sealed_secrets) > 1,
            )
            .order_by(table.rotated_at, table.id)
            .limit(limit)
        )
        return list(self._session.scalars(statement))

    @staticmethod
    def _owned(endpoint: WebhookEndpoint, partner_id: str) -> WebhookEndpoint:
        if endpoint.partner_id != partner_id:
            raise DomainError(ErrorCode.NOT_FOUND)
        return endpoint
