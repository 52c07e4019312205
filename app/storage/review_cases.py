"""The queue of a partner's reviewers: what waits, who took it, and what they noted."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    ForeignKey,
    LargeBinary,
    Select,
    String,
    Table,
    and_,
    cast,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.domain.proof_of_address import ProofStatus
from app.domain.review_case import CaseKind, ReviewClaim, ReviewNote, WaitingCase
from app.domain.verification import Stage
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime
from app.storage.proofs_of_address import proof_of_address_table
from app.storage.repository import LockableRepository, Repository
from app.storage.verifications import verification_table

review_claim_table = Table(
    "review_claim",
    METADATA,
    Column("case_id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("reviewer_id", ForeignKey("reviewer.id"), nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
review_note_table = Table(
    "review_note",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, nullable=False, index=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("reviewer_id", ForeignKey("reviewer.id"), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("sealed_text", LargeBinary, nullable=False),
)
MAPPING.map_imperatively(ReviewClaim, review_claim_table)
MAPPING.map_imperatively(ReviewNote, review_note_table)


class ReviewQueue:
    """Verifications and proofs of address in review, as one list."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(
        self,
        partner_id: str,
        limit: int,
        *,
        kind: CaseKind | None = None,
        reason: str | None = None,
        after: tuple[datetime, str] | None = None,
    ) -> list[WaitingCase]:
        """The partner's cases, the soonest due first; `after` is (due_at, case_id) of a line."""
        cases = _cases(partner_id, kind, reason).subquery()
        claim = review_claim_table.c
        statement = (
            select(cases, claim.reviewer_id, claim.expires_at)
            .join(review_claim_table, claim.case_id == cases.c.id, isouter=True)
            .order_by(cases.c.due_at, cases.c.id)
            .limit(limit)
        )
        if after is not None:
            due_at, case_id = after
            same = and_(cases.c.due_at == due_at, cases.c.id > case_id)
            statement = statement.where(or_(cases.c.due_at > due_at, same))
        return [
            WaitingCase(
                row.id,
                CaseKind(row.kind),
                row.due_at,
                row.since,
                tuple(json.loads(row.reasons)),
                row.tier,
                row.reviewer_id,
                row.expires_at,
            )
            for row in self._session.execute(statement)
        ]

    def count(self, partner_id: str, overdue_at: datetime) -> tuple[int, int]:
        """How many wait, and how many of them should have been decided by now."""
        cases = _cases(partner_id, None, None).subquery()
        late = func.count().filter(cases.c.due_at <= overdue_at)
        total, overdue = self._session.execute(select(func.count(), late).select_from(cases)).one()
        return int(total), int(overdue)


class ReviewClaims(LockableRepository[ReviewClaim]):
    """Who holds which case."""

    row_type = ReviewClaim

    def find(self, case_id: str) -> ReviewClaim | None:
        """The claim on a case, lapsed ones included; held for change in a writing unit of work."""
        return self._session.scalar(
            select(ReviewClaim).where(review_claim_table.c.case_id == case_id).with_for_update(),
            execution_options={"populate_existing": True},
        )

    def look(self, case_id: str) -> ReviewClaim | None:
        """The same, for reading."""
        return self._session.get(ReviewClaim, case_id)

    def forget(self, case_id: str) -> None:
        """Let the case go."""
        table = review_claim_table
        self._session.execute(delete(table).where(table.c.case_id == case_id))


class ReviewNotes(Repository[ReviewNote]):
    """Sealed words on decisions."""

    row_type = ReviewNote

    def for_case(self, case_id: str) -> list[ReviewNote]:
        """All notes of a case, oldest first."""
        table = review_note_table.c
        statement = (
            select(ReviewNote).where(table.case_id == case_id).order_by(table.written_at, table.id)
        )
        return list(self._session.scalars(statement))

    def forget(self, case_id: str) -> None:
        """Delete the notes of an erased case."""
        table = review_note_table
        self._session.execute(delete(table).where(table.c.case_id == case_id))


def _cases(partner_id: str, kind: CaseKind | None, reason: str | None) -> CompoundSelect[Any]:
    """Both kinds as rows of one form: id, kind, due_at, since, reasons (JSON text), tier."""
    run, paper = verification_table.c, proof_of_address_table.c
    since = func.coalesce(run.submitted_at, run.created_at, type_=UtcDateTime())
    runs = _lines(CaseKind.IDENTITY, run, since, run.tier).where(
        run.partner_id == partner_id, run.stage == Stage.IN_REVIEW
    )
    papers = _lines(CaseKind.PROOF_OF_ADDRESS, paper, paper.created_at, null()).where(
        paper.partner_id == partner_id, paper.status == ProofStatus.IN_REVIEW
    )
    chosen = [(CaseKind.IDENTITY, runs, run), (CaseKind.PROOF_OF_ADDRESS, papers, paper)]
    return union_all(
        *(
            # A code has nothing in it that LIKE or JSON would read otherwise.
            lines if reason is None else lines.where(_text(row).contains(f'"{reason}"'))
            for each, lines, row in chosen
            if kind in {None, each}
        )
    )


def _lines(kind: CaseKind, row: Any, since: Any, tier: Any) -> Select[Any]:
    return select(
        row.id,
        literal(kind.value).label("kind"),
        row.expected_by.label("due_at"),
        since.label("since"),
        _text(row).label("reasons"),
        tier.label("tier"),
    )


def _text(row: Any) -> ColumnElement[str]:
    return cast(row.reasons, String)
