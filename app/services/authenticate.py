"""Establish who calls, from a secret key or a client token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.handoff import HandoffStatus
from app.domain.partner import Scope
from app.services.callers import PartnerCaller, WidgetCaller

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.applicant import ClientSession
    from app.domain.chance import Chance
    from app.security import ClientTokens
    from app.storage.glances import KeyGlance
    from app.storage.unit_of_work import Storage, UnitOfWork

# Writing `last_used_at` on every call would turn each read into a write.
_TOUCH_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class AuthenticatePartner:
    """Looks a secret key up by its hash; which part of it is wrong is never said."""

    storage: Storage
    chance: Chance
    hash_api_key: Callable[[str], str]

    def __call__(self, key: str) -> PartnerCaller:
        """The partner of a live key. Raises DomainError(invalid_api_key)."""
        found = self.storage.glances.key(self.hash_api_key(key))
        if found is None or found.revoked_at is not None:
            raise DomainError(ErrorCode.INVALID_API_KEY)
        self._touch(found)
        scopes = frozenset(Scope(scope) for scope in found.scopes)
        return PartnerCaller(found.partner_id, found.mode, scopes, found.id)

    def _touch(self, key: KeyGlance) -> None:
        now = self.chance.now()
        if key.last_used_at is None or key.last_used_at < now - _TOUCH_EVERY:
            with self.storage.writing() as uow:
                uow.api_keys.touch(key.id, now)
                uow.commit()


@dataclass(frozen=True)
class AuthenticateWidget:
    """Reads a client token and the session row behind it, so that a revoked one ends at once."""

    storage: Storage
    chance: Chance
    tokens: ClientTokens

    def __call__(self, token: str) -> WidgetCaller:
        """The widget of a live token. Raises DomainError invalid_token, token_expired or
        continued_elsewhere.
        """
        claims = self.tokens.read(token)
        with self.storage.reading() as uow:
            try:
                session = uow.client_sessions.get(claims.session_id)
                applicant = uow.applicants.get(session.applicant_id)
                mode = uow.partners.get(session.partner_id).mode
            except DomainError as error:
                # A database that is away says nothing of the token.
                if error.code is not ErrorCode.NOT_FOUND:
                    raise
                raise DomainError(ErrorCode.INVALID_TOKEN) from None
            self._check(uow, session)
        if (session.partner_id, applicant.partner_user_id, mode.value) != (
            claims.partner_id,
            claims.partner_user_id,
            claims.mode,
        ):
            raise DomainError(ErrorCode.INVALID_TOKEN)
        return WidgetCaller(
            session.partner_id,
            mode,
            applicant.id,
            applicant.partner_user_id,
            session.id,
            session.language,
        )

    def _check(self, uow: UnitOfWork, session: ClientSession) -> None:
        if session.revoked_at is not None:
            is_elsewhere = was_taken_back(uow, session)
            code = ErrorCode.CONTINUED_ELSEWHERE if is_elsewhere else ErrorCode.INVALID_TOKEN
            raise DomainError(code)
        if session.expires_at <= self.chance.now():
            raise DomainError(ErrorCode.TOKEN_EXPIRED)


def was_taken_back(uow: UnitOfWork, session: ClientSession) -> bool:
    """Whether this was a phone's session, and its user went on on the first device."""
    if session.revoked_at is None:
        return False
    handoff = uow.handoffs.of_phone(session.id)
    return handoff is not None and handoff.status is HandoffStatus.TAKEN_BACK
