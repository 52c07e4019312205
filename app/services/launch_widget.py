"""Buy a client token with a launch code, once; and the next token with a live one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.applicant import ClientSession
    from app.domain.chance import Chance
    from app.security import ClientTokens, LaunchCodes
    from app.services.callers import WidgetCaller
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class LaunchedWidget:
    """What the frame keeps in memory: its token, and how it speaks."""

    client_token: str = field(repr=False)
    expires_at: datetime
    locale: str


@dataclass(frozen=True)
class LaunchWidget:
    """Issues tokens to the frame; the session row makes a launch code work exactly once."""

    storage: Storage
    chance: Chance
    tokens: ClientTokens
    launch_codes: LaunchCodes
    token_ttl_s: int

    def redeem(self, code: str) -> LaunchedWidget:
        """The token for a launch code. Raises DomainError(launch_code_…)."""
        session_id, jti = self.launch_codes.read(code)
        with self.storage.writing() as uow:
            try:
                session = uow.client_sessions.get(session_id)
            except DomainError:
                raise DomainError(ErrorCode.LAUNCH_CODE_INVALID) from None
            if session.launch_jti != jti or session.revoked_at is not None:
                raise DomainError(ErrorCode.LAUNCH_CODE_INVALID)
            if session.expires_at <= self.chance.now():
                raise DomainError(ErrorCode.LAUNCH_CODE_EXPIRED)
            if not uow.client_sessions.mark_launched(session_id, self.chance.now()):
                raise DomainError(ErrorCode.LAUNCH_CODE_USED)
            launched = self._issue(uow, session)
            uow.commit()
        return launched

    def refresh(self, caller: WidgetCaller) -> LaunchedWidget:
        """The next token of a live session; it never outlives the session."""
        with self.storage.reading() as uow:
            return self._issue(uow, uow.client_sessions.get(caller.session_id))

    def _issue(self, uow: UnitOfWork, session: ClientSession) -> LaunchedWidget:
        now = self.chance.now()
        left_s = int((session.expires_at - now).total_seconds())
        ttl_s = min(self.token_ttl_s, left_s)
        if ttl_s <= 0:
            raise DomainError(ErrorCode.TOKEN_EXPIRED)
        applicant = uow.applicants.get(session.applicant_id)
        partner = uow.partners.get(session.partner_id)
        token = self.tokens.issue(
            partner.id,
            applicant.partner_user_id,
            session.id,
            partner.mode.value,
            session.origins,
            ttl_s,
        )
        return LaunchedWidget(token, now + timedelta(seconds=ttl_s), session.locale)
