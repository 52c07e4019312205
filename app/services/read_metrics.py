"""Everything that /metrics tells: what was counted, and how it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.metric import Gauge
from app.services.check_readiness import FAULTS, WORKER_SEEN_WITHIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.chance import Chance
    from app.domain.metric import Tally
    from app.storage.job_queue import JobQueue
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class MetricsNow:
    """One reading; the same whichever process answers, because all of it is in the database."""

    tallies: Sequence[Tally]
    gauges: Sequence[Gauge]


@dataclass(frozen=True)
class ReadMetrics:
    """Reads rows only; nothing of it is kept in a process."""

    storage: Storage
    chance: Chance
    queue: JobQueue
    readiness: Callable[[], list[str]]

    def __call__(self) -> MetricsNow:
        """The reading of this moment. Raises DomainError(retry_later) without a database."""
        now = self.chance.now()
        faults = self.readiness()
        with self.storage.reading() as uow:
            tallies, gauges = uow.tallies.all(), uow.gauges.all(now)
        workers = self.queue.count_workers(now - WORKER_SEEN_WITHIN)
        return MetricsNow(
            tallies,
            [
                *gauges,
                Gauge("kyc_workers", "Workers seen within a minute.", (), {(): workers}),
                Gauge(
                    "kyc_readiness_fault",
                    "1 for each fault that /readyz names now, else 0.",
                    ("fault",),
                    {(fault,): float(fault in faults) for fault in FAULTS},
                ),
            ],
        )
