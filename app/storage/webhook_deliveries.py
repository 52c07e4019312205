"""Deliveries of events to endpoints, the attempts they took, and the partner's list of them."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy import UniqueConstraint as Unique

from app.domain.errors import DomainError, ErrorCode
from app.domain.event import (
    DeliveryFilter,
    DeliveryState,
    Event,
    EventType,
    WebhookAttempt,
    WebhookDelivery,
)
from app.storage.applicants import applicant_table
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.events import event_table
from app.storage.jobs import JobState, job_table
from app.storage.repository import LockableRepository, Repository

Position = tuple[datetime, str]
Found = TypeVar("Found")

webhook_delivery_table = Table(
    "webhook_delivery",
    METADATA,
    Column("id", Id, primary_key=True),
    # The partner and the type are the event's: written here too, so that one index finds a page.
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("event_type", WordOf(EventType), nullable=False),
    Column("endpoint_id", ForeignKey("webhook_endpoint.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", WordOf(DeliveryState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_status", Integer),
    Column("last_error", String(80)),
    Column("delivered_at", UtcDateTime),
    Column("next_attempt_at", UtcDateTime),
    Column("earlier_attempts", Integer, nullable=False),
    Column("row_version", Integer, nullable=False),
    Unique("event_id", "endpoint_id"),
    Index(None, "partner_id", "created_at", "id"),
    Index(None, "partner_id", "state", "created_at", "id"),
    # Named by hand: PostgreSQL's names end after 63 characters.
    Index("ix_webhook_delivery_by_type", "partner_id", "event_type", "created_at", "id"),
    Index(None, "endpoint_id", "created_at", "id"),
    Index(None, "state", "next_attempt_at"),
    Index("ix_webhook_delivery_by_endpoint_and_state", "endpoint_id", "state", "created_at", "id"),
)
webhook_attempt_table = Table(
    "webhook_attempt",
    METADATA,
    Column("delivery_id", ForeignKey("webhook_delivery.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("status", Integer),
    Column("error", String(80)),
    Column("duration_ms", Integer, nullable=False),
)
MAPPING.map_imperatively(
    WebhookDelivery, webhook_delivery_table, version_id_col=webhook_delivery_table.c.row_version
)
MAPPING.map_imperatively(WebhookAttempt, webhook_attempt_table)
_ROW = webhook_delivery_table.c


class WebhookAttempts(Repository[WebhookAttempt]):
    """What came of each attempt."""

    row_type = WebhookAttempt

    def for_delivery(self, delivery_id: str) -> list[WebhookAttempt]:
        """The attempts of one delivery, first to last."""
        table = webhook_attempt_table.c
        statement = (
            select(WebhookAttempt).where(table.delivery_id == delivery_id).order_by(table.number)
        )
        return list(self._session.scalars(statement))


class Deliveries(LockableRepository[WebhookDelivery]):
    """One row per event and endpoint."""

    row_type = WebhookDelivery

    def of_partner(self, partner_id: str, row_id: str) -> WebhookDelivery:
        """The partner's delivery. Raises DomainError `not_found` for everybody else's."""
        return self._owned(self.get(row_id), partner_id)

    def lock_of_partner(self, partner_id: str, row_id: str) -> WebhookDelivery:
        """The same, held for change."""
        return self._owned(self.lock(row_id), partner_id)

    def for_event(self, event_id: str) -> list[WebhookDelivery]:
        """The deliveries of one event, oldest first."""
        statement = (
            select(WebhookDelivery)
            .where(_ROW.event_id == event_id)
            .order_by(_ROW.created_at, _ROW.id)
        )
        return list(self._session.scalars(statement))

    def has_untried_before(self, event: Event, endpoint_id: str, since: datetime) -> bool:
        """Whether an earlier event of the same user, told since then, waits for its first try."""
        if event.applicant_id is None:
            return False
        statement = (
            select(_ROW.id)
            .join(event_table, event_table.c.id == _ROW.event_id)
            .where(
                event_table.c.applicant_id == event.applicant_id,
                event_table.c.version < event.version,
                _ROW.endpoint_id == endpoint_id,
                _ROW.state == DeliveryState.PENDING,
                _ROW.attempts == 0,
                _ROW.earlier_attempts == 0,
                _ROW.created_at >= since,
            )
            .limit(1)
        )
        return self._session.scalar(statement) is not None

    def stranded(self, before: datetime, limit: int) -> list[WebhookDelivery]:
        """Pending ones that were due before this moment, and for which no job is under way."""
        job = job_table.c
        under_way = exists().where(
            job.subject_id == _ROW.id, job.state.in_((JobState.QUEUED, JobState.RUNNING))
        )
        statement = (
            select(WebhookDelivery)
            .where(_ROW.state == DeliveryState.PENDING, _ROW.next_attempt_at <= before, ~under_way)
            .order_by(_ROW.next_attempt_at, _ROW.id)
            .limit(limit)
        )
        return list(self._session.scalars(statement))

    def end_for_applicant(self, applicant_id: str, but: str) -> None:
        """Give up what is still to be delivered of an applicant's events, but for one event."""
        statement = (
            select(WebhookDelivery)
            .join(event_table, event_table.c.id == _ROW.event_id)
            .where(
                event_table.c.applicant_id == applicant_id,
                event_table.c.id != but,
                _ROW.state == DeliveryState.PENDING,
            )
        )
        for delivery in self._session.scalars(statement):
            delivery.give_up("erased")

    def recent(self, partner_id: str, limit: int) -> list[WebhookDelivery]:
        """The partner's newest deliveries, newest first."""
        return self.page(DeliveryFilter(partner_id), None, limit)

    def page(
        self, wanted: DeliveryFilter, after: Position | None, limit: int
    ) -> list[WebhookDelivery]:
        """Up to `limit` rows behind `after`, newest first."""
        statement = (
            select(WebhookDelivery)
            .where(*_chosen(wanted, after))
            .order_by(_ROW.created_at.desc(), _ROW.id.desc())
            .limit(limit)
        )
        return list(self._session.scalars(statement))

    def count_replayable(self, endpoint_id: str) -> int:
        """How many dead deliveries of an endpoint may be sent again."""
        return self._session.scalar(_replayable(select(func.count()), endpoint_id)) or 0

    def lock_replayable(self, endpoint_id: str, limit: int) -> list[WebhookDelivery]:
        """The oldest dead deliveries that may be sent again, held until this unit of work ends."""
        statement = (
            _replayable(select(WebhookDelivery), endpoint_id)
            .order_by(_ROW.created_at, _ROW.id)
            .limit(limit)
            .with_for_update(of=webhook_delivery_table)
        )
        return list(self._session.scalars(statement, execution_options={"populate_existing": True}))

    @staticmethod
    def _owned(delivery: WebhookDelivery, partner_id: str) -> WebhookDelivery:
        if delivery.partner_id != partner_id:
            raise DomainError(ErrorCode.NOT_FOUND)
        return delivery


