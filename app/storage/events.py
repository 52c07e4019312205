"""Events for partners."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table, select
from sqlalchemy import UniqueConstraint as Unique

from app.domain.event import Event, EventType
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import Repository

event_table = Table(
    "event",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("applicant_id", ForeignKey("applicant.id")),
    Column("type", WordOf(EventType), nullable=False),
    Column("version", Integer),
    Column("data", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Receivers drop what is older than what they have: a number may be given only once.
    Unique("applicant_id", "version"),
    Index(None, "partner_id", "created_at"),
)
MAPPING.map_imperatively(Event, event_table)


class Events(Repository[Event]):
    """What partners are told."""

    row_type = Event

    def for_applicant(self, applicant_id: str) -> list[Event]:
        """The applicant's events by their version."""
        table = event_table.c
        statement = select(Event).where(table.applicant_id == applicant_id).order_by(table.version)
        return list(self._session.scalars(statement))

    def forget_name(self, applicant_id: str, but: str) -> None:
        """Take the partner's name for the user out of every event but one."""
        for event in self.for_applicant(applicant_id):
            if event.id != but:
                event.data = {k: v for k, v in event.data.items() if k != "partner_user_id"}
