"""Keys of the ring: their sections, how fresh ones are made and how stored ones are checked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

Clock = Callable[[], datetime]
Randomness = Callable[[int], bytes]

SigningSection = Literal["client_token", "access_token"]
SecretSection = Literal["link", "form", "evidence", "lookup"]
Section = SigningSection | SecretSection

SIGNING_SECTIONS: tuple[SigningSection, ...] = get_args(SigningSection)
SECRET_SECTIONS: tuple[SecretSection, ...] = get_args(SecretSection)
SECTIONS: tuple[Section, ...] = (*SIGNING_SECTIONS, *SECRET_SECTIONS)

# AES-256 needs exactly this; HMAC-SHA256 gains nothing from more.
SECRET_BYTES = 32
_KID_BYTES = 8
_MAX_KID_CHARS = 64
_CURVE = "P-256"


@dataclass(frozen=True, slots=True)
class RingKey:
    """One key with its id and age; its material is in no representation."""

    kid: str
    created_at: datetime
    is_retired: bool
    material: bytes | ECKey = field(repr=False)

    @property
    def secret(self) -> bytes:
        """The bytes of a symmetric key."""
        if not isinstance(self.material, bytes):
            msg = f"key {self.kid} signs tokens and has no secret bytes"
            raise TypeError(msg)
        return self.material

    @property
    def ec_key(self) -> ECKey:
        """The private P-256 key of a signing section."""
        if isinstance(self.material, bytes):
            msg = f"key {self.kid} is symmetric and signs no tokens"
            raise TypeError(msg)
        return self.material


def make_key(section: Section, clock: Clock, randomness: Randomness) -> RingKey:
    """A fresh, unretired key for the section."""
    kid = "key_" + randomness(_KID_BYTES).hex()
    if section in SIGNING_SECTIONS:
        # The library's own generator: an injected one could only weaken the curve key.
        return RingKey(kid, clock(), is_retired=False, material=ECKey.generate_key(_CURVE))
    return RingKey(kid, clock(), is_retired=False, material=randomness(SECRET_BYTES))


def key_to_json(key: RingKey) -> dict[str, object]:
    """The stored form of a key, material included: for the key file only."""
    stored: dict[str, object] = {
        "kid": key.kid,
        "created_at": key.created_at.astimezone(UTC).isoformat(),
        "retired": key.is_retired,
    }
    if isinstance(key.material, bytes):
        stored["secret"] = base64.urlsafe_b64encode(key.material).decode().rstrip("=")
    else:
        stored["jwk"] = key.material.as_dict(private=True)
    return stored


def key_from_json(section: Section, stored: object) -> RingKey:
    """The key a stored form describes; ValueError says what is wrong, never what is in it."""
    if not isinstance(stored, Mapping):
        msg = "is not an object"
        raise ValueError(msg)  # noqa: TRY004 - one kind of fault for the caller to collect
    kid, is_retired = stored.get("kid"), stored.get("retired", False)
    if not isinstance(kid, str) or not kid.isascii() or not 0 < len(kid) <= _MAX_KID_CHARS:
        msg = f"needs a kid of 1 to {_MAX_KID_CHARS} ASCII characters"
        raise ValueError(msg)
    if not isinstance(is_retired, bool):
        msg = "needs retired to be true or false"
        raise ValueError(msg)  # noqa: TRY004
    created_at = _parse_instant(stored.get("created_at"))
    if section in SIGNING_SECTIONS:
        return RingKey(kid, created_at, is_retired, _parse_jwk(stored.get("jwk")))
    return RingKey(kid, created_at, is_retired, _parse_secret(stored.get("secret")))


def _parse_instant(text: object) -> datetime:
    msg = "needs created_at as an RFC 3339 time with its offset"
    if not isinstance(text, str):
        raise ValueError(msg)  # noqa: TRY004
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(msg) from None
    if instant.tzinfo is None:
        raise ValueError(msg)
    return instant


def _parse_secret(text: object) -> bytes:
    msg = f"needs secret as base64url of exactly {SECRET_BYTES} bytes"
    if not isinstance(text, str):
        raise ValueError(msg)  # noqa: TRY004
    try:
        # translate + validate: urlsafe_b64decode would skip foreign characters in silence.
        standard = text.translate(str.maketrans("-_", "+/"))
        secret = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (ValueError, binascii.Error):
        raise ValueError(msg) from None
    if len(secret) != SECRET_BYTES:
        raise ValueError(msg)
    return secret


def _parse_jwk(jwk: object) -> ECKey:
    msg = f"needs jwk as a private {_CURVE} key"
    if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != _CURVE:
        raise ValueError(msg)
    try:
        key = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y", "d")})
        # Import is lazy: asking for the key makes the library check the numbers now.
        _ = key.private_key
    except (JoseError, KeyError, ValueError, TypeError):
        raise ValueError(msg) from None
    return key
