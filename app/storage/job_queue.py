"""The workers' side of the jobs: claim with a lease, extend it, give back or give up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    update,
)

from app.storage.database import Database
from app.storage.jobs import ClaimedJob, JobState, job_table, still_ours
from app.storage.upsert import insert_into
from app.storage.worker_beats import count_alive, end_beat, note_beat

# A worker that was killed leaves its row behind; this much later nobody asks for it.
_BEATS_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class QueueStats:
    """How the queue is doing; the age is that of the job that has been due for longest."""

    oldest_due_age_s: float
    by_state: dict[JobState, int]


class JobQueue:
    """Every call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, now: datetime, lease_s: float, kinds: Collection[str]) -> ClaimedJob | None:
        """The longest due job of these kinds, now ours for `lease_s`, or None.

        A job whose lease ran out is due as well; taking it over counts a death.
        """
        due = _due(now, kinds)
        # Workers look far more often than they find: a look must not take the write lock.
        with self._database.reading.begin() as connection:
            if connection.execute(due).first() is None:
                return None
        with self._database.writing.begin() as connection:
            return _take(connection, due, now + timedelta(seconds=lease_s))

    def extend(self, claimed: ClaimedJob, now: datetime, lease_s: float) -> bool:
        """Whether the job is still ours, and then for `lease_s` more."""
        return self._change(claimed, leased_until=now + timedelta(seconds=lease_s))

    def back_off(self, claimed: ClaimedJob, run_at: datetime, error_code: str) -> bool:
        """Put the job back for later, if it is still ours."""
        return self._change(
            claimed,
            state=JobState.QUEUED,
            leased_until=None,
            run_at=run_at,
            error_code=error_code[:40],
        )

    def release(self, claimed: ClaimedJob) -> bool:
        """Put the job back at once as if it had not been claimed, if it is still ours."""
        return self._change(
            claimed,
            state=JobState.QUEUED,
            leased_until=None,
            attempts=job_table.c.attempts - 1,
        )

    def bury(self, claimed: ClaimedJob, now: datetime, error_code: str) -> bool:
        """Give the job up for good, if it is still ours."""
        return self._change(
            claimed,
            state=JobState.DEAD,
            leased_until=None,
            finished_at=now,
            error_code=error_code[:40],
        )

    def enqueue_slot(self, kind: str, slot: int, now: datetime) -> bool:
        """Whether this call added the periodic job of this slot; there is one for each slot."""
        statement = (
            insert_into(job_table, self._database.writing.dialect.name)
            .values(
                kind=kind,
                subject_id=str(slot),
                unique_key=f"{kind}:{slot}",
                state=JobState.QUEUED,
                run_at=now,
                lease=0,
                attempts=0,
                deaths=0,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=[job_table.c.unique_key])
            .returning(job_table.c.id)
        )
        with self._database.writing.begin() as connection:
            return connection.execute(statement).first() is not None

    def beat(self, worker_id: str, now: datetime) -> None:
        """Say that this worker is alive."""
        with self._database.writing.begin() as connection:
            note_beat(connection, worker_id, now, now - _BEATS_KEPT)

    def leave(self, worker_id: str) -> None:
        """Say that this worker has ended."""
        with self._database.writing.begin() as connection:
            end_beat(connection, worker_id)

    def count_workers(self, since: datetime) -> int:
        """How many workers have said since then that they are alive."""
        with self._database.reading.begin() as connection:
            return count_alive(connection, since)

    def stats(self, now: datetime) -> QueueStats:
        """Counts by state and how long the longest due job has waited, for readiness checks."""
        table = job_table.c
        counts = select(table.state, func.count()).group_by(table.state)
        oldest = select(func.min(table.run_at)).where(
            table.state == JobState.QUEUED, table.run_at <= now
        )
        with self._database.reading.begin() as connection:
            by_state: dict[JobState, int] = dict(connection.execute(counts).all())
            since = connection.scalar(oldest)
        age_s = 0.0 if since is None else (now - since).total_seconds()
        return QueueStats(age_s, {state: by_state.get(state, 0) for state in JobState})

    def _change(self, claimed: ClaimedJob, **values: object) -> bool:
        statement = (
            update(job_table).where(*still_ours(claimed)).values(**values).returning(job_table.c.id)
        )
        with self._database.writing.begin() as connection:
            return connection.execute(statement).first() is not None


def _due(now: datetime, kinds: Collection[str]) -> Select[int]:
    table = job_table.c
    waiting = and_(table.state == JobState.QUEUED, table.run_at <= now)
    abandoned = and_(table.state == JobState.RUNNING, table.leased_until < now)
    return (
        select(table.id)
        .where(table.kind.in_(sorted(kinds)), or_(waiting, abandoned))
        .order_by(table.run_at, table.id)
        .limit(1)
    )


def _take(connection: Connection, due: Select[int], leased_until: datetime) -> ClaimedJob | None:
    table = job_table.c
    died = case((table.state == JobState.RUNNING, 1), else_=0)
    # SQLite has no row locks, and SQLAlchemy leaves FOR UPDATE out there.
    chosen = due.with_for_update(skip_locked=True).scalar_subquery()
    row = connection.execute(
        update(job_table)
        .where(table.id == chosen)
        .values(
            state=JobState.RUNNING,
            lease=table.lease + 1,
            leased_until=leased_until,
            attempts=table.attempts + 1,
            deaths=table.deaths + died,
        )
        .returning(
            table.id, table.kind, table.subject_id, table.lease, table.attempts, table.deaths
        )
    ).first()
    return None if row is None else ClaimedJob(*row)
