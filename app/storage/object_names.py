"""Which sealed objects are named by some row; tables are found by the columns that name objects."""

from collections.abc import Collection

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from app.storage.columns import METADATA

_IN_ONE_QUERY = 500


class ObjectNames:
    """`object_name` holds one name, `object_names` a list of them, in whichever table."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def unnamed(self, names: Collection[str]) -> set[str]:
        """Those of the names that no row has."""
        left = set(names)
        for table in METADATA.sorted_tables:
            if "object_name" in table.c:
                left -= self._single(table.c.object_name, left)
            if "object_names" in table.c:
                left -= self._listed(table.c.object_names, left)
        return left

    def _single(self, column: Column[str], names: Collection[str]) -> set[str]:
        ordered, found = sorted(names), set[str]()
        for start in range(0, len(ordered), _IN_ONE_QUERY):
            part = ordered[start : start + _IN_ONE_QUERY]
            found |= set(self._session.scalars(select(column).where(column.in_(part))))
        return found

    def _listed(self, column: Column[list[str]], names: Collection[str]) -> set[str]:
        """No index reaches into a list: one walk over all of them."""
        if not names:
            return set()
        rows = self._session.scalars(select(column), execution_options={"yield_per": 1000})
        with rows:
            return {name for listed in rows for name in listed if name in names}
