"""Verifications on their way to another device."""

from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table, delete, select
from sqlalchemy.orm import Session

from app.domain.chance import Clock
from app.domain.handoff import KEPT_FOR, Handoff, HandoffStatus
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import LockableRepository

handoff_table = Table(
    "handoff",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("applicant_id", ForeignKey("applicant.id"), nullable=False),
    Column("session_id", ForeignKey("client_session.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("status", WordOf(HandoffStatus), nullable=False),
    Column("number", Integer),
    Column("choices", JSON, nullable=False),
    Column("phone_session_id", ForeignKey("client_session.id"), index=True),
    Column("ended_at", UtcDateTime),
    Index(None, "applicant_id", "created_at"),
)
MAPPING.map_imperatively(Handoff, handoff_table)
_C = handoff_table.c


class Handoffs(LockableRepository[Handoff]):
    """One row for each code that was shown."""

    row_type = Handoff

    def __init__(self, session: Session, clock: Clock) -> None:
        super().__init__(session)
        self._clock = clock

    def active(self, applicant_id: str) -> Handoff | None:
        """The one by which another device goes on at the moment, if any."""
        statement = select(Handoff).where(
            _C.applicant_id == applicant_id,
            _C.status == HandoffStatus.ACTIVE,
            _C.expires_at > self._clock(),
        )
        return self._session.scalar(statement.order_by(_C.created_at.desc()).limit(1))

    def of_phone(self, phone_session_id: str) -> Handoff | None:
        """The one that opened this session, if any did."""
        return self._session.scalar(select(Handoff).where(_C.phone_session_id == phone_session_id))

    def since(self, applicant_id: str, moment: datetime) -> list[Handoff]:
        """Those that an applicant began after a moment, newest first."""
        statement = (
            select(Handoff)
            .where(_C.applicant_id == applicant_id, _C.created_at > moment)
            .order_by(_C.created_at.desc(), _C.id.desc())
        )
        return list(self._session.scalars(statement))

    def forget_of(self, applicant_id: str) -> None:
        """Delete an applicant's."""
        self._session.execute(delete(Handoff).where(_C.applicant_id == applicant_id))

    def forget(self, now: datetime) -> None:
        """Delete what nobody can go on with any more."""
        old = now - KEPT_FOR
        self._session.execute(delete(Handoff).where(_C.expires_at < old, _C.created_at < old))
