"""Access tokens of RFC 9068: ES256 JWTs by which a partner's OAuth2 client speaks for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError, UnsupportedAlgorithmError

from app.security.client_tokens import InvalidToken
from app.security.key_ring import KeyRing, UnknownKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from joserfc.jwk import ECKey, GuestProtocol

    from app.security.key_material import Clock

ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type
_TYPES = frozenset({ACCESS_TOKEN_TYPE, f"application/{ACCESS_TOKEN_TYPE}"})
ACCESS_TOKEN_TTL_S = 600
_ALGORITHM = "ES256"
_MAX_TOKEN_CHARS = 4096
_CLOCK_SKEW_S = 30


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
        self._keys = keys
        self._issuer = issuer
        self._clock = clock

    def issue(self, client_id: str, scopes: Iterable[str]) -> str:
        """A token for ten minutes; audience and issuer are this installation."""
        key = self._keys.newest("access_token")
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
        header = {"alg": _ALGORITHM, "typ": ACCESS_TOKEN_TYPE, "kid": key.kid}
        return jwt.encode(header, claims, key.ec_key, algorithms=[_ALGORITHM])

    def read(self, token: str) -> AccessTokenClaims:
        """The claims of a token that this installation signed and that is valid now.

        Raises:
            InvalidToken: for everything else; `expired` only when nothing but its age is wrong.
        """
        claims = self._verify(token)
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
        now = self._clock()
        if max(issued_at, not_before) > now + timedelta(seconds=_CLOCK_SKEW_S):
            raise InvalidToken("not_yet_valid")
        if expires_at <= now:
            raise InvalidToken("expired")
        client_id, _, token_id, scope = (str(text) for text in texts)
        return AccessTokenClaims(client_id, token_id, frozenset(scope.split()), expires_at)

    def _verify(self, token: str) -> dict[str, object]:
        if len(token) > _MAX_TOKEN_CHARS or not token.isascii():
            raise InvalidToken("malformed")
        try:
            return jwt.decode(token, self._key_of, algorithms=[_ALGORITHM]).claims
        except BadSignatureError:
            raise InvalidToken("bad_signature") from None
        except UnsupportedAlgorithmError:
            raise InvalidToken("wrong_algorithm") from None
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise InvalidToken("malformed") from None

    def _key_of(self, presented: GuestProtocol) -> ECKey:
        header = presented.headers()
        # Authlib's own validator accepts a token without a type: RFC 9068 asks for it.
        if header.get("typ") not in _TYPES:
            raise InvalidToken("wrong_type")
        if header.get("alg") != _ALGORITHM:
            raise InvalidToken("wrong_algorithm")
        kid = header.get("kid")
        if not isinstance(kid, str):
            raise InvalidToken("unknown_key")
        try:
            return self._keys.find("access_token", kid).ec_key
        except UnknownKey:
            raise InvalidToken("unknown_key") from None


def instant_of(value: object) -> datetime:
    """A NumericDate of a JWT. Raises InvalidToken for anything but a whole number of seconds."""
    # Python's JSON reads NaN and true; neither is a time, and NaN would never expire.
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidToken("bad_claims")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidToken("bad_claims") from None
