"""Verifications, and the two lists that the sweeps work through."""

from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, select

from app.domain.evidence import DocumentType
from app.domain.verification import Stage, Verification
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import LockableRepository

verification_table = Table(
    "verification",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False, index=True),
    Column("applicant_id", ForeignKey("applicant.id"), nullable=False, index=True),
    Column("tier", String(40), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("stage", WordOf(Stage), nullable=False),
    Column("claimed", LargeBinary),
    Column("declared", LargeBinary),
    Column("consent_version", String(40)),
    Column("consented_at", UtcDateTime),
    Column("document_type", WordOf(DocumentType)),
    Column("attempt", Integer, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("submitted_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    Column("verified_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("expected_by", UtcDateTime, index=True),
    Column("held_tier", String(40)),
    Column("held_until", UtcDateTime, index=True),
    Column("begun_anew_at", UtcDateTime),
    Column("row_version", Integer, nullable=False),
    Index(None, "stage", "expires_at"),
)
MAPPING.map_imperatively(
    Verification, verification_table, version_id_col=verification_table.c.row_version
)


class Verifications(LockableRepository[Verification]):
    """Runs through the widget."""

    row_type = Verification

    def overdue(self, now: datetime, limit: int) -> list[Verification]:
        """Those that the machine was expected to have examined by now, the latest ones first."""
        table = verification_table.c
        statement = (
            select(Verification)
            .where(table.expected_by <= now, table.stage != Stage.IN_REVIEW)
            .order_by(table.expected_by, table.id)
            .limit(limit)
        )
        return list(self._session.scalars(statement))

    def past_holding(self, now: datetime, limit: int) -> list[Verification]:
        """Step-ups whose held tier has run out, the longest first."""
        table = verification_table.c
        statement = (
            select(Verification)
            .where(table.held_until <= now)
            .order_by(table.held_until, table.id)
            .limit(limit)
        )
        return list(self._session.scalars(statement))

    def for_applicant(self, applicant_id: str) -> list[Verification]:
        """All of one applicant, oldest first."""
        table = verification_table.c
        statement = (
            select(Verification)
            .where(table.applicant_id == applicant_id)
            .order_by(table.created_at, table.id)
        )
        return list(self._session.scalars(statement))

    def at_stage(self, stage: Stage, limit: int = 100) -> list[Verification]:
        """Those that stand at this stage, the longest submitted first."""
        table = verification_table.c
        statement = (
            select(Verification)
            .where(table.stage == stage)
            .order_by(table.submitted_at, table.id)
            .limit(limit)
        )
        return list(self._session.scalars(statement))

    def past_expiry(self, now: datetime, limit: int) -> list[Verification]:
        """Verified ones whose time has run out, the longest expired first."""
        table = verification_table.c
        statement = (
            select(Verification)
            .where(table.stage == Stage.VERIFIED, table.expires_at <= now)
            .order_by(table.expires_at, table.id)
            .limit(limit)
        )
        return list(self._session.scalars(statement))
