"""Client tokens: ES256 JWTs that let one widget act for one user of one partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.security.signed_tokens import InvalidToken, SignedTokens, instant_of, refuse_untimely

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.security.api_keys import Mode
    from app.security.key_material import Clock
    from app.security.key_ring import KeyRing

TOKEN_TYPE = "kyc-client+jwt"  # noqa: S105 - the media type
AUDIENCE = "widget"
# A token with ten origins measures 0.8 kB; what is far larger is not ours and not worth parsing.
_MAX_TOKEN_CHARS = 8192
_NAMES = ("sub", "client_id", "sid")


@dataclass(frozen=True, slots=True)
class ClientTokenClaims:
    """What a valid client token says."""

    partner_id: str
    partner_user_id: str
    session_id: str
    mode: Mode
    origins: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime


class ClientTokens:
    """Issues and reads client tokens with the ring's `client_token` keys."""

    def __init__(self, keys: KeyRing, issuer: str, clock: Clock) -> None:
        self._tokens = SignedTokens(keys, "client_token", (TOKEN_TYPE,), _MAX_TOKEN_CHARS)
        self._issuer = issuer
        self._clock = clock

    def issue(
        self,
        partner_id: str,
        partner_user_id: str,
        session_id: str,
        mode: Mode,
        origins: Sequence[str],
        ttl_s: int,
    ) -> str:
        """A signed token that expires `ttl_s` from now; the caller caps the lifetime."""
        if ttl_s <= 0:
            msg = "ttl_s must be positive"
            raise ValueError(msg)
        now_s = int(self._clock().timestamp())
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": partner_user_id,
            "client_id": partner_id,
            "sid": session_id,
            "mode": mode,
            "origins": list(origins),
            "iat": now_s,
            "nbf": now_s,
            "exp": now_s + ttl_s,
        }
        return self._tokens.sign(claims)

    def read(self, token: str) -> ClientTokenClaims:
        """The claims of a token that this installation signed and that is valid now.

        Raises:
            InvalidToken: for everything else; `expired` only when nothing but its age is wrong.
        """
        claims = self._tokens.verify(token)
        if claims.get("iss") != self._issuer:
            raise InvalidToken("wrong_issuer")
        if claims.get("aud") != AUDIENCE:
            raise InvalidToken("wrong_audience")
        read = _typed(claims)
        refuse_untimely(read.issued_at, instant_of(claims["nbf"]), read.expires_at, self._clock())
        return read


def _typed(claims: dict[str, object]) -> ClientTokenClaims:
    partner_user_id, partner_id, session_id = (_name(claims.get(name)) for name in _NAMES)
    mode, origins = claims.get("mode"), claims.get("origins")
    if mode != "test" and mode != "live":  # noqa: PLR1714 - narrows the type for mypy
        raise InvalidToken("bad_claims")
    if not isinstance(origins, list) or not all(isinstance(origin, str) for origin in origins):
        raise InvalidToken("bad_claims")
    issued_at, _, expires_at = (instant_of(claims.get(name)) for name in ("iat", "nbf", "exp"))
    if issued_at >= expires_at:
        raise InvalidToken("bad_claims")
    return ClientTokenClaims(
        partner_id, partner_user_id, session_id, mode, tuple(origins), issued_at, expires_at
    )


def _name(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidToken("bad_claims")
    return value
