"""What client and access tokens share: ES256 JWTs by the ring's keys, and why one is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError, UnsupportedAlgorithmError

from app.domain.errors import DomainError, ErrorCode
from app.security.key_ring import KeyRing, UnknownKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from joserfc.jwk import ECKey, GuestProtocol

    from app.security.key_material import SigningSection

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

_ALGORITHM = "ES256"
# Web servers of one installation may disagree a little about the time.
_CLOCK_SKEW = timedelta(seconds=30)


class InvalidToken(DomainError):
    """The token is refused; `fault` says why, for tests and logs. Callers learn only its age."""

    def __init__(self, fault: InvalidTokenCode) -> None:
        self.fault: InvalidTokenCode = fault
        is_late = fault == "expired"
        super().__init__(ErrorCode.TOKEN_EXPIRED if is_late else ErrorCode.INVALID_TOKEN)


class SignedTokens:
    """Signs and verifies tokens of one kind with the keys of one section of the ring.

    The first of `types` is written, all of them are read.
    """

    def __init__(
        self, keys: KeyRing, section: SigningSection, types: Sequence[str], max_chars: int
    ) -> None:
        self._keys = keys
        self._section = section
        self._types = types
        self._max_chars = max_chars

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token by the newest key."""
        key = self._keys.newest(self._section)
        header = {"alg": _ALGORITHM, "typ": self._types[0], "kid": key.kid}
        return jwt.encode(header, dict(claims), key.ec_key, algorithms=[_ALGORITHM])

    def verify(self, token: str) -> dict[str, object]:
        """The claims of a token of this type that a live key signed; its age is not looked at.

        Raises: InvalidToken.
        """
        if len(token) > self._max_chars or not token.isascii():
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
        # Checked here, before any key is touched: the libraries compare neither for us.
        if header.get("typ") not in self._types:
            raise InvalidToken("wrong_type")
        if header.get("alg") != _ALGORITHM:
            raise InvalidToken("wrong_algorithm")
        kid = header.get("kid")
        if not isinstance(kid, str):
            raise InvalidToken("unknown_key")
        try:
            return self._keys.find(self._section, kid).ec_key
        except UnknownKey:
            raise InvalidToken("unknown_key") from None


def refuse_untimely(
    issued_at: datetime, not_before: datetime, expires_at: datetime, now: datetime
) -> None:
    """Raise InvalidToken for a token that is not valid yet, or not any more."""
    if max(issued_at, not_before) > now + _CLOCK_SKEW:
        raise InvalidToken("not_yet_valid")
    if expires_at <= now:
        raise InvalidToken("expired")


def instant_of(value: object) -> datetime:
    """A NumericDate of a JWT. Raises InvalidToken for anything but a whole number of seconds."""
    # Python's JSON reads NaN and true; neither is a time, and NaN would never expire.
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidToken("bad_claims")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidToken("bad_claims") from None
