"""Access tokens of RFC 9068: ES256 JWTs by which a partner's OAuth2 client speaks for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.security.signed_tokens import InvalidToken, SignedTokens, instant_of, refuse_untimely

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from app.security.key_material import Clock
    from app.security.key_ring import KeyRing

ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type
_TYPES = (ACCESS_TOKEN_TYPE, f"application/{ACCESS_TOKEN_TYPE}")
ACCESS_TOKEN_TTL_S = 600
_MAX_TOKEN_CHARS = 4096


@dataclass(frozen=True, slots=True)
class AccessTokenClaims:
    """What a valid access token says."""

    client_id: str
    token_id: str
    scopes: frozenset[str]
    expires_at: datetime


class AccessTokens:
    """Issues and reads access tokens with the ring's `access_token` keys."""

    def __init__(self, keys: KeyRing, issuer: str, clock: Clock) -> None:
        self._tokens = SignedTokens(keys, "access_token", _TYPES, _MAX_TOKEN_CHARS)
        self._issuer = issuer
        self._clock = clock

    def issue(self, client_id: str, scopes: Iterable[str]) -> str:
        """A token for ten minutes; audience and issuer are this installation."""
        now_s = int(self._clock().timestamp())
        claims = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": client_id,
            "client_id": client_id,
            "scope": " ".join(sorted(scopes)),
            "jti": secrets.token_urlsafe(16),
            "iat": now_s,
            "nbf": now_s,
            "exp": now_s + ACCESS_TOKEN_TTL_S,
        }
        return self._tokens.sign(claims)

    def read(self, token: str) -> AccessTokenClaims:
        """The claims of a token that this installation signed and that is valid now.

        Raises:
            InvalidToken: for everything else; `expired` only when nothing but its age is wrong.
        """
        claims = self._tokens.verify(token)
        if claims.get("iss") != self._issuer:
            raise InvalidToken("wrong_issuer")
        if claims.get("aud") != self._issuer:
            raise InvalidToken("wrong_audience")
        texts = [claims.get(name) for name in ("client_id", "sub", "jti", "scope")]
        if not all(isinstance(text, str) for text in texts) or texts[0] != texts[1]:
            raise InvalidToken("bad_claims")
        issued_at, not_before, expires_at = (
            instant_of(claims.get(name)) for name in ("iat", "nbf", "exp")
        )
        refuse_untimely(issued_at, not_before, expires_at, self._clock())
        client_id, _, token_id, scope = (str(text) for text in texts)
        return AccessTokenClaims(client_id, token_id, frozenset(scope.split()), expires_at)
