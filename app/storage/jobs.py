"""Jobs as rows: enqueued and finished in the same transaction as the work they stand for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, Index, Integer, String, Table, delete, update
from sqlalchemy.orm import Session

from app.domain.chance import Clock
from app.storage.columns import METADATA, Id, UtcDateTime, WordOf
from app.storage.upsert import insert_into


class JobState(StrEnum):
    """Where a job stands; `done` and `dead` are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


job_table = Table(
    "job",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("unique_key", String(160), unique=True),
    Column("state", WordOf(JobState), nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    # Grows with every claim: whoever holds an older number has lost the job.
    Column("lease", Integer, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("deaths", Integer, nullable=False),
    Column("error_code", String(40)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index(None, "state", "run_at"),
    Index(None, "subject_id"),
    # A deleted job's id is not given out again: a late worker must not finish a stranger.
    sqlite_autoincrement=True,
)


@dataclass(frozen=True)
class ClaimedJob:
    """A job in the hands of one worker. `lease` is the fencing token.

    `attempts` counts claims, this one included; `deaths` those whose worker never came back.
    """

    id: int
    kind: str
    subject_id: str
    lease: int
    attempts: int
    deaths: int


class LeaseLost(Exception):
    """The job is no longer ours; whatever this unit of work changed must not be committed."""


class Jobs:
    """The part of the queue that belongs to a unit of work."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def enqueue(
        self,
        kind: str,
        subject_id: str,
        run_at: datetime | None = None,
        unique_key: str | None = None,
    ) -> bool:
        """Whether a job was added: False when one of this unique key was there, done or not."""
        now = self._clock()
        statement = (
            insert_into(job_table, self._session.get_bind().dialect.name)
            .values(
                kind=kind,
                subject_id=subject_id,
                unique_key=unique_key,
                state=JobState.QUEUED,
                run_at=run_at or now,
                lease=0,
                attempts=0,
                deaths=0,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=[job_table.c.unique_key])
            .returning(job_table.c.id)
        )
        return self._session.scalar(statement) is not None

    def finish(self, claimed: ClaimedJob) -> None:
        """Mark the job done. Raises LeaseLost unless it is still ours."""
        self._end(claimed, JobState.DONE)

    def bury(self, claimed: ClaimedJob) -> None:
        """Give the job up for good. Raises LeaseLost unless it is still ours."""
        self._end(claimed, JobState.DEAD)

    def forget_done(self, before: datetime) -> None:
        """Delete jobs that were done before this moment; dead ones stay for people to see."""
        table = job_table.c
        self._session.execute(
            delete(job_table).where(table.state == JobState.DONE, table.finished_at < before)
        )

    def _end(self, claimed: ClaimedJob, state: JobState) -> None:
        # Domain changes go first, so that their locks are taken in the same order everywhere.
        self._session.flush()
        ended = self._session.scalar(
            update(job_table)
            .where(*still_ours(claimed))
            .values(state=state, leased_until=None, finished_at=self._clock())
            .returning(job_table.c.id)
        )
        if ended is None:
            raise LeaseLost


def still_ours(claimed: ClaimedJob) -> tuple[ColumnElement[bool], ...]:
    """The condition under which a worker may change its job."""
    table = job_table.c
    return (
        table.id == claimed.id,
        table.lease == claimed.lease,
        table.state == JobState.RUNNING,
    )
