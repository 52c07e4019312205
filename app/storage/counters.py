"""Counters of rate-limit windows, shared by all processes."""

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Integer, String, Table, delete
from sqlalchemy.orm import Session

from app.storage.columns import METADATA, UtcDateTime
from app.storage.upsert import insert_into

rate_counter_table = Table(
    "rate_counter",
    METADATA,
    # SHA-256 of the key: keys may name a person or an address.
    Column("key_hash", String(64), primary_key=True),
    Column("window_start", UtcDateTime, primary_key=True, index=True),
    Column("hits", Integer, nullable=False),
)


class Counters:
    """Fixed windows. A hit counts only when its unit of work commits: give it one of its own."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hit(self, key: str, window_s: int, now: datetime) -> int:
        """How many hits this key has had in the window that `now` lies in, this one included."""
        table = rate_counter_table
        start = datetime.fromtimestamp(now.timestamp() // window_s * window_s, UTC)
        key_hash = hashlib.sha256(f"{window_s}|{key}".encode()).hexdigest()
        statement = (
            insert_into(table, self._session.get_bind().dialect.name)
            .values(key_hash=key_hash, window_start=start, hits=1)
            .on_conflict_do_update(
                index_elements=[table.c.key_hash, table.c.window_start],
                set_={"hits": table.c.hits + 1},
            )
            .returning(table.c.hits)
        )
        return int(self._session.scalars(statement).one())

    def forget(self, now: datetime, older_than: timedelta = timedelta(days=2)) -> None:
        """Delete windows that began longer ago than any limit looks back."""
        table = rate_counter_table
        self._session.execute(delete(table).where(table.c.window_start < now - older_than))
