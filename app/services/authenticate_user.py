"""The signed-in user of a partner's app: by our client token, or by the partner's own token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.domain.errors import DomainError, ErrorCode
from app.services.callers import UserCaller

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.services.authenticate import AuthenticateWidget
    from app.storage.unit_of_work import Storage


class ReadUserToken(Protocol):
    """The user of a token that these keys signed for this audience; DomainError otherwise."""

    def __call__(
        self, token: str, issuer: str, audience: str, jwks: Mapping[str, object]
    ) -> str: ...


@dataclass(frozen=True)
class AuthenticateUser:
    """The token's unverified issuer only says which partner's keys to try."""

    storage: Storage
    authenticate_widget: AuthenticateWidget
    read_user_token: ReadUserToken
    is_client_token: Callable[[str], bool]
    claimed_issuer: Callable[[str], str | None]
    default_audience: str

    def __call__(self, token: str) -> UserCaller:
        """The user. Raises DomainError(invalid_token | token_expired)."""
        if self.is_client_token(token):
            widget = self.authenticate_widget(token)
            return UserCaller(
                widget.partner_id,
                widget.mode,
                widget.partner_user_id,
                widget.applicant_id,
                widget.session_id,
            )
        issuer = self.claimed_issuer(token)
        with self.storage.reading() as uow:
            partner = uow.partners.by_user_issuer(issuer) if issuer else None
            if issuer is None or partner is None or partner.user_jwks is None:
                raise DomainError(ErrorCode.INVALID_TOKEN)
            audience = partner.user_jwt_audience or self.default_audience
            user = self.read_user_token(token, issuer, audience, partner.user_jwks)
            applicant = uow.applicants.by_user(partner.id, user)
        return UserCaller(partner.id, partner.mode, user, applicant.id if applicant else None)
