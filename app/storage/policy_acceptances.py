"""Which versions of the policy documents applicants have accepted."""

from dataclasses import fields

from sqlalchemy import Column, ForeignKey, String, Table, Text, delete, insert, select
from sqlalchemy.orm import Session

from app.domain.acceptance import PolicyAcceptance
from app.storage.columns import METADATA, UtcDateTime

policy_acceptance_table = Table(
    "policy_acceptance",
    METADATA,
    Column("applicant_id", ForeignKey("applicant.id"), primary_key=True),
    Column("document_id", String(40), primary_key=True),
    Column("version", String(80), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("language", Text, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
)
_C = policy_acceptance_table.c
_READ = tuple(_C[field.name] for field in fields(PolicyAcceptance))


class PolicyAcceptances:
    """One row per applicant, document and version; a row is never changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, applicant_id: str, acceptance: PolicyAcceptance) -> None:
        """Keep an acceptance. Raises DomainError `conflict` when there is one of this version."""
        self._session.execute(
            insert(policy_acceptance_table).values(applicant_id=applicant_id, **vars(acceptance))
        )

    def of(self, applicant_id: str) -> list[PolicyAcceptance]:
        """Every acceptance of an applicant, in order."""
        rows = self._session.execute(
            select(*_READ).where(_C.applicant_id == applicant_id).order_by(_C.accepted_at)
        )
        return [PolicyAcceptance(*row) for row in rows]

    def find(self, applicant_id: str, document_id: str, version: str) -> PolicyAcceptance | None:
        """The acceptance of one version."""
        row = self._session.execute(
            select(*_READ).where(
                _C.applicant_id == applicant_id,
                _C.document_id == document_id,
                _C.version == version,
            )
        ).first()
        return None if row is None else PolicyAcceptance(*row)

    def forget(self, applicant_id: str) -> None:
        """Delete the acceptances of an applicant."""
        self._session.execute(
            delete(policy_acceptance_table).where(_C.applicant_id == applicant_id)
        )
