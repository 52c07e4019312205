"""Keyed digests of document numbers: who else of a partner's users holds the same document."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, delete, select
from sqlalchemy.orm import Session

from app.storage.columns import METADATA, UtcDateTime
from app.storage.upsert import insert_into

document_digest_table = Table(
    "document_digest",
    METADATA,
    Column("applicant_id", ForeignKey("applicant.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "partner_id", "digest"),
)


class DocumentDigests:
    """The number itself is never stored; its digest is under the key ring's pepper."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def remember(self, partner_id: str, applicant_id: str, digest: str, now: datetime) -> None:
        """Note that this applicant showed or declared the document; twice is the same as once."""
        self._session.execute(
            insert_into(document_digest_table, self._session.get_bind().dialect.name)
            .values(applicant_id=applicant_id, digest=digest, partner_id=partner_id, created_at=now)
            .on_conflict_do_nothing()
        )

    def is_held_by_another(
        self, partner_id: str, applicant_id: str, digests: Collection[str]
    ) -> bool:
        """Whether another applicant of the partner is noted with any of these digests."""
        return self.other_holder(partner_id, applicant_id, digests) is not None

    def other_holder(
        self, partner_id: str, applicant_id: str, digests: Collection[str]
    ) -> str | None:
        """The applicant of the partner who was noted first with any of these, but for this one."""
        table = document_digest_table.c
        statement = (
            select(table.applicant_id)
            .where(
                table.partner_id == partner_id,
                table.digest.in_(digests),
                table.applicant_id != applicant_id,
            )
            .order_by(table.created_at, table.applicant_id)
            .limit(1)
        )
        return self._session.scalar(statement)

    def forget(self, applicant_id: str) -> None:
        """Delete what is noted of an applicant."""
        table = document_digest_table
        self._session.execute(delete(table).where(table.c.applicant_id == applicant_id))
