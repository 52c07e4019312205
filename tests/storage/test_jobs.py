import threading
from datetime import datetime, timedelta

import pytest

from app.storage.job_queue import JobQueue
from app.storage.jobs import ClaimedJob, JobState, LeaseLost
from app.storage.unit_of_work import Storage
from tests.builders.moments import NOON, StillClock
from tests.builders.rows import a_partner

KINDS = ("examine", "deliver")


@pytest.fixture
def queue(storage: Storage) -> JobQueue:
    return JobQueue(storage.database)


def enqueue(storage: Storage, subject_id: str, kind: str = "examine", wait_s: float = 0) -> None:
    with storage.writing() as unit:
        assert unit.jobs.enqueue(kind, subject_id, run_at=NOON + timedelta(seconds=wait_s))
        unit.commit()


def claim(queue: JobQueue, clock: StillClock, lease_s: float = 60) -> ClaimedJob:
    claimed = queue.claim(clock(), lease_s, KINDS)
    assert claimed is not None
    return claimed


def test_a_job_falls_with_its_unit_of_work(storage: Storage, queue: JobQueue) -> None:
    with storage.writing() as unit:
        unit.jobs.enqueue("examine", "ver_1")
    assert queue.claim(NOON, 60, KINDS) is None


def test_the_longest_due_job_comes_first_and_the_future_waits(
    storage: Storage, queue: JobQueue, clock: StillClock
) -> None:
    enqueue(storage, "ver_later", wait_s=10)
    enqueue(storage, "ver_2", wait_s=-1)
    enqueue(storage, "ver_1", wait_s=-2)
    assert [claim(queue, clock).subject_id for _ in range(2)] == ["ver_1", "ver_2"]
    assert queue.claim(clock(), 60, KINDS) is None
    clock.move(seconds=10)
    assert claim(queue, clock).subject_id == "ver_later"


def test_only_the_asked_kinds_are_claimed(storage: Storage, queue: JobQueue) -> None:
    enqueue(storage, "whd_1", kind="deliver")
    assert queue.claim(NOON, 60, ["examine"]) is None
    assert queue.claim(NOON, 60, []) is None
    assert queue.claim(NOON, 60, ["deliver"]) is not None


def test_a_unique_key_is_enqueued_once_even_after_it_is_done(
    storage: Storage, queue: JobQueue, clock: StillClock
) -> None:
    with storage.writing() as unit:
        assert unit.jobs.enqueue("examine", "ver_1", unique_key="examine:ver_1:1")
        assert not unit.jobs.enqueue("examine", "ver_1", unique_key="examine:ver_1:1")
        unit.commit()
    claimed = claim(queue, clock)
    with storage.writing() as unit:
        unit.jobs.finish(claimed)
        assert not unit.jobs.enqueue("examine", "ver_1", unique_key="examine:ver_1:1")
        unit.commit()
    assert queue.claim(NOON, 60, KINDS) is None


def test_a_leased_job_is_not_claimed_until_its_lease_runs_out(
    storage: Storage, queue: JobQueue, clock: StillClock
) -> None:
    enqueue(storage, "ver_1")
    first = claim(queue, clock)
    clock.move(seconds=60)
    assert queue.claim(clock(), 60, KINDS) is None
    clock.move(seconds=1)
    second = claim(queue, clock)
    assert (first.attempts, first.deaths) == (1, 0)
    assert (second.id, second.attempts, second.deaths) == (first.id, 2, 1)


def test_a_heartbeat_keeps_the_job(storage: Storage, queue: JobQueue, clock: StillClock) -> None:
    enqueue(storage, "ver_1")
    claimed = claim(queue, clock)
    clock.move(seconds=50)
    assert queue.extend(claimed, clock(), 60)
    clock.move(seconds=50)
    assert queue.claim(clock(), 60, KINDS) is None


