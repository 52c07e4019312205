"""The database as rows, to see whose they are and which of them a request has touched."""

import re
import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

# (table, the row's columns by name).
Row = tuple[str, tuple[tuple[str, Any], ...]]
Rows = frozenset[Row]

_ID = re.compile(r"\b[a-z]{3}_[0-9a-z]{10,}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
# Counted or dated by every request that knows its caller, whatever it is answered with.
_BOOKKEEPING = frozenset({"rate_counter", "alembic_version"})
_DATED_BY_USE = frozenset({"last_used_at"})


class LiveDatabase:
    """The file that the installation writes, looked at from outside, and put back when touched."""

    def __init__(self, live: Path, saved: Path) -> None:
        self._live = sqlite3.connect(live, isolation_level=None)
        self._saved = sqlite3.connect(saved)
        self._live.backup(self._saved)
        self.before = self.rows()
        self._version = self._data_version()

    def is_touched(self) -> bool:
        """Whether anybody has written since the last look; cheap."""
        return self._data_version() != self._version

    def changed(self) -> Rows:
        """Rows that are new or gone; a changed row is one of each."""
        return self.rows() ^ self.before if self.is_touched() else frozenset()

    def put_back(self) -> None:
        """Everything as it was at first."""
        if self.is_touched():
            self._saved.backup(self._live)
            self._version = self._data_version()

    def close(self) -> None:
        """Let go of both files."""
        self._live.close()
        self._saved.close()

    def rows(self) -> Rows:
        """All rows that mean something."""
        cursor = self._live.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = {name for (name,) in cursor if not name.startswith("sqlite_")} - _BOOKKEEPING
        return frozenset(row for table in tables for row in self._table(table))

    def _table(self, table: str) -> Iterable[Row]:
        cursor = self._live.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - from the schema
        names = [column[0] for column in cursor.description]
        for values in cursor:
            pairs = zip(names, values, strict=True)
            yield table, tuple(pair for pair in pairs if pair[0] not in _DATED_BY_USE)

    def _data_version(self) -> int:
        # SQLite counts what other connections have committed.
        return int(self._live.execute("PRAGMA data_version").fetchone()[0])


def ids_in(row: Row) -> set[str]:
    """Every id that the row mentions, in a column of its own or inside of JSON."""
    return {found for _, value in row[1] if isinstance(value, str) for found in _ID.findall(value)}


def belonging_to(start: str, rows: Rows, *, stop: Collection[str] = ()) -> set[str]:
    """The ids of everything that is connected with this id, found without knowing the tables.

    What is in `stop` belongs to others too and leads nowhere.
    """
    mentioned = [ids_in(row) - {*stop} for row in rows]
    found = {start}
    while True:
        grown = found.union(*(ids for ids in mentioned if ids & found))
        if grown == found:
            return found
        found = grown
