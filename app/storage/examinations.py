"""Records of examinations; written once, and only what was read of a person is ever erased."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    select,
    update,
)

from app.domain.examination import Examination
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime
from app.storage.repository import Repository

examination_table = Table(
    "examination",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("verification_id", ForeignKey("verification.id"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("checks", JSON, nullable=False),
    Column("verdict", String(40), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("policy_hash", String(64), nullable=False),
    Column("model_hashes", JSON, nullable=False),
    Column("stage_ms", JSON, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("decided_by", String(80), nullable=False),
    Column("readings", LargeBinary),
)
MAPPING.map_imperatively(Examination, examination_table)


class Examinations(Repository[Examination]):
    """What was found out, attempt by attempt."""

    row_type = Examination

    def all_for(self, verification_id: str) -> list[Examination]:
        """Every examination of a verification, oldest first."""
        table = examination_table.c
        statement = (
            select(Examination)
            .where(table.verification_id == verification_id)
            .order_by(table.decided_at, table.id)
        )
        return list(self._session.scalars(statement))

    def latest(self, verification_id: str) -> Examination | None:
        """The newest examination, if there was one."""
        table = examination_table.c
        return self._session.scalar(
            select(Examination)
            .where(table.verification_id == verification_id)
            .order_by(table.decided_at.desc(), table.id.desc())
            .limit(1)
        )

    def forget_readings(self, verification_id: str) -> None:
        """Erase what was read on the documents of a verification."""
        table = examination_table.c
        self._session.execute(
            update(Examination)
            .where(table.verification_id == verification_id)
            .values(readings=None),
            execution_options={"synchronize_session": "fetch"},
        )
