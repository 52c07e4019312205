"""A worker process for the chaos test: `python -m tests.builders.job_worker DATABASE_URL`."""

import sys
import threading
import time
from datetime import UTC, datetime
from random import Random

import structlog

from app.storage.database import Database
from app.storage.job_queue import JobQueue
from app.storage.jobs import ClaimedJob
from app.storage.unit_of_work import Storage
from app.worker import Worker, WorkerLimits, stop_on_signals


def main(url: str) -> None:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    storage = Storage(Database(url), lambda: datetime.now(UTC))

    def note(claimed: ClaimedJob) -> None:
        with storage.writing() as unit:
            unit.audit.append("worker", "effect", claimed.subject_id)
            time.sleep(0.03)
            unit.jobs.finish(claimed)
            unit.commit()

    def mourn(claimed: ClaimedJob) -> None:
        with storage.writing() as unit:
            unit.audit.append("worker", "buried", claimed.subject_id)
            unit.jobs.bury(claimed)
            unit.commit()

    limits = WorkerLimits(lease_s=1.0, heartbeat_s=0.25, poll_s=0.05, max_deaths=50)
    worker = Worker(
        JobQueue(storage.database),
        {"note": note},
        on_dead=mourn,
        clock=lambda: datetime.now(UTC),
        random=Random(),
        limits=limits,
    )
    stop = threading.Event()
    stop_on_signals(stop)
    worker.run(stop)


if __name__ == "__main__":
    main(sys.argv[1])
