"""What every repository can do: add a row, get one by its id, and lock one."""

from typing import ClassVar, Generic, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, class_mapper
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import DomainError, ErrorCode

Row = TypeVar("Row")


class WatchfulSession(Session):
    """A session that reports a row changed underneath it as `retry_later`."""

    def flush(self, objects: object = None) -> None:
        """Write pending changes. Raises DomainError when another transaction was faster."""
        try:
            super().flush(objects)  # type: ignore[arg-type]
        except StaleDataError as error:
            raise DomainError(ErrorCode.RETRY_LATER) from error


class Repository(Generic[Row]):
    """The rows of one table, as objects of the domain."""

    row_type: ClassVar[type]

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Row) -> None:
        """Insert at once. Raises DomainError `conflict` when such a row is there already."""
        self._session.add(row)
        self._session.flush()

    def get(self, row_id: str) -> Row:
        """The row of this id. Raises DomainError `not_found`."""
        return self._present(self._session.get(self.row_type, row_id))

    def _present(self, row: Row | None) -> Row:
        if row is None:
            raise DomainError(ErrorCode.NOT_FOUND)
        return row


class LockableRepository(Repository[Row]):
    """Rows that two transactions may want to change at the same time."""

    def lock(self, row_id: str) -> Row:
        """The freshest row, held until this unit of work ends; lock before you change it.

        What was changed in this unit of work already is written first, and stays. SQLite needs no
        row lock: its writing transactions run one after another.
        """
        # Not Session.get, which takes an older reading of the row in this session for a conflict.
        key = class_mapper(self.row_type).primary_key[0]
        statement: Select[Row] = select(self.row_type).where(key == row_id)
        return self._present(
            self._session.scalar(
                statement.with_for_update(), execution_options={"populate_existing": True}
            )
        )
