"""What the shell page may know of a session before anyone has proved anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class PublicSession:
    """The id, who may frame it, and its language."""

    session_id: str
    origins: list[str]
    locale: str
    consent_version: str


@dataclass(frozen=True)
class ReadClientSession:
    """Reads by id; a session that has ended is as good as none."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, session_id: str) -> PublicSession:
        """The public part. Raises DomainError(not_found)."""
        with self.storage.reading() as uow:
            session = uow.client_sessions.get(session_id)
            policy = self.policies.of(uow, session.partner_id)
        if session.revoked_at is not None or session.expires_at <= self.chance.now():
            raise DomainError(ErrorCode.NOT_FOUND)
        return PublicSession(
            session.id, list(session.origins), session.locale, policy.consent_version
        )
