import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from structlog.testing import capture_logs

from app.domain.errors import DomainError, ErrorCode
from app.storage.job_queue import JobQueue
from app.storage.jobs import ClaimedJob, JobState
from app.storage.unit_of_work import Storage
from app.worker import (
    EXIT_DRAINED,
    EXIT_WALL_LIMIT,
    JOB_LEASE_LOST,
    Handler,
    Worker,
    WorkerLimits,
    stop_on_signals,
)
from tests.builders.moments import NOON, StillClock


class Bench:
    """A worker over a fresh database, what it buried, and how it left."""

    def __init__(self, storage: Storage, clock: StillClock) -> None:
        self.storage = storage
        self.clock = clock
        self.queue = JobQueue(storage.database)
        self.stop = threading.Event()
        self.buried: list[ClaimedJob] = []
        self.exits: list[int] = []
        self.trims: list[datetime] = []

    def worker(self, handler: Handler, on_dead: Handler | None = None, **limits: float) -> Worker:
        return Worker(
            self.queue,
            {"examine": handler},
            on_dead=on_dead or self.buried.append,
            clock=self.clock,
            random=Random(1),
            limits=WorkerLimits(**limits),  # type: ignore[arg-type]
            exit_hard=self.exits.append,
            return_memory=lambda: self.trims.append(self.clock()),
        )

    def enqueue(self, subject_id: str = "ver_1") -> None:
        with self.storage.writing() as unit:
            unit.jobs.enqueue("examine", subject_id)
            unit.commit()

    def finish(self, claimed: ClaimedJob) -> None:
        with self.storage.writing() as unit:
            unit.jobs.finish(claimed)
            unit.commit()

    def count(self, state: JobState) -> int:
        return self.queue.stats(self.clock()).by_state[state]


@pytest.fixture
def bench(sqlite_storage: Storage, clock: StillClock) -> Bench:
    return Bench(sqlite_storage, clock)


def test_a_job_is_run_and_finished(bench: Bench) -> None:
    bench.enqueue()
    worker = bench.worker(bench.finish)
    assert worker.run_one(bench.stop)
    assert bench.count(JobState.DONE) == 1
    assert not worker.run_one(bench.stop)


def test_after_a_long_job_its_memory_is_given_back(bench: Bench) -> None:
    bench.enqueue()
    bench.worker(bench.finish, return_memory_after_s=60.0).run_one(bench.stop)
    assert bench.trims == []
    bench.enqueue("ver_2")
    bench.worker(bench.finish, return_memory_after_s=0.0).run_one(bench.stop)
    assert len(bench.trims) == 1


def test_a_job_that_raises_waits_longer_each_time_and_then_dies(bench: Bench) -> None:
    bench.enqueue()
    worker = bench.worker(_raise(ValueError("marked-value")), max_attempts=3)
    for least_s, most_s in ((1, 2), (2, 4)):
        worker.run_one(bench.stop)
        bench.clock.move(seconds=least_s - 0.01)
        assert not worker.run_one(bench.stop)
        bench.clock.move(seconds=most_s - least_s + 0.01)
    worker.run_one(bench.stop)
    assert [claimed.attempts for claimed in bench.buried] == [3]
    assert bench.count(JobState.DEAD) == 1


def test_an_outage_never_kills_a_job(bench: Bench) -> None:
    bench.enqueue()
    worker = bench.worker(_raise(DomainError(ErrorCode.RETRY_LATER)), max_attempts=2)
    for _ in range(5):
        assert worker.run_one(bench.stop)
        bench.clock.move(seconds=301)
    assert bench.buried == []
    assert bench.count(JobState.QUEUED) == 1


def test_a_job_that_killed_three_workers_is_handed_over_without_a_fourth_try(bench: Bench) -> None:
    bench.enqueue("ver_poison")
    tried: list[ClaimedJob] = []
    for _ in range(3):
        assert bench.queue.claim(bench.clock(), 60, ["examine"]) is not None
        bench.clock.move(seconds=61)
    bench.enqueue("ver_other")
    worker = bench.worker(tried.append)
    worker.run_one(bench.stop)
    assert [claimed.subject_id for claimed in bench.buried] == ["ver_poison"]
    assert tried == []
    assert bench.count(JobState.DEAD) == 1
    worker.run_one(bench.stop)
    assert [claimed.subject_id for claimed in tried] == ["ver_other"]


