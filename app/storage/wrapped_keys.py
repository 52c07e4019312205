"""Every wrapped data key, in whichever table: for wrapping them anew under another key."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from app.storage.columns import METADATA


@dataclass(frozen=True)
class WrappedKey:
    """A data key of one row; erased rows have none."""

    table: str
    row_id: str
    partner_id: str
    wrapped: bytes = field(repr=False)


class WrappedKeys:
    """Finds the tables by their column, so that a new one is wrapped anew with the others."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def tables(self) -> list[str]:
        """The tables whose rows have a data key of their own."""
        return [table.name for table in METADATA.sorted_tables if "wrapped_key" in table.c]

    def after(self, table_name: str, row_id: str, limit: int) -> list[WrappedKey]:
        """The next rows of a table by their id, behind this one."""
        table = _table(table_name)
        rows = self._session.execute(
            select(table.c.id, table.c.partner_id, table.c.wrapped_key)
            .where(table.c.id > row_id, func.length(table.c.wrapped_key) > 0)
            .order_by(table.c.id)
            .limit(limit)
        )
        return [WrappedKey(table_name, *row) for row in rows]

    def all(self) -> Iterator[WrappedKey]:
        """Every one."""
        for name in self.tables():
            last = ""
            while batch := self.after(name, last, 1000):
                yield from batch
                last = batch[-1].row_id

    def replace(self, old: WrappedKey, wrapped: bytes) -> bool:
        """Whether the row still had the old one, and has the new one now."""
        table = _table(old.table)
        replaced = self._session.scalar(
            update(table)
            .where(table.c.id == old.row_id, table.c.wrapped_key == old.wrapped)
            .values(wrapped_key=wrapped)
            .returning(table.c.id)
        )
        return replaced is not None


def _table(name: str) -> Table:
    return METADATA.tables[name]
