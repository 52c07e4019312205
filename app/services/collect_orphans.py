"""Delete sealed objects that no row names: what a killed process or a failed commit left behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.storage.jobs import ClaimedJob
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage

# An object is put before the row that names it commits; no request lasts nearly as long as this.
_GRACE = timedelta(days=1)
_BATCH = 5000


@dataclass(frozen=True)
class CollectOrphans:
    """Looks at objects older than a day only, and asks for their rows afterwards, never before."""

    storage: Storage
    chance: Chance
    objects: ObjectStore

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `collect_orphans`."""
        self.run()
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            uow.commit()

    def run(self, *, dry: bool = False) -> int:
        """How many orphans were deleted, or would be."""
        count, names = 0, self.objects.older_than(self.chance.now() - _GRACE)
        while batch := list(islice(names, _BATCH)):
            with self.storage.reading() as uow:
                orphans = uow.object_names.unnamed(batch)
            for name in () if dry else sorted(orphans):
                self.objects.delete(name)
            count += len(orphans)
        if count and not dry:
            with self.storage.writing() as uow:
                uow.audit.append("machine", "orphans.deleted", "objects", {"count": count})
                uow.commit()
        return count
