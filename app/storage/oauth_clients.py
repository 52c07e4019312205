"""OAuth2 clients, and the ids of tokens that may not be used (any more)."""

import hashlib
from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey, String, Table, delete, select
from sqlalchemy.orm import Session

from app.domain.oauth_client import OAuthClient
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime
from app.storage.repository import LockableRepository
from app.storage.upsert import insert_into

oauth_client_table = Table(
    "oauth_client",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False, index=True),
    Column("secret_hashes", JSON, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("jwks", JSON),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)
spent_token_id_table = Table(
    "spent_token_id",
    METADATA,
    # SHA-256 of purpose and id: a client's assertion ids are its own affair.
    Column("id_hash", String(64), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
MAPPING.map_imperatively(OAuthClient, oauth_client_table)


class OAuthClients(LockableRepository[OAuthClient]):
    """Every client of every partner."""

    row_type = OAuthClient

    def live(self, client_id: str) -> OAuthClient | None:
        """The client of this id unless it is revoked."""
        table = oauth_client_table.c
        return self._session.scalar(
            select(OAuthClient).where(table.id == client_id, table.revoked_at.is_(None))
        )

    def for_partner(self, partner_id: str) -> list[OAuthClient]:
        """The partner's clients, oldest first."""
        table = oauth_client_table.c
        statement = (
            select(OAuthClient)
            .where(table.partner_id == partner_id)
            .order_by(table.created_at, table.id)
        )
        return list(self._session.scalars(statement))


class SpentTokenIds:
    """Revoked access tokens and used assertions, until they would have expired by themselves."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def spend(self, purpose: str, token_id: str, expires_at: datetime) -> bool:
        """Whether this call was the first to spend the id."""
        statement = (
            insert_into(spent_token_id_table, self._session.get_bind().dialect.name)
            .values(id_hash=_hash(purpose, token_id), expires_at=expires_at)
            .on_conflict_do_nothing()
            .returning(spent_token_id_table.c.id_hash)
        )
        return self._session.scalar(statement) is not None

    def is_spent(self, purpose: str, token_id: str) -> bool:
        """Whether the id was spent."""
        table = spent_token_id_table.c
        found = select(table.id_hash).where(table.id_hash == _hash(purpose, token_id))
        return self._session.scalar(found) is not None

    def forget(self, now: datetime) -> None:
        """Delete the ids of tokens that are too old to be used anyway."""
        table = spent_token_id_table
        self._session.execute(delete(table).where(table.c.expires_at < now))


def _hash(purpose: str, token_id: str) -> str:
    return hashlib.sha256(f"{purpose}|{token_id}".encode()).hexdigest()
