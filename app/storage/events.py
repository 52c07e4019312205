"""Events for partners, and their deliveries."""

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, select
from sqlalchemy import UniqueConstraint as Unique

from app.domain.event import DeliveryState, Event, EventType, WebhookDelivery
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.partners import webhook_endpoint_table
from app.storage.repository import LockableRepository, Repository

event_table = Table(
    "event",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("applicant_id", ForeignKey("applicant.id"), nullable=False),
    Column("type", WordOf(EventType), nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Receivers drop what is older than what they have: a number may be given only once.
    Unique("applicant_id", "version"),
)
webhook_delivery_table = Table(
    "webhook_delivery",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("endpoint_id", ForeignKey("webhook_endpoint.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", WordOf(DeliveryState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_status", Integer),
    Column("last_error", String(80)),
    Column("delivered_at", UtcDateTime),
    Column("row_version", Integer, nullable=False),
    Unique("event_id", "endpoint_id"),
)
MAPPING.map_imperatively(Event, event_table)
MAPPING.map_imperatively(
    WebhookDelivery, webhook_delivery_table, version_id_col=webhook_delivery_table.c.row_version
)


class Events(Repository[Event]):
    """What partners are told."""

    row_type = Event

    def for_applicant(self, applicant_id: str) -> list[Event]:
        """The applicant's events by their version."""
        table = event_table.c
        statement = select(Event).where(table.applicant_id == applicant_id).order_by(table.version)
        return list(self._session.scalars(statement))


class Deliveries(LockableRepository[WebhookDelivery]):
    """One row per event and endpoint."""

    row_type = WebhookDelivery

    def for_event(self, event_id: str) -> list[WebhookDelivery]:
        """The deliveries of one event, oldest first."""
        table = webhook_delivery_table.c
        statement = (
            select(WebhookDelivery)
            .where(table.event_id == event_id)
            .order_by(table.created_at, table.id)
        )
        return list(self._session.scalars(statement))

    def recent(self, partner_id: str, limit: int) -> list[WebhookDelivery]:
        """The partner's newest deliveries, newest first."""
        table = webhook_delivery_table.c
        statement = (
            select(WebhookDelivery)
            .join(webhook_endpoint_table, webhook_endpoint_table.c.id == table.endpoint_id)
            .where(webhook_endpoint_table.c.partner_id == partner_id)
            .order_by(table.created_at.desc(), table.id.desc())
            .limit(limit)
        )
        return list(self._session.scalars(statement))
