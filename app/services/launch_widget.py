"""Buy a client token with a launch code, once; with a live one the next, and a spare code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.services.authenticate import was_taken_back
from app.services.callers import WidgetCaller
from app.services.progress import load_progress

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.applicant import ClientSession
    from app.domain.chance import Chance
    from app.security import ClientTokens, LaunchCodes
    from app.services.policies import Policies
    from app.services.progress import Progress
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class LaunchedWidget:
    """What the frame keeps in memory: its token, and how it speaks."""

    client_token: str = field(repr=False)
    expires_at: datetime
    locale: str


@dataclass(frozen=True)
class RedeemedLaunch:
    """The token, and where its user stands: the frame need not ask for it on a slow line.

    `return_url` is where a page of its own leads whoever is not sent on to a payment, `spare_code`
    what opens that page again should its browser kill it.
    """

    widget: LaunchedWidget
    progress: Progress
    return_url: str | None = field(repr=False, default=None)
    spare_code: str | None = field(repr=False, default=None)


@dataclass(frozen=True)
class LaunchWidget:
    """Issues tokens to the frame; the session row makes a launch code work exactly once."""

    storage: Storage
    chance: Chance
    tokens: ClientTokens
    launch_codes: LaunchCodes
    policies: Policies
    token_ttl_s: int

    def redeem(self, code: str, *, with_spare: bool = False) -> RedeemedLaunch:
        """The token for a launch code. Raises DomainError(launch_code_…)."""
        spare = self.launch_codes.read_spare(code)
        session_id, jti = spare or self.launch_codes.read(code)
        with self.storage.writing() as uow:
            try:
                session = uow.client_sessions.get(session_id)
            except DomainError as error:
                # A database that is away says nothing of the code.
                if error.code is not ErrorCode.NOT_FOUND:
                    raise
                raise DomainError(ErrorCode.LAUNCH_CODE_INVALID) from None
            if was_taken_back(uow, session):
                raise DomainError(ErrorCode.CONTINUED_ELSEWHERE)
            if session.launch_jti != jti or session.revoked_at is not None:
                raise DomainError(ErrorCode.LAUNCH_CODE_INVALID)
            if session.expires_at <= self.chance.now():
                raise DomainError(ErrorCode.LAUNCH_CODE_EXPIRED)
            if not self._use_up(uow, session, is_spare=spare is not None):
                raise DomainError(ErrorCode.LAUNCH_CODE_USED)
            launched = RedeemedLaunch(
                self.token_for(uow, session),
                load_progress(uow, _caller(uow, session), self.policies),
                session.return_url,
                self._deal_spare(session) if with_spare else None,
            )
            uow.commit()
        return launched

    def spare_code(self, caller: WidgetCaller) -> str:
        """A code for the page that asks, should it be lost; any code before it is void."""
        with self.storage.writing() as uow:
            code = self._deal_spare(uow.client_sessions.get(caller.session_id))
            uow.commit()
        return code

    def _deal_spare(self, session: ClientSession) -> str:
        session.launch_jti = self.chance.new_id("lnc")
        return self.launch_codes.issue_spare(session.id, session.launch_jti)

    def _use_up(self, uow: UnitOfWork, session: ClientSession, *, is_spare: bool) -> bool:
        """Whether this call, and no other one before, used the code up."""
        if not is_spare:
            return uow.client_sessions.mark_launched(session.id, self.chance.now())
        next_jti = self.chance.new_id("lnc")
        return uow.client_sessions.use_spare(session.id, session.launch_jti, next_jti)

    def refresh(self, caller: WidgetCaller) -> LaunchedWidget:
        """The next token of a live session; it never outlives the session."""
        with self.storage.reading() as uow:
            return self.token_for(uow, uow.client_sessions.get(caller.session_id))

    def token_for(self, uow: UnitOfWork, session: ClientSession) -> LaunchedWidget:
        """A token of this session. Raises DomainError(token_expired) when its time is over."""
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
        return LaunchedWidget(token, now + timedelta(seconds=ttl_s), session.language)


def _caller(uow: UnitOfWork, session: ClientSession) -> WidgetCaller:
    """Whoever the token of this session is going to speak for."""
    return WidgetCaller(
        session.partner_id,
        uow.partners.get(session.partner_id).mode,
        session.applicant_id,
        uow.applicants.get(session.applicant_id).partner_user_id,
        session.id,
        session.language,
    )
