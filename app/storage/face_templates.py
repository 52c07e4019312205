"""Sealed templates of users' faces, read by what changed since they were last read."""

from typing import Any
from zlib import crc32

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.domain.face_template import FaceModel, FaceTemplate
from app.storage.columns import METADATA, Id, UtcDateTime
from app.storage.upsert import insert_into

face_template_table = Table(
    "face_template",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("applicant_id", ForeignKey("applicant.id"), nullable=False, unique=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("engine", String(80), nullable=False),
    Column("model_hash", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),
    Index(None, "partner_id", "revision", unique=True),
)
_C = face_template_table.c
# Any constant will do; it names our locks among PostgreSQL's advisory locks.
_LOCKS = 0x6B79_6674


class FaceTemplates:
    """One row for each applicant whose face was ever kept; changed under the partner's hold."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self, partner_id: str) -> None:
        """Let nobody else change a template of the partner until this unit of work ends.

        Else two users with one face, examined at the same moment, would not see each other, and a
        revision could become visible after a later one. Hold after the applicant is locked. SQLite
        needs no such lock: its writing transactions run one after another.
        """
        if self._session.get_bind().dialect.name == "postgresql":
            key = crc32(partner_id.encode()) - 2**31
            self._session.execute(select(func.pg_advisory_xact_lock(_LOCKS, key)))

    def next_revision(self, partner_id: str) -> int:
        """The number for the next change of the partner's; call it under the hold."""
        newest = self._session.scalar(
            select(func.max(_C.revision)).where(_C.partner_id == partner_id)
        )
        return (newest or 0) + 1

    def changes(self, partner_id: str, revision: int, limit: int) -> list[FaceTemplate]:
        """What is later than this revision, in order."""
        rows = self._session.execute(
            select(face_template_table)
            .where(_C.partner_id == partner_id, _C.revision > revision)
            .order_by(_C.revision)
            .limit(limit)
        )
        return [_template(row) for row in rows]

    def of(self, applicant_id: str) -> FaceTemplate | None:
        """The applicant's template; None where there is none, or none any more."""
        row = self._session.execute(
            select(face_template_table).where(
                _C.applicant_id == applicant_id, _C.sealed.is_not(None)
            )
        ).first()
        return None if row is None else _template(row)

    def keep(self, template: FaceTemplate) -> None:
        """Put it in the place of the applicant's older one; call it under the hold."""
        values = {
            "id": template.id,
            "engine": template.model.engine,
            "model_hash": template.model.model_hash,
            "revision": template.revision,
            "kept_at": template.kept_at,
            "wrapped_key": template.wrapped_key,
            "sealed": template.sealed,
        }
        whose = {"applicant_id": template.applicant_id, "partner_id": template.partner_id}
        statement = insert_into(face_template_table, self._session.get_bind().dialect.name)
        self._session.execute(
            statement.values(**values, **whose).on_conflict_do_update(
                index_elements=["applicant_id"], set_=values
            )
        )

    def forget(self, applicant_id: str) -> bool:
        """Take key and features away, if there are any; call it with the applicant locked."""
        template = self.of(applicant_id)
        if template is None:
            return False
        self.hold(template.partner_id)
        self._session.execute(
            update(face_template_table)
            .where(_C.applicant_id == applicant_id)
            .values(wrapped_key=b"", sealed=None, revision=self.next_revision(template.partner_id))
        )
        return True


def _template(row: Row[Any]) -> FaceTemplate:
    model = FaceModel(row.engine, row.model_hash)
    return FaceTemplate(
        row.id,
        row.applicant_id,
        row.partner_id,
        model,
        row.revision,
        row.kept_at,
        row.wrapped_key,
        row.sealed,
    )
