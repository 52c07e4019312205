import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from app.storage.job_queue import JobQueue
from app.storage.jobs import JobState
from app.storage.unit_of_work import Storage
from tests.builders.moments import StillClock

JOBS = 60
KILLS = 6


@pytest.mark.slow
def test_workers_killed_at_any_moment_lose_and_repeat_nothing(
    storage: Storage, database_url: str, clock: StillClock
) -> None:
    with storage.writing() as unit:
        for number in range(JOBS):
            unit.jobs.enqueue("note", f"ver_{number}")
        unit.commit()
    queue = JobQueue(storage.database)
    with _workers(database_url, 2) as workers:
        kills = _kill_until_done(queue, workers, database_url, clock)
        started = time.monotonic()
        workers[0].terminate()
        assert workers[0].wait(timeout=10) == 0
        assert time.monotonic() - started < 5
    assert kills == KILLS
    _assert_done_exactly_once(storage, queue, clock)


def _kill_until_done(
    queue: JobQueue, workers: list[subprocess.Popen[bytes]], url: str, clock: StillClock
) -> int:
    dice, kills, deadline = random.Random(7), 0, time.monotonic() + 60
    while (done := queue.stats(clock()).by_state[JobState.DONE]) < JOBS:
        assert time.monotonic() < deadline, f"{done} of {JOBS} jobs done"
        time.sleep(0.02)
        # One kill for each eighth of the work, so that every kill meets a running job.
        if kills < KILLS and done >= (kills + 1) * JOBS // 8:
            time.sleep(dice.uniform(0, 0.05))
            # The longest-running one: a process that has only begun to start holds no job.
            victim = workers.pop(0)
            victim.kill()
            victim.wait()
            workers.append(_start(url))
            kills += 1
    return kills


def _assert_done_exactly_once(storage: Storage, queue: JobQueue, clock: StillClock) -> None:
    with storage.reading() as unit:
        assert unit.audit.verify() is None
        effects = [
            row.subject_id
            for row in unit._session.execute(text("SELECT subject_id FROM audit_line"))
        ]
    assert sorted(effects) == sorted(f"ver_{number}" for number in range(JOBS))
    assert queue.stats(clock()).by_state[JobState.DONE] == JOBS
    with storage.database.reading.begin() as connection:
        # Kills that met no running job would prove nothing.
        assert (connection.scalar(text("SELECT sum(deaths) FROM job")) or 0) >= 1
    if not storage.database.is_postgres:
        with storage.database.reading.begin() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@contextmanager
def _workers(url: str, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    workers = [_start(url) for _ in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _start(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.builders.job_worker", url])
