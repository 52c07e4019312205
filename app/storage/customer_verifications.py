"""Customer verifications: the back office's list at any depth, and those whose time has run out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from app.domain.customer_verification import (
    CheckType,
    CustomerStatus,
    CustomerVerification,
    CustomerVerificationFilter,
    VerificationType,
)
from app.domain.errors import DomainError, ErrorCode
from app.storage.applicants import applicant_table
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import LockableRepository

Position = tuple[datetime, str]
_LAPSING = (CustomerStatus.PENDING, CustomerStatus.VERIFIED)

customer_verification_table = Table(
    "customer_verification",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("applicant_id", ForeignKey("applicant.id"), nullable=False),
    Column("actor_id", Id, nullable=False),
    Column("verification_type", WordOf(VerificationType), nullable=False),
    Column("check_type", WordOf(CheckType), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("status", WordOf(CustomerStatus), nullable=False),
    Column("expires_at", UtcDateTime),
    Column("last_checked_at", UtcDateTime),
    Column("verified_at", UtcDateTime),
    Column("provider_reference", String(200)),
    Column("reason", Text),
    Column("result_payload", JSON, nullable=False),
    Column("row_version", Integer, nullable=False),
    # One index for each way of asking, in the order of the list: a page at any depth is then a
    # walk along one of them.
    Index(None, "partner_id", "created_at", "id"),
    Index(None, "partner_id", "status", "created_at", "id"),
    # Named by hand: PostgreSQL's names end after 63 characters.
    Index("ix_customer_verification_by_type", "partner_id", "verification_type", "created_at",
          "id"),
    Index("ix_customer_verification_by_type_and_status", "partner_id", "verification_type",
          "status", "created_at", "id"),
    Index(None, "applicant_id", "created_at", "id"),
    # What has lapsed and was not swept yet: of one partner for its list, of all for the sweep.
    Index(None, "partner_id", "status", "expires_at"),
    Index(None, "status", "expires_at"),
)  # fmt: skip
MAPPING.map_imperatively(
    CustomerVerification,
    customer_verification_table,
    version_id_col=customer_verification_table.c.row_version,
)
_ROW = customer_verification_table.c


class CustomerVerifications(LockableRepository[CustomerVerification]):
    """Questions about customers, and how they stand."""

    row_type = CustomerVerification

    def of_partner(self, partner_id: str, row_id: str) -> CustomerVerification:
        """The partner's row of this id. Raises DomainError `not_found` for everybody else's."""
        found = self.get(row_id)
        if found.partner_id != partner_id:
            raise DomainError(ErrorCode.NOT_FOUND)
        return found

    def lock_pending(self, applicant_id: str) -> list[CustomerVerification]:
        """The applicant's pending rows, held until this unit of work ends."""
        statement = (
            select(CustomerVerification)
            .where(_ROW.applicant_id == applicant_id, _ROW.status == CustomerStatus.PENDING)
            .order_by(_ROW.created_at, _ROW.id)
            .with_for_update()
        )
        return list(self._session.scalars(statement, execution_options={"populate_existing": True}))

    def for_applicant(self, applicant_id: str) -> list[CustomerVerification]:
        """All of one applicant, oldest first."""
        statement = (
            select(CustomerVerification)
            .where(_ROW.applicant_id == applicant_id)
            .order_by(_ROW.created_at, _ROW.id)
        )
        return list(self._session.scalars(statement))

    def due(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """(applicant id, id) of rows whose time has run out, in the order in which to lock them."""
        statement = (
            select(_ROW.applicant_id, _ROW.id)
            .where(_ROW.status.in_(_LAPSING), _ROW.expires_at <= now)
            .order_by(_ROW.expires_at, _ROW.id)
            .limit(limit)
        )
        return sorted((row[0], row[1]) for row in self._session.execute(statement))

    def end_for_applicant(self, applicant_id: str, now: datetime) -> None:
        """Take away what operators wrote about an applicant, and let what still holds expire."""
        of_applicant = update(CustomerVerification).where(_ROW.applicant_id == applicant_id)
        changed = {"updated_at": now, "row_version": _ROW.row_version + 1}
        for statement in (
            of_applicant.values(reason=None, **changed),
            of_applicant.where(_ROW.status.in_(_LAPSING)).values(
                status=CustomerStatus.EXPIRED, expires_at=now, **changed
            ),
        ):
            self._session.execute(statement, execution_options={"synchronize_session": "fetch"})

    def page(
        self, wanted: CustomerVerificationFilter, after: Position | None, limit: int
    ) -> list[tuple[CustomerVerification, str]]:
        """Up to `limit` rows behind `after`, newest first, each with the customer's id."""
        ids = [row_id for _, row_id in self._positions(wanted, after, limit)]
        statement = (
            select(CustomerVerification, applicant_table.c.partner_user_id)
            .join(applicant_table, applicant_table.c.id == _ROW.applicant_id)
            .where(_ROW.id.in_(ids))
            .order_by(_ROW.created_at.desc(), _ROW.id.desc())
        )
        return [(row[0], row[1]) for row in self._session.execute(statement)] if ids else []

    def _positions(
        self, wanted: CustomerVerificationFilter, after: Position | None, limit: int
    ) -> Sequence[Position]:
        """Where the rows of a page stand: found in an index alone, so that few rows are read."""
        chosen = [_owned(wanted), *_narrowed(_ROW, wanted, after)]
        if wanted.status is None:
            return self._ordered(select(_ROW.created_at, _ROW.id).where(*chosen), limit)
        at_status = select(_ROW.created_at, _ROW.id).where(*chosen, _ROW.status == wanted.status)
        if wanted.status is CustomerStatus.EXPIRED:
            # The late ones first: one that is swept in between is then found twice, not missed.
            late = self._late(wanted, after, limit)
            found = {*late, *self._ordered(at_status, limit)}
            return sorted(found, reverse=True)[:limit]
        if wanted.status in _LAPSING:
            lives = or_(_ROW.expires_at.is_(None), _ROW.expires_at > wanted.now)
            at_status = at_status.where(lives)
        return self._ordered(at_status, limit)

    def _late(
        self, wanted: CustomerVerificationFilter, after: Position | None, limit: int
    ) -> Sequence[Position]:
        """Rows that have lapsed and were not swept yet. There are few of them: the sweep runs."""
        # All of them first, by the index of their end. Narrowed down or ordered in the same
        # breath, a database may rather walk all that holds in the order of the list.
        late = (
            select(_ROW.created_at, _ROW.id, _ROW.verification_type)
            .where(_owned(wanted), _ROW.status.in_(_LAPSING), _ROW.expires_at <= wanted.now)
            .cte("late")
            .prefix_with("MATERIALIZED")
        )
        statement = (
            select(late.c.created_at, late.c.id)
            .where(*_narrowed(late.c, wanted, after))
            .order_by(late.c.created_at.desc(), late.c.id.desc())
            .limit(limit)
        )
        return [(row[0], row[1]) for row in self._session.execute(statement)]

    def _ordered(self, statement: Select[datetime, str], limit: int) -> Sequence[Position]:
        newest_first = statement.order_by(_ROW.created_at.desc(), _ROW.id.desc()).limit(limit)
        return [(row[0], row[1]) for row in self._session.execute(newest_first)]


def _owned(wanted: CustomerVerificationFilter) -> ColumnElement[bool]:
    if wanted.applicant_id is None:
        return _ROW.partner_id == wanted.partner_id
    # An applicant is of one partner, and has few rows: with the partner named besides, a database
    # may walk all of the partner's rows instead.
    return _ROW.applicant_id == wanted.applicant_id


def _narrowed(
    columns: ReadOnlyColumnCollection[str, Any],
    wanted: CustomerVerificationFilter,
    after: Position | None,
) -> list[ColumnElement[bool]]:
    """What the filters and the place in the list leave, of a table or a part of it."""
    left: list[ColumnElement[bool]] = []
    if wanted.verification_type is not None:
        left.append(columns.verification_type == wanted.verification_type)
    if wanted.occurred_after is not None:
        left.append(columns.created_at >= wanted.occurred_after)
    # One upper bound, not two: a database may begin its walk at the wrong one of them.
    if after is not None and (wanted.occurred_before is None or after[0] < wanted.occurred_before):
        left.append(tuple_(columns.created_at, columns.id) < after)
    elif wanted.occurred_before is not None:
        left.append(columns.created_at < wanted.occurred_before)
    return left
