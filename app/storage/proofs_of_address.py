"""Proofs of address: what applicants showed, and what sweep and review work through."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    select,
)

from app.domain.proof_of_address import ProofOfAddress, ProofStatus
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import LockableRepository

proof_of_address_table = Table(
    "proof_of_address",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("applicant_id", ForeignKey("applicant.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("object_names", JSON, nullable=False),
    Column("n_pages", Integer, nullable=False),
    Column("status", WordOf(ProofStatus), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("checks", JSON, nullable=False),
    Column("findings", LargeBinary),
    Column("examined_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    Column("decided_by", String(80)),
    Column("policy_hash", String(64)),
    Column("expected_by", UtcDateTime, index=True),
    Column("expires_at", UtcDateTime),
    Column("row_version", Integer, nullable=False),
    Index(None, "applicant_id", "created_at"),
    Index(None, "status", "created_at"),
    Index(None, "status", "expires_at"),
)
MAPPING.map_imperatively(
    ProofOfAddress, proof_of_address_table, version_id_col=proof_of_address_table.c.row_version
)


class ProofsOfAddress(LockableRepository[ProofOfAddress]):
    """Papers that applicants showed; of each applicant's the newest counts."""

    row_type = ProofOfAddress

    def current(self, applicant_id: str) -> ProofOfAddress | None:
        """The newest one of an applicant, if there is any."""
        table = proof_of_address_table.c
        return self._session.scalar(
            select(ProofOfAddress)
            .where(table.applicant_id == applicant_id)
            .order_by(table.created_at.desc(), table.id.desc())
            .limit(1)
        )

    def for_applicant(self, applicant_id: str) -> list[ProofOfAddress]:
        """All of one applicant, oldest first."""
        table = proof_of_address_table.c
        return self._listed([table.applicant_id == applicant_id], table.created_at)

    def count(self, applicant_id: str, since: datetime) -> int:
        """How many an applicant has sent since then."""
        table = proof_of_address_table.c
        statement = select(func.count()).where(
            table.applicant_id == applicant_id, table.created_at > since
        )
        return self._session.scalar(statement) or 0

    def at_status(self, status: ProofStatus, limit: int = 100) -> list[ProofOfAddress]:
        """Those that stand here, the longest waiting first."""
        table = proof_of_address_table.c
        return self._listed([table.status == status], table.created_at, limit)

    def overdue(self, now: datetime, limit: int) -> list[ProofOfAddress]:
        """Those that were expected to be examined by now, the latest ones first in line."""
        table = proof_of_address_table.c
        conditions = [table.expected_by <= now, table.status == ProofStatus.PENDING]
        return self._listed(conditions, table.expected_by, limit)

    def past_expiry(self, now: datetime, limit: int) -> list[ProofOfAddress]:
        """Accepted ones whose time has run out, the longest expired first."""
        table = proof_of_address_table.c
        conditions = [table.status == ProofStatus.VERIFIED, table.expires_at <= now]
        return self._listed(conditions, table.expires_at, limit)

    def _listed(
        self,
        conditions: Sequence[ColumnElement[bool]],
        order: ColumnElement[datetime],
        limit: int | None = None,
    ) -> list[ProofOfAddress]:
        statement = select(ProofOfAddress).where(*conditions)
        ordered = statement.order_by(order, proof_of_address_table.c.id).limit(limit)
        return list(self._session.scalars(ordered))
