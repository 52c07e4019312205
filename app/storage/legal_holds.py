"""Legal holds: whose records neither retention nor erasure may touch."""

from sqlalchemy import Column, ForeignKey, String, Table, delete, select

from app.domain.legal_hold import LegalHold
from app.storage.columns import MAPPING, METADATA, UtcDateTime
from app.storage.repository import Repository

legal_hold_table = Table(
    "legal_hold",
    METADATA,
    Column("applicant_id", ForeignKey("applicant.id"), primary_key=True),
    Column("placed_at", UtcDateTime, nullable=False),
    Column("placed_by", String(80), nullable=False),
    Column("reference", String(80), nullable=False),
)
MAPPING.map_imperatively(LegalHold, legal_hold_table)


class LegalHolds(Repository[LegalHold]):
    """At most one for each applicant."""

    row_type = LegalHold

    def of(self, applicant_id: str) -> LegalHold | None:
        """The hold on an applicant, if there is one."""
        return self._session.get(LegalHold, applicant_id)

    def release(self, applicant_id: str) -> bool:
        """Whether there was a hold to release."""
        table = legal_hold_table.c
        released = self._session.scalar(
            delete(legal_hold_table)
            .where(table.applicant_id == applicant_id)
            .returning(table.applicant_id)
        )
        return released is not None

    def all(self) -> list[LegalHold]:
        """Every hold, the oldest first."""
        table = legal_hold_table.c
        statement = select(LegalHold).order_by(table.placed_at, table.applicant_id)
        return list(self._session.scalars(statement))
