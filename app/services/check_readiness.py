"""Whether this installation can do its work, and if not, what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.chance import Chance
    from app.storage.job_queue import JobQueue
    from app.storage.objects import ObjectStore

DATABASE_UNAVAILABLE = "database_unavailable"
DATABASE_NOT_MIGRATED = "database_not_migrated"
OBJECT_STORE_UNAVAILABLE = "object_store_unavailable"
KEYS_UNAVAILABLE = "keys_unavailable"
NO_WORKER = "no_worker"
QUEUE_TOO_OLD = "queue_too_old"
FAULTS = (
    DATABASE_UNAVAILABLE,
    DATABASE_NOT_MIGRATED,
    OBJECT_STORE_UNAVAILABLE,
    KEYS_UNAVAILABLE,
    NO_WORKER,
    QUEUE_TOO_OLD,
)
_QUEUE_AGE_S = 300
# A worker says every five seconds that it lives; clocks of two machines may differ by some.
WORKER_SEEN_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True)
class CheckReadiness:
    """Asks each part to do a little of what it is there for."""

    chance: Chance
    queue: JobQueue
    objects: ObjectStore
    is_migrated: Callable[[], bool]
    keys_work: Callable[[], bool]

    def __call__(self) -> list[str]:
        """The codes of `FAULTS` that hold now, in their order; empty when there are none.

        That workers can write is seen by their beats, so that asking costs no write here.
        """
        return [
            *self._database(),
            *([] if self._store_works() else [OBJECT_STORE_UNAVAILABLE]),
            *([] if self.keys_work() else [KEYS_UNAVAILABLE]),
            *self._work(),
        ]

    def _database(self) -> list[str]:
        try:
            return [] if self.is_migrated() else [DATABASE_NOT_MIGRATED]
        except DomainError:
            return [DATABASE_UNAVAILABLE]

    def _store_works(self) -> bool:
        try:
            self.objects.check()
        except DomainError:
            return False
        return True

    def _work(self) -> list[str]:
        now = self.chance.now()
        try:
            if not self.is_migrated():
                return []
            n_workers = self.queue.count_workers(now - WORKER_SEEN_WITHIN)
            age_s = self.queue.stats(now).oldest_due_age_s
        except DomainError:
            return []
        no_worker = [] if n_workers else [NO_WORKER]
        return [*no_worker, *([QUEUE_TOO_OLD] if age_s > _QUEUE_AGE_S else [])]
