"""Reviewers of partners, and the sessions of their browsers."""

from datetime import datetime, timedelta

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    select,
    update,
)
from sqlalchemy import UniqueConstraint as Unique

from app.domain.reviewer import Reviewer, ReviewerRole, ReviewerSession, SignInMethod
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import LockableRepository, Repository

# Every picture of a case is a request; to write each of them down would lock out the work.
_TOUCH_EVERY = timedelta(seconds=30)

reviewer_table = Table(
    "reviewer",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", WordOf(ReviewerRole), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("set_up_nonce", String(64)),
    Column("password_hash", Text),
    Column("sealed_totp", Text),
    Column("totp_step", Integer, nullable=False),
    Column("recovery_hashes", JSON, nullable=False),
    Column("oidc_subject", Text),
    Column("set_up_at", UtcDateTime),
    Column("last_signed_in_at", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    Unique("partner_id", "email"),
    Unique("partner_id", "oidc_subject"),
)
reviewer_session_table = Table(
    "reviewer_session",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("reviewer_id", ForeignKey("reviewer.id"), nullable=False, index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("method", WordOf(SignInMethod), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("ended_at", UtcDateTime),
)
MAPPING.map_imperatively(Reviewer, reviewer_table)
MAPPING.map_imperatively(ReviewerSession, reviewer_session_table)


class Reviewers(LockableRepository[Reviewer]):
    """Accounts by partner and e-mail address."""

    row_type = Reviewer

    def by_email(self, partner_id: str, email: str) -> Reviewer | None:
        """The partner's reviewer of this address, disabled ones included."""
        table = reviewer_table.c
        return self._session.scalar(
            select(Reviewer).where(table.partner_id == partner_id, table.email == email)
        )

    def by_subject(self, partner_id: str, subject: str) -> Reviewer | None:
        """The partner's reviewer whom the identity provider knows by this name."""
        table = reviewer_table.c
        return self._session.scalar(
            select(Reviewer).where(table.partner_id == partner_id, table.oidc_subject == subject)
        )

    def for_partner(self, partner_id: str) -> list[Reviewer]:
        """All of them, oldest first."""
        table = reviewer_table.c
        statement = (
            select(Reviewer)
            .where(table.partner_id == partner_id)
            .order_by(table.created_at, table.id)
        )
        return list(self._session.scalars(statement))


class ReviewerSessions(Repository[ReviewerSession]):
    """Sign-ins by the hash of what the browser holds."""

    row_type = ReviewerSession

    def by_token_hash(self, token_hash: str) -> ReviewerSession | None:
        """The session, ended ones included."""
        table = reviewer_session_table.c
        return self._session.scalar(select(ReviewerSession).where(table.token_hash == token_hash))

    def is_due(self, session: ReviewerSession, now: datetime) -> bool:
        """Whether it is time to remember again that somebody is there."""
        return session.last_seen_at <= now - _TOUCH_EVERY

    def end(self, session_id: str, now: datetime) -> None:
        """End one session."""
        self._end(reviewer_session_table.c.id == session_id, now)

    def end_all(self, reviewer_id: str, now: datetime) -> None:
        """End every session of a reviewer."""
        self._end(reviewer_session_table.c.reviewer_id == reviewer_id, now)

    def forget(self, now: datetime, older_than: timedelta = timedelta(days=30)) -> None:
        """Delete sessions that have been over for long; the audit keeps the sign-ins."""
        table = reviewer_session_table
        self._session.execute(delete(table).where(table.c.expires_at < now - older_than))

    def _end(self, which: object, now: datetime) -> None:
        table = reviewer_session_table.c
        self._session.execute(
            update(ReviewerSession)
            .where(which, table.ended_at.is_(None))  # type: ignore[arg-type]
            .values(ended_at=now),
            execution_options={"synchronize_session": "fetch"},
        )