def _chosen(wanted: DeliveryFilter, after: Position | None) -> list[ColumnElement[bool]]:
    """The filters and the place in the list."""
    chosen = [_ROW.partner_id == wanted.partner_id]
    if wanted.endpoint_id is not None:
        chosen.append(_ROW.endpoint_id == wanted.endpoint_id)
    if wanted.state is not None:
        chosen.append(_ROW.state == wanted.state)
    if wanted.event_type is not None:
        chosen.append(_ROW.event_type == wanted.event_type)
    if wanted.created_after is not None:
        chosen.append(_ROW.created_at >= wanted.created_after)
    # One upper bound, not two: a database may begin its walk at the wrong one of them.
    if after is not None and (wanted.created_before is None or after[0] < wanted.created_before):
        chosen.append(tuple_(_ROW.created_at, _ROW.id) < after)
    elif wanted.created_before is not None:
        chosen.append(_ROW.created_at < wanted.created_before)
    return chosen


def _replayable(statement: Select[Found], endpoint_id: str) -> Select[Found]:
    """Dead ones, but for those about users who are erased; that a user was erased is told still."""
    return (
        statement.select_from(webhook_delivery_table)
        .join(event_table, event_table.c.id == _ROW.event_id)
        .outerjoin(applicant_table, applicant_table.c.id == event_table.c.applicant_id)
        .where(
            _ROW.endpoint_id == endpoint_id,
            _ROW.state == DeliveryState.DEAD,
            or_(
                applicant_table.c.erased_at.is_(None),
                _ROW.event_type == EventType.USER_DELETED,
            ),
        )
    )
