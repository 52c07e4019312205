"""Which workers are alive: each says so every few seconds, in a row of its own."""

from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, func, select

from app.storage.columns import METADATA, Id, UtcDateTime
from app.storage.upsert import insert_into

worker_beat_table = Table(
    "worker_beat",
    METADATA,
    Column("worker_id", Id, primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
)


def note_beat(connection: Connection, worker_id: str, now: datetime, forget: datetime) -> None:
    """The worker is alive now; rows that were last seen before `forget` go."""
    table = worker_beat_table
    connection.execute(
        insert_into(table, connection.dialect.name)
        .values(worker_id=worker_id, seen_at=now)
        .on_conflict_do_update(index_elements=[table.c.worker_id], set_={"seen_at": now})
    )
    connection.execute(delete(table).where(table.c.seen_at < forget))


def end_beat(connection: Connection, worker_id: str) -> None:
    """The worker has ended as it should."""
    connection.execute(delete(worker_beat_table).where(worker_beat_table.c.worker_id == worker_id))


def count_alive(connection: Connection, since: datetime) -> int:
    """How many workers were seen since then."""
    seen_at = worker_beat_table.c.seen_at
    return connection.scalar(select(func.count()).where(seen_at >= since)) or 0