def test_the_dead_are_told_of_in_the_transaction_that_buries_them(bench: Bench) -> None:
    def mourn(claimed: ClaimedJob) -> None:
        with bench.storage.writing() as unit:
            unit.audit.append("worker", "given_up", claimed.subject_id)
            unit.jobs.bury(claimed)
            unit.commit()

    bench.enqueue()
    bench.worker(_raise(ValueError()), mourn, max_attempts=1).run_one(bench.stop)
    assert bench.count(JobState.DEAD) == 1
    with bench.storage.reading() as unit:
        assert len(unit.audit.for_subject("ver_1")) == 1


def test_a_job_is_dead_even_if_telling_of_it_fails(bench: Bench) -> None:
    bench.enqueue()
    fail = _raise(ValueError())
    bench.worker(fail, fail, max_attempts=1).run_one(bench.stop)
    assert bench.count(JobState.DEAD) == 1


def test_a_job_that_was_taken_over_is_left_to_its_new_owner(bench: Bench) -> None:
    def slow(claimed: ClaimedJob) -> None:
        bench.clock.move(seconds=61)
        assert bench.queue.claim(bench.clock(), 60, ["examine"]) is not None
        bench.finish(claimed)

    bench.enqueue()
    with capture_logs() as lines:
        bench.worker(slow).run_one(bench.stop)
    assert [line["event"] for line in lines] == [JOB_LEASE_LOST]
    assert bench.count(JobState.RUNNING) == 1


def test_a_running_job_keeps_its_lease(bench: Bench) -> None:
    def slow(claimed: ClaimedJob) -> None:
        bench.clock.move(seconds=50)
        time.sleep(0.3)
        bench.clock.move(seconds=50)
        assert bench.queue.claim(bench.clock(), 60, ["examine"]) is None
        bench.finish(claimed)

    bench.enqueue()
    bench.worker(slow, lease_s=60.0, heartbeat_s=0.05).run_one(bench.stop)
    assert bench.count(JobState.DONE) == 1


def test_past_the_wall_limit_the_process_exits(bench: Bench) -> None:
    bench.enqueue()
    worker = bench.worker(lambda _: time.sleep(0.4), wall_limit_s=0.1, heartbeat_s=0.05)
    worker.run_one(bench.stop)
    assert bench.exits == [EXIT_WALL_LIMIT]
    assert bench.count(JobState.RUNNING) == 1


def test_draining_lets_the_current_job_end_and_claims_no_other(bench: Bench) -> None:
    def last(claimed: ClaimedJob) -> None:
        bench.stop.set()
        time.sleep(0.3)
        bench.finish(claimed)

    bench.enqueue("ver_1")
    bench.enqueue("ver_2")
    bench.worker(last, heartbeat_s=0.05).run(bench.stop)
    assert (bench.count(JobState.DONE), bench.count(JobState.QUEUED)) == (1, 1)
    assert bench.exits == []


def test_a_job_too_slow_for_draining_is_released_unharmed(bench: Bench) -> None:
    def endless(_claimed: ClaimedJob) -> None:
        bench.stop.set()
        time.sleep(0.5)

    bench.enqueue()
    bench.worker(endless, heartbeat_s=0.05, drain_s=0.1).run_one(bench.stop)
    assert bench.exits == [EXIT_DRAINED]
    again = bench.queue.claim(bench.clock(), 60, ["examine"])
    assert again is not None
    assert (again.attempts, again.deaths) == (1, 0)


def test_a_periodic_job_runs_once_a_slot_however_many_workers(bench: Bench) -> None:
    runs: list[str] = []

    def sweep(claimed: ClaimedJob) -> None:
        runs.append(claimed.subject_id)
        bench.finish(claimed)

    workers = [
        Worker(
            bench.queue,
            {"sweep": sweep},
            on_dead=bench.buried.append,
            clock=bench.clock,
            random=Random(1),
            periodic={"sweep": timedelta(minutes=1)},
        )
        for _ in range(2)
    ]
    for _ in range(4):
        for worker in workers:
            worker.run_one(bench.stop)
        bench.clock.move(seconds=30)
    slot = int(NOON.timestamp() // 60)
    assert runs == [str(slot), str(slot + 1)]


def test_sigterm_sets_the_stop_event() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    stop = threading.Event()
    try:
        stop_on_signals(stop)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(5)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])


def test_no_words_of_an_error_reach_the_log(bench: Bench) -> None:
    bench.enqueue()
    with capture_logs() as lines:
        bench.worker(_raise(ValueError("marked-value"))).run_one(bench.stop)
    (line,) = lines
    named = {key: value for key, value in line.items() if key != "exc_info"}
    assert "marked-value" not in repr(named)
    assert named["verification_id"] == "ver_1"


def _raise(error: Exception) -> Callable[[ClaimedJob], None]:
    def handler(_claimed: ClaimedJob) -> None:
        raise error

    return handler
