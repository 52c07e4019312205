"""Answers kept for requests that are sent again with the same Idempotency-Key."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, delete, select

from app.domain.idempotency import KEPT_FOR, IdempotencyRecord
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime
from app.storage.repository import Repository

idempotency_record_table = Table(
    "idempotency_record",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("sealed_answer", LargeBinary),
)
MAPPING.map_imperatively(IdempotencyRecord, idempotency_record_table)


class IdempotencyRecords(Repository[IdempotencyRecord]):
    """One row per caller and key, for as long as a client may still be trying."""

    row_type = IdempotencyRecord

    def live(self, key_hash: str, now: datetime) -> IdempotencyRecord | None:
        """The record of this key unless it has lapsed."""
        table = idempotency_record_table.c
        return self._session.scalar(
            select(IdempotencyRecord).where(
                table.key_hash == key_hash, table.created_at > now - KEPT_FOR
            )
        )

    def forget(self, now: datetime, key_hash: str | None = None) -> None:
        """Delete lapsed records; only that of one key when it is given."""
        table = idempotency_record_table.c
        lapsed = delete(idempotency_record_table).where(table.created_at <= now - KEPT_FOR)
        if key_hash is not None:
            lapsed = lapsed.where(table.key_hash == key_hash)
        self._session.execute(lapsed)
