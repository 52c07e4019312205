"""Sessions of reviewers: who is there, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.services.callers import ReviewerCaller

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from app.domain.chance import Chance
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class AuthenticateReviewer:
    """Reads session and account anew for each request: what was ended has ended."""

    storage: Storage
    chance: Chance
    hash_token: Callable[[str], str]
    idle: timedelta

    def __call__(self, token: str) -> ReviewerCaller:
        """The reviewer. Raises DomainError invalid_token, or token_expired for one gone stale."""
        now, digest = self.chance.now(), self.hash_token(token)
        with self.storage.reading() as uow:
            session = uow.reviewer_sessions.by_token_hash(digest)
            if session is None:
                raise DomainError(ErrorCode.INVALID_TOKEN)
            reviewer = uow.reviewers.get(session.reviewer_id)
            partner = uow.partners.get(reviewer.partner_id)
            is_due = uow.reviewer_sessions.is_due(session, now)
        if session.ended_at is not None or reviewer.disabled_at is not None:
            raise DomainError(ErrorCode.INVALID_TOKEN)
        if not session.is_live(now, self.idle):
            raise DomainError(ErrorCode.TOKEN_EXPIRED)
        if is_due:
            self._touch(session.id, now)
        return ReviewerCaller(
            partner.id,
            partner.name,
            partner.mode,
            reviewer.id,
            reviewer.name,
            reviewer.role,
            session.id,
        )

    def _touch(self, session_id: str, now: datetime) -> None:
        with self.storage.writing() as uow:
            uow.reviewer_sessions.get(session_id).last_seen_at = now
            uow.commit()


@dataclass(frozen=True)
class SignOutReviewer:
    """Ends this session, or all of the reviewer's."""

    storage: Storage
    chance: Chance

    def __call__(self, caller: ReviewerCaller, *, everywhere: bool) -> None:
        """Sign out; doing it twice is the same as once."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            if everywhere:
                uow.reviewer_sessions.end_all(caller.reviewer_id, now)
            else:
                uow.reviewer_sessions.end(caller.session_id, now)
            facts = {"everywhere": everywhere}
            uow.audit.append(caller.reviewer_id, "reviewer.signed_out", caller.reviewer_id, facts)
            uow.commit()
