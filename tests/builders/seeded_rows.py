"""Rows for tables as the database itself describes them, whatever release made them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from app.storage.database import Database

Rows = dict[str, list[tuple[tuple[str, Any], ...]]]
Tables = sa.MetaData
_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class SeededRows:
    """Fills tables of one database, parents before children, every column of every row."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers = count(1)

    def tables(self) -> sa.MetaData:
        """The tables as they are now."""
        found = sa.MetaData()
        with self._database.reading.begin() as connection:
            found.reflect(connection)
        found.remove(found.tables["alembic_version"])
        return found

    def fill(self, tables: sa.MetaData, names: Iterable[str]) -> None:
        """One more row in each of these tables, pointing at the newest rows of their parents."""
        wanted = set(names)
        with self._database.writing.begin() as connection:
            for table in tables.sorted_tables:
                if table.name in wanted:
                    row = {column.name: self._value(connection, column) for column in table.columns}
                    connection.execute(table.insert().values(row))

    def read(self, tables: sa.MetaData) -> Rows:
        """What stands in the columns of these tables, in the order of their keys."""
        with self._database.reading.begin() as connection:
            return {
                table.name: sorted(
                    (
                        tuple(sorted((name, str(value)) for name, value in row.items()))
                        for row in connection.execute(sa.select(table)).mappings()
                    ),
                )
                for table in tables.sorted_tables
            }

    def _value(self, connection: sa.Connection, column: sa.Column[Any]) -> Any:
        if column.foreign_keys:
            (key,) = column.foreign_keys
            return connection.scalar(sa.select(sa.func.max(key.column)))
        number = next(self._numbers)
        if isinstance(column.type, sa.DateTime):
            moment = _NOON + timedelta(seconds=number)
            return moment if self._database.is_postgres else moment.replace(tzinfo=None)
        if isinstance(column.type, sa.JSON):
            return [number]
        if isinstance(column.type, sa.LargeBinary):
            return b"sealed %d" % number
        if isinstance(column.type, sa.Integer | sa.Float):
            return number
        # Zeros before the number: the greatest text is the newest, for whoever points at it.
        return f"w{number:07d}"
