"""Everything that is dated about one user, moved into the past together."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, bindparam, select, update
from sqlalchemy.orm import Session

from app.domain.errors import DomainError, ErrorCode
from app.domain.event import DeliveryState
from app.storage.applicants import applicant_table
from app.storage.columns import METADATA, UtcDateTime
from app.storage.events import event_table
from app.storage.jobs import JobState, job_table
from app.storage.verifications import verification_table
from app.storage.webhook_deliveries import webhook_delivery_table

# What was told stays told when it was.
_HISTORY = frozenset({event_table})
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class UserDates:
    """Finds the tables by their columns, so that a new one is moved with the others."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def move_back(self, applicant_id: str, by: timedelta) -> None:
        """Date all rows of an applicant earlier. Raises DomainError(validation_error) before 1970.

        Call it with the applicant locked; objects of this unit of work read their dates anew.
        """
        self._session.flush()
        for table in METADATA.sorted_tables:
            owned = _owned_by(table, applicant_id)
            dates = [column for column in table.c if isinstance(column.type, UtcDateTime)]
            if owned is not None and dates and table not in _HISTORY:
                self._move(table, owned, dates, by)
        self._hasten_deliveries(applicant_id, by)
        self._session.expire_all()

    def _hasten_deliveries(self, applicant_id: str, by: timedelta) -> None:
        """The next attempts to tell of the user are due that much sooner; past ones stay."""
        event, delivery = event_table.c, webhook_delivery_table.c
        of_user = delivery.event_id.in_(select(event.id).where(event.applicant_id == applicant_id))
        waits = of_user & (delivery.state == DeliveryState.PENDING)
        self._move(webhook_delivery_table, waits, [delivery.next_attempt_at], by)
        waiting = select(delivery.id).where(waits)
        queued = (job_table.c.state == JobState.QUEUED) & job_table.c.subject_id.in_(waiting)
        self._move(job_table, queued, [job_table.c.run_at], by)

    def _move(
        self,
        table: Table,
        owned: ColumnElement[bool],
        dates: list[Column[datetime]],
        by: timedelta,
    ) -> None:
        keys = list(table.primary_key)
        found = self._session.execute(select(*keys, *dates).where(owned)).all()
        moved = [
            {
                **{f"key_{key.name}": row._mapping[key] for key in keys},  # noqa: SLF001 - its API
                **{f"new_{date.name}": _earlier(row._mapping[date], by) for date in dates},  # noqa: SLF001
            }
            for row in found
        ]
        if not moved:
            return
        values: dict[str, ColumnElement[Any]] = {
            date.name: bindparam(f"new_{date.name}") for date in dates
        }
        if "row_version" in table.c:
            # Whoever read a row before must not write the old dates back.
            values["row_version"] = table.c.row_version + 1
        matches = [key == bindparam(f"key_{key.name}") for key in keys]
        self._session.connection().execute(update(table).where(*matches).values(values), moved)


def _owned_by(table: Table, applicant_id: str) -> ColumnElement[bool] | None:
    """Which rows of a table are an applicant's; None when no table of users."""
    if table is applicant_table:
        return table.c.id == applicant_id
    if "applicant_id" in table.c:
        return table.c.applicant_id == applicant_id
    if "verification_id" in table.c:
        of_applicant = verification_table.c.applicant_id == applicant_id
        return table.c.verification_id.in_(select(verification_table.c.id).where(of_applicant))
    return None


def _earlier(moment: datetime | None, by: timedelta) -> datetime | None:
    if moment is None:
        return None
    if moment - _EARLIEST < by:
        raise DomainError(
            ErrorCode.VALIDATION_ERROR,
            fields={"seconds": "Choose fewer: this user's dates would lie before 1970"},
        )
    return moment - by
