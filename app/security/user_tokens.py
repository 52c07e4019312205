"""A partner's own tokens for its signed-in users, checked against the keys it has registered."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.errors import DomainError
from app.security.public_keys import verify_with
from app.security.signed_tokens import InvalidToken, instant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.security.key_material import Clock

USER_TOKEN_TYPE = "JWT"  # noqa: S105 - the media type
_MAX_TOKEN_CHARS = 8192
_MAX_LIFETIME = timedelta(hours=1)
_CLOCK_SKEW = timedelta(seconds=30)
_USER = re.compile(r"[A-Za-z0-9._:@|~+=-]{1,128}")


@dataclass(frozen=True)
class Registration:
    """What a partner has registered: who signs, for whom, with which public keys."""

    issuer: str
    audience: str
    jwks: Mapping[str, object]


def peek(token: str, part: int, name: str) -> str | None:
    """A text of the unverified header (0) or claims (1), to find out whom to ask; believe nothing.

    None where there is no such text.
    """
    parts = token.split(".")
    if len(token) > _MAX_TOKEN_CHARS or len(parts) != 3:
        return None
    try:
        padded = parts[part] + "=" * (-len(parts[part]) % 4)
        content = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, RecursionError):
        return None
    value = content.get(name) if isinstance(content, dict) else None
    return value if isinstance(value, str) else None


def read_user_token(token: str, registered: Registration, clock: Clock) -> str:
    """The partner's name for the user whom a valid token speaks for.

    Raises:
        InvalidToken: for everything else; `expired` only when nothing but its age is wrong.
    """
    if len(token) > _MAX_TOKEN_CHARS or not token.isascii():
        raise InvalidToken("malformed")
    if peek(token, 0, "typ") != USER_TOKEN_TYPE:
        raise InvalidToken("wrong_type")
    try:
        claims = verify_with(token, registered.jwks)
    except DomainError:
        raise InvalidToken("bad_signature") from None
    return _user_of(claims, registered, clock)


def _user_of(claims: Mapping[str, object], registered: Registration, clock: Clock) -> str:
    if claims.get("iss") != registered.issuer:
        raise InvalidToken("wrong_issuer")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if registered.audience not in audiences:
        raise InvalidToken("wrong_audience")
    user = claims.get("sub")
    if not isinstance(user, str) or not _USER.fullmatch(user):
        raise InvalidToken("bad_claims")
    issued_at, expires_at = instant_of(claims.get("iat")), instant_of(claims.get("exp"))
    begins_at = instant_of(claims["nbf"]) if "nbf" in claims else issued_at
    now = clock()
    if max(issued_at, begins_at) > now + _CLOCK_SKEW:
        raise InvalidToken("not_yet_valid")
    if expires_at <= now:
        raise InvalidToken("expired")
    if expires_at - issued_at > _MAX_LIFETIME:
        raise InvalidToken("bad_claims")
    return user
