"""Client tokens: ES256 JWTs that let one widget act for one user of one partner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError, UnsupportedAlgorithmError

from app.domain.errors import DomainError, ErrorCode
from app.security.key_ring import KeyRing, UnknownKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from joserfc.jwk import ECKey, GuestProtocol

    from app.security.api_keys import Mode
    from app.security.key_material import Clock

InvalidTokenCode = Literal[
    "malformed",
    "wrong_type",
    "wrong_algorithm",
    "unknown_key",
    "bad_signature",
    "bad_claims",
    "wrong_issuer",
    "wrong_audience",
    "not_yet_valid",
    "expired",
]

TOKEN_TYPE = "kyc-client+jwt"  # noqa: S105 - the media type
AUDIENCE = "widget"
_ALGORITHM = "ES256"
# A token with ten origins measures 0.8 kB; what is far larger is not ours and not worth parsing.
_MAX_TOKEN_CHARS = 8192
# Web servers of one installation may disagree a little about the time.
_CLOCK_SKEW_S = 30
_NAMES = ("sub", "client_id", "sid")


class InvalidToken(DomainError):
    """The token is refused; `fault` says why, for tests and logs. Callers learn only its age."""

    def __init__(self, fault: InvalidTokenCode) -> None:
        self.fault: InvalidTokenCode = fault
        is_late = fault == "expired"
        super().__init__(ErrorCode.TOKEN_EXPIRED if is_late else ErrorCode.INVALID_TOKEN)


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
        self._keys = keys
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
        key = self._keys.newest("client_token")
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
        header = {"alg": _ALGORITHM, "typ": TOKEN_TYPE, "kid": key.kid}
        return jwt.encode(header, claims, key.ec_key, algorithms=[_ALGORITHM])

    def read(self, token: str) -> ClientTokenClaims:
        """The claims of a token that this installation signed and that is valid now.

        Raises:
            InvalidToken: for everything else; `expired` only when nothing but its age is wrong.
        """
        claims = self._verify(token)
        if claims.get("iss") != self._issuer:
            raise InvalidToken("wrong_issuer")
        if claims.get("aud") != AUDIENCE:
            raise InvalidToken("wrong_audience")
        read = _typed(claims)
        now = self._clock()
        if max(read.issued_at, _instant(claims["nbf"])) > now + timedelta(seconds=_CLOCK_SKEW_S):
            raise InvalidToken("not_yet_valid")
        if read.expires_at <= now:
            raise InvalidToken("expired")
        return read

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
            # joserfc lets some of Python's own errors through on mangled base64 and JSON.
            raise InvalidToken("malformed") from None

    def _key_of(self, presented: GuestProtocol) -> ECKey:
        header = presented.headers()
        # Checked here, before any key is touched: the library compares neither for us.
        if header.get("typ") != TOKEN_TYPE:
            raise InvalidToken("wrong_type")
        if header.get("alg") != _ALGORITHM:
            raise InvalidToken("wrong_algorithm")
        kid = header.get("kid")
        if not isinstance(kid, str):
            raise InvalidToken("unknown_key")
        try:
            return self._keys.find("client_token", kid).ec_key
        except UnknownKey:
            raise InvalidToken("unknown_key") from None


def _typed(claims: dict[str, object]) -> ClientTokenClaims:
    partner_user_id, partner_id, session_id = (_name(claims.get(name)) for name in _NAMES)
    mode, origins = claims.get("mode"), claims.get("origins")
    if mode != "test" and mode != "live":  # noqa: PLR1714 - narrows the type for mypy
        raise InvalidToken("bad_claims")
    if not isinstance(origins, list) or not all(isinstance(origin, str) for origin in origins):
        raise InvalidToken("bad_claims")
    issued_at, _, expires_at = (_instant(claims.get(name)) for name in ("iat", "nbf", "exp"))
    if issued_at >= expires_at:
        raise InvalidToken("bad_claims")
    return ClientTokenClaims(
        partner_id, partner_user_id, session_id, mode, tuple(origins), issued_at, expires_at
    )


def _name(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidToken("bad_claims")
    return value


def _instant(value: object) -> datetime:
    # Python's JSON reads NaN and true; neither is a time, and NaN would never expire.
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidToken("bad_claims")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidToken("bad_claims") from None
