"""The job loop: claim with a lease, run, finish or back off; drains when told to stop.

A handler finishes its job inside its own transaction (`unit_of_work.jobs.finish(claimed)`), so its
effects and the end of the job are one commit, and a worker that lost its lease changes nothing.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import FrameType

import structlog

from app.domain.chance import Clock
from app.domain.errors import DomainError, ErrorCode
from app.freed_memory import return_freed_memory
from app.storage.job_queue import JobQueue
from app.storage.jobs import ClaimedJob, LeaseLost

JOB_DONE = "job_done"
JOB_FAILED = "job_failed"
JOB_BURIED = "job_buried"
JOB_LEASE_LOST = "job_lease_lost"
JOB_RELEASED = "job_released"
JOB_WALL_LIMIT = "job_wall_limit_passed"
QUEUE_OUT_OF_REACH = "queue_out_of_reach"

# The supervisor starts a new process after any exit; sysexits' EX_TEMPFAIL says why in its log.
EXIT_WALL_LIMIT = 75
EXIT_DRAINED = 0

Handler = Callable[[ClaimedJob], None]

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class WorkerLimits:
    """How long things may take.

    A dead worker's job is taken over after at most `lease_s` plus a poll. A job that raises is
    tried `max_attempts` times, one that kills its worker `max_deaths` times. After a job that took
    `return_memory_after_s` the worker gives back what it no longer needs.
    """

    lease_s: float = 20.0
    heartbeat_s: float = 5.0
    wall_limit_s: float = 180.0
    poll_s: float = 0.25
    drain_s: float = 25.0
    max_attempts: int = 8
    max_deaths: int = 3
    longest_wait_s: float = 300.0
    return_memory_after_s: float = 1.0


@dataclass(frozen=True)
class Worker:
    """One process's worth of job running.

    `on_dead` is called with a job that is about to be given up, while it is still ours: it tells
    whoever waits for it, best in one transaction with `unit_of_work.jobs.bury(claimed)`. It may be
    called again when the process dies in between.
    """

    queue: JobQueue
    handlers: Mapping[str, Handler]
    on_dead: Handler
    clock: Clock
    random: Random
    limits: WorkerLimits = WorkerLimits()
    periodic: Mapping[str, timedelta] = field(default_factory=dict)
    exit_hard: Callable[[int], object] = os._exit
    return_memory: Callable[[], object] = return_freed_memory
    # Under this id the worker says that it lives; without one it says nothing.
    worker_id: str | None = None
    _slots: dict[str, int] = field(default_factory=dict, init=False)
    _beats: list[float] = field(default_factory=list, init=False)

    def run(self, stop: threading.Event) -> None:
        """Run jobs until told to stop; a job that is under way then gets `drain_s` to end."""
        while not stop.is_set():
            try:
                self.beat()
                ran = self.run_one(stop)
            except DomainError as error:
                # The database is away or busy: wait for it rather than die.
                logger.warning(QUEUE_OUT_OF_REACH, code=error.code.value)
                ran = False
            if not ran:
                stop.wait(self.limits.poll_s)
        self._leave()

    def beat(self) -> None:
        """Say that this worker is alive, if it has not for a while."""
        now = time.monotonic()
        if self.worker_id is None:
            return
        if not self._beats or now - self._beats[-1] >= self.limits.heartbeat_s:
            self._beats[:] = [now]
            self.queue.beat(self.worker_id, self.clock())

    def _leave(self) -> None:
        if self.worker_id is None:
            return
        try:
            self.queue.leave(self.worker_id)
        except DomainError as error:
            # The row says nothing any more within a minute.
            logger.warning(QUEUE_OUT_OF_REACH, code=error.code.value)

    def run_one(self, stop: threading.Event) -> bool:
        """Whether there was a job to run."""
        now = self.clock()
        self._enqueue_periodic(now)
        claimed = self.queue.claim(now, self.limits.lease_s, self.handlers.keys())
        if claimed is None:
            return False
        if claimed.deaths >= self.limits.max_deaths:
            self._give_up(claimed, "worker_died")
            return True
        started = time.monotonic()
        with _Watch(self, claimed, stop):
            self._run(claimed)
        if time.monotonic() - started >= self.limits.return_memory_after_s:
            self.return_memory()
        return True

    def _enqueue_periodic(self, now: datetime) -> None:
        for kind, every in self.periodic.items():
            slot = int(now.timestamp() // every.total_seconds())
            # Every process tries each slot once; the queue keeps the first.
            if self._slots.get(kind) != slot:
                self.queue.enqueue_slot(kind, slot, now)
                self._slots[kind] = slot

    def _run(self, claimed: ClaimedJob) -> None:
        started = time.monotonic()
        try:
            self.handlers[claimed.kind](claimed)
        except LeaseLost:
            logger.warning(JOB_LEASE_LOST, **_ids(claimed))
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, the loop goes on
            self._failed(claimed, error)
        else:
            spent_ms = round((time.monotonic() - started) * 1000)
            logger.info(JOB_DONE, duration_ms=spent_ms, **_ids(claimed))

    def _failed(self, claimed: ClaimedJob, error: Exception) -> None:
        is_outage = isinstance(error, DomainError) and error.code is ErrorCode.RETRY_LATER
        code = error.code.value if isinstance(error, DomainError) else "handler_failed"
        # The log keeps the place of an exception and drops its words, which may be personal.
        logger.error(JOB_FAILED, code=code, exc_info=error, **_ids(claimed))
        # An outage is not the job's fault and uses up no attempt for good.
        if claimed.attempts >= self.limits.max_attempts and not is_outage:
            self._give_up(claimed, code)
            return
        wait = timedelta(seconds=self._wait_s(claimed.attempts))
        self.queue.back_off(claimed, self.clock() + wait, code)

    def _wait_s(self, attempts: int) -> float:
        longest = min(2.0 ** min(attempts, 16), self.limits.longest_wait_s)
        return longest * self.random.uniform(0.5, 1.0)

    def _give_up(self, claimed: ClaimedJob, code: str) -> None:
        try:
            self.on_dead(claimed)
        except LeaseLost:
            logger.warning(JOB_LEASE_LOST, **_ids(claimed))
            return
        except Exception:
            # A job that cannot be mourned is still dead; the sweep finds whoever waits for it.
            logger.exception(JOB_FAILED, code="on_dead_failed", **_ids(claimed))
        self.queue.bury(claimed, self.clock(), code)
        logger.error(JOB_BURIED, code=code, **_ids(claimed))


class _Watch:
    """Keeps the lease of a running job alive, and ends the process when it runs for too long."""

    def __init__(self, worker: Worker, claimed: ClaimedJob, stop: threading.Event) -> None:
        self._worker = worker
        self._claimed = claimed
        self._stop = stop
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="job-watch", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        limits = self._worker.limits
        started = beaten = time.monotonic()
        stopped: float | None = None
        while not self._ended.wait(min(0.25, limits.heartbeat_s)):
            now = time.monotonic()
            if stopped is None and self._stop.is_set():
                stopped = now
            if now - started > limits.wall_limit_s:
                logger.error(JOB_WALL_LIMIT, **_ids(self._claimed))
                self._worker.exit_hard(EXIT_WALL_LIMIT)
                return
            if stopped is not None and now - stopped > limits.drain_s:
                self._release()
                return
            if now - beaten >= limits.heartbeat_s:
                beaten = now
                self._beat()

    def _beat(self) -> None:
        worker = self._worker
        try:
            worker.queue.extend(self._claimed, worker.clock(), worker.limits.lease_s)
            worker.beat()
        except DomainError as error:
            # The lease still has some beats to go; the next one may get through.
            logger.warning(QUEUE_OUT_OF_REACH, code=error.code.value)

    def _release(self) -> None:
        try:
            self._worker.queue.release(self._claimed)
            logger.warning(JOB_RELEASED, **_ids(self._claimed))
        except DomainError as error:
            logger.warning(QUEUE_OUT_OF_REACH, code=error.code.value)
        # The handler cannot be interrupted; having lost its lease it could not finish anyway.
        self._worker.exit_hard(EXIT_DRAINED)


def stop_on_signals(stop: threading.Event) -> None:
    """Let SIGTERM and SIGINT set `stop`; to be called in the main thread."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        # `Event.set` here could wait for a lock that the interrupted `Event.wait` holds.
        threading.Thread(target=stop.set, daemon=True).start()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


# The ids that the log's allow-list knows, by the prefix of the subject's id.
_SUBJECT_KEYS = {"ver": "verification_id", "whd": "delivery_id", "cap": "capture_id"}


def _ids(claimed: ClaimedJob) -> dict[str, object]:
    ids: dict[str, object] = {
        "job_id": f"job_{claimed.id}",
        "kind": claimed.kind,
        "fence": claimed.lease,
        "attempts": claimed.attempts,
    }
    key = _SUBJECT_KEYS.get(claimed.subject_id.partition("_")[0])
    return ids if key is None else {**ids, key: claimed.subject_id}
