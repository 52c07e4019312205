"""Traits that users of one partner may share, as keyed digests, and the links found by them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, delete, func, or_, select
from sqlalchemy.orm import Session

from app.domain.applicant_link import MOST_LINKS, ApplicantLink, LinkKind, Sharer
from app.storage.columns import METADATA, UtcDateTime, WordOf
from app.storage.upsert import insert_into

link_trait_table = Table(
    "link_trait",
    METADATA,
    Column("applicant_id", ForeignKey("applicant.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("kind", WordOf(LinkKind), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index(None, "partner_id", "digest"),
)
applicant_link_table = Table(
    "applicant_link",
    METADATA,
    Column("applicant_id", ForeignKey("applicant.id"), primary_key=True),
    Column("other_id", ForeignKey("applicant.id"), primary_key=True, index=True),
    Column("kind", WordOf(LinkKind), primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
_T = link_trait_table.c
_L = applicant_link_table.c


class LinkTraits:
    """A digest is of one partner and one kind: nobody can compare it with another partner's."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(
        self,
        partner_id: str,
        applicant_id: str,
        kind: LinkKind,
        digests: Sequence[Sequence[str]],
        now: datetime,
    ) -> None:
        """Remember traits, each given by its digests under every live pepper, newest first.

        What was kept under an older pepper is kept under the newest from now on.
        """
        older = [digest for each in digests for digest in each[1:]]
        if older:
            self._session.execute(
                delete(link_trait_table).where(
                    _T.applicant_id == applicant_id, _T.digest.in_(older)
                )
            )
        rows = [
            {
                "applicant_id": applicant_id,
                "digest": digest,
                "partner_id": partner_id,
                "kind": kind,
                "seen_at": now,
            }
            for digest in dict.fromkeys(each[0] for each in digests)
        ]
        if rows:
            statement = insert_into(link_trait_table, self._session.get_bind().dialect.name)
            self._session.execute(
                statement.values(rows).on_conflict_do_update(
                    index_elements=["applicant_id", "digest"], set_={"seen_at": now}
                )
            )

    def sharers(
        self, partner_id: str, applicant_id: str, digests: Collection[str], least: int = 1
    ) -> list[Sharer]:
        """Other users of the partner with at least so many of these, the last seen first."""
        seen_at = func.max(_T.seen_at, type_=_T.seen_at.type)
        rows = self._session.execute(
            select(_T.applicant_id, seen_at)
            .where(
                _T.partner_id == partner_id,
                _T.digest.in_(digests),
                _T.applicant_id != applicant_id,
            )
            .group_by(_T.applicant_id)
            .having(func.count() >= least)
            .order_by(seen_at.desc(), _T.applicant_id)
            .limit(MOST_LINKS)
        )
        return [Sharer(*row) for row in rows]

    def of(self, applicant_id: str, kind: LinkKind | None = None) -> list[tuple[str, LinkKind]]:
        """The digests that are kept of an applicant, with their kinds."""
        statement = select(_T.digest, _T.kind).where(_T.applicant_id == applicant_id)
        if kind is not None:
            statement = statement.where(_T.kind == kind)
        return [(digest, word) for digest, word in self._session.execute(statement)]

    def forget(self, applicant_id: str) -> None:
        """Delete what is noted of an applicant."""
        self._session.execute(delete(link_trait_table).where(_T.applicant_id == applicant_id))


class ApplicantLinks:
    """One row for two users and what they share, written by whoever of them came second."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        partner_id: str,
        applicant_id: str,
        others: Collection[str],
        kind: LinkKind,
        now: datetime,
    ) -> None:
        """Note that an applicant was found to share something with these."""
        rows = [
            {
                "applicant_id": applicant_id,
                "other_id": other,
                "kind": kind,
                "partner_id": partner_id,
                "seen_at": now,
            }
            for other in sorted(others)
        ]
        if rows:
            statement = insert_into(applicant_link_table, self._session.get_bind().dialect.name)
            self._session.execute(
                statement.values(rows).on_conflict_do_update(
                    index_elements=["applicant_id", "other_id", "kind"], set_={"seen_at": now}
                )
            )

    def of(self, applicant_ids: Collection[str]) -> list[ApplicantLink]:
        """Links of any of these in either direction, the newest first."""
        rows = self._session.execute(
            select(_L.applicant_id, _L.other_id, _L.kind, _L.seen_at)
            .where(or_(_L.applicant_id.in_(applicant_ids), _L.other_id.in_(applicant_ids)))
            .order_by(_L.seen_at.desc(), _L.applicant_id, _L.other_id, _L.kind)
            .limit(4 * MOST_LINKS)
        )
        return [ApplicantLink(*row) for row in rows]

    def forget(self, applicant_id: str) -> None:
        """Delete an applicant's links in both directions."""
        self._session.execute(
            delete(applicant_link_table).where(
                or_(_L.applicant_id == applicant_id, _L.other_id == applicant_id)
            )
        )
