"""Issue a client token: the partner's backend opens the widget for one of its users."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.applicant import ClientSession
from app.domain.errors import DomainError, ErrorCode
from app.domain.origins import origin_of, parse_origin
from app.domain.partner import Mode
from app.domain.verification import Stage
from app.services.find_applicant import require_active

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.partner import Partner
    from app.security import ClientTokens, LaunchCodes
    from app.security.vault import Vault
    from app.services.callers import PartnerCaller, UserCaller
    from app.services.open_verification import OpenVerification
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class ClientTokenRequest:
    """What the partner asks for; shapes are checked at the door, meaning is checked here.

    `ends_by` lets the session end sooner than it otherwise would.
    """

    partner_user_id: str
    origins: Sequence[str] | None = None
    tier: str | None = None
    locale: str | None = None
    claimed: Mapping[str, str] = field(default_factory=dict, repr=False)
    payment_url: str | None = None
    return_url: str | None = None
    ttl_s: int | None = None
    ends_by: datetime | None = None


@dataclass(frozen=True)
class IssuedClientToken:
    """A token for the backend's own calls and a one-time launch code for the page."""

    client_token: str = field(repr=False)
    launch_code: str = field(repr=False)
    expires_at: datetime
    session_id: str


@dataclass(frozen=True)
class IssueClientToken:
    """Finds or adds the applicant, opens a verification when there is none, and signs a token."""

    storage: Storage
    chance: Chance
    tokens: ClientTokens
    launch_codes: LaunchCodes
    vault: Vault
    open: OpenVerification
    token_ttl_s: int
    session_ttl_s: int

    def __call__(
        self, caller: PartnerCaller | UserCaller, request: ClientTokenRequest
    ) -> IssuedClientToken:
        """The token and launch code for one user of this partner."""
        now = self.chance.now()
        usual_end = now + timedelta(seconds=self.session_ttl_s)
        ends_at = min(request.ends_by or usual_end, usual_end)
        with self.storage.writing() as uow:
            partner = uow.partners.get(caller.partner_id)
            origins = _origins(partner, request.origins)
            _check_addresses(request, origins)
            applicant = self.open.applicant(uow, partner.id, request.partner_user_id)
            require_active(applicant)
            current = self.open.verification(uow, applicant, request.tier)
            if request.claimed and current.stage is Stage.CAPTURING:
                current.claimed = self.vault.seal_json(current, "claimed", dict(request.claimed))
            session = ClientSession(
                self.chance.new_id("ses"),
                partner.id,
                applicant.id,
                origins,
                self.chance.new_id("lnc"),
                now,
                ends_at,
                request.locale,
                request.payment_url,
                return_url=request.return_url,
            )
            uow.client_sessions.add(session)
            uow.commit()
        left_s = int((ends_at - now).total_seconds())
        ttl_s = min(request.ttl_s or self.token_ttl_s, self.token_ttl_s, left_s)
        return IssuedClientToken(
            self.tokens.issue(
                partner.id,
                applicant.partner_user_id,
                session.id,
                partner.mode.value,
                origins,
                ttl_s,
            ),
            self.launch_codes.issue(session.id, session.launch_jti),
            now + timedelta(seconds=ttl_s),
            session.id,
        )


def _origins(partner: Partner, asked: Sequence[str] | None) -> list[str]:
    """The partner's own origins, or the part of them that was asked for."""
    if asked is None:
        return list(partner.origins)
    local = partner.mode is Mode.TEST
    exact = [parse_origin(origin, allow_localhost=local) for origin in asked]
    if not exact or not set(exact) <= set(partner.origins):
        raise DomainError(
            ErrorCode.ORIGIN_NOT_ALLOWED, "Register the origin for this partner before using it."
        )
    return exact


def _check_addresses(request: ClientTokenRequest, origins: Sequence[str]) -> None:
    """The widget goes on to these pages, so they must be the partner's own."""
    for name in ("payment_url", "return_url"):
        url = getattr(request, name)
        if url is not None and origin_of(url) not in origins:
            raise DomainError(
                ErrorCode.ORIGIN_NOT_ALLOWED, f"{name} must lie on one of the partner's origins."
            )
