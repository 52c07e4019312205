"""A backup that can be restored at any time: the rows first, then the objects that they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class MakeBackup:
    """Runs beside serving processes. The key ring is not in it: whoever has both has everything."""

    storage: Storage
    objects: ObjectStore

    def __call__(self, folder: Path) -> dict[str, object]:
        """What was copied. A PostgreSQL database is dumped by its own tool, before this."""
        folder.mkdir(mode=0o700, parents=True)
        has_file = not self.storage.database.is_postgres
        if has_file:
            self.storage.database.copy_to(folder / "kyc.sqlite3")
        # An object is stored before the row that names it: copied later, none can be missing.
        return {"database": has_file, "objects": self.objects.copy_to(folder / "objects")}