def test_a_worker_that_lost_its_lease_changes_nothing(
    storage: Storage, queue: JobQueue, clock: StillClock
) -> None:
    enqueue(storage, "ver_1")
    loser = claim(queue, clock)
    clock.move(seconds=61)
    winner = claim(queue, clock)
    for end in ("finish", "bury"):
        with pytest.raises(LeaseLost), storage.writing() as unit:  # noqa: PT012
            unit.partners.add(a_partner())
            getattr(unit.jobs, end)(loser)
            unit.commit()
    assert not queue.extend(loser, clock(), 60)
    assert not queue.back_off(loser, clock(), "late")
    assert not queue.release(loser)
    assert not queue.bury(loser, clock(), "late")
    with storage.writing() as unit:
        assert unit.partners.by_name("Shop", a_partner().mode) is None
        unit.jobs.finish(winner)
        unit.commit()
    assert queue.stats(clock()).by_state[JobState.DONE] == 1


def test_a_job_is_finished_once(storage: Storage, queue: JobQueue, clock: StillClock) -> None:
    enqueue(storage, "ver_1")
    claimed = claim(queue, clock)
    with storage.writing() as unit:
        unit.jobs.finish(claimed)
        with pytest.raises(LeaseLost):
            unit.jobs.finish(claimed)


def test_backing_off_waits_and_counts_the_attempt(
    storage: Storage, queue: JobQueue, clock: StillClock
) -> None:
    enqueue(storage, "ver_1")
    assert queue.back_off(claim(queue, clock), NOON + timedelta(seconds=5), "decoder_failed")
    assert queue.claim(clock(), 60, KINDS) is None
    clock.move(seconds=5)
    assert (claim(queue, clock).attempts, queue.stats(clock()).by_state[JobState.RUNNING]) == (2, 1)


def test_releasing_uses_up_no_attempt(storage: Storage, queue: JobQueue, clock: StillClock) -> None:
    enqueue(storage, "ver_1")
    assert queue.release(claim(queue, clock))
    again = claim(queue, clock)
    assert (again.attempts, again.deaths) == (1, 0)


def test_a_dead_job_is_not_run_again(storage: Storage, queue: JobQueue, clock: StillClock) -> None:
    enqueue(storage, "ver_1")
    assert queue.bury(claim(queue, clock), clock(), "worker_died")
    clock.move(seconds=1e6)
    assert queue.claim(clock(), 60, KINDS) is None
    forget_done(storage, clock())
    assert queue.stats(clock()).by_state[JobState.DEAD] == 1


def test_done_jobs_can_be_forgotten(storage: Storage, queue: JobQueue, clock: StillClock) -> None:
    enqueue(storage, "ver_1")
    claimed = claim(queue, clock)
    with storage.writing() as unit:
        unit.jobs.finish(claimed)
        unit.commit()
    forget_done(storage, clock())
    assert queue.stats(clock()).by_state[JobState.DONE] == 1
    forget_done(storage, clock.move(seconds=1))
    assert queue.stats(clock()).by_state[JobState.DONE] == 0


def test_a_slot_has_one_job_whoever_asks(queue: JobQueue) -> None:
    added = [queue.enqueue_slot("sweep", slot, NOON) for slot in (1, 1, 2, 1)]
    assert added == [True, False, True, False]


def test_stats_tell_how_long_work_has_been_waiting(
    storage: Storage, queue: JobQueue, clock: StillClock
) -> None:
    assert queue.stats(clock()).oldest_due_age_s == 0
    enqueue(storage, "ver_1")
    enqueue(storage, "ver_2", wait_s=600)
    clock.move(seconds=90)
    stats = queue.stats(clock())
    assert stats.oldest_due_age_s == 90
    assert stats.by_state == {
        JobState.QUEUED: 2,
        JobState.RUNNING: 0,
        JobState.DONE: 0,
        JobState.DEAD: 0,
    }


def test_no_job_is_claimed_twice_at_once(storage: Storage, queue: JobQueue) -> None:
    for number in range(24):
        enqueue(storage, f"ver_{number}")
    claimed: list[str] = []

    def work() -> None:
        # A claim may lose the race for the last free row and see nothing; it then looks again.
        for _ in range(12):
            job = queue.claim(NOON, 60, KINDS)
            if job is not None:
                claimed.append(job.subject_id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(f"ver_{number}" for number in range(24))


def forget_done(storage: Storage, before: datetime) -> None:
    with storage.writing() as unit:
        unit.jobs.forget_done(before)
        unit.commit()
