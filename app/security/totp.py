"""Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 s), and codes for its loss."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b32decode, b32encode
from typing import TYPE_CHECKING
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# RFC 4226 asks for 160 bits; all apps take SHA-1, many nothing else.
_SECRET_BYTES = 20
_DIGITS = 6
_STEP_S = 30
# One step to either side: clocks of telephones, and people who are slow to type.
_STEPS_OFF = (-1, 0, 1)
_RECOVERY_CODES = 10
# 80 random bits: a plain hash is enough.
_RECOVERY_BYTES = 10


def new_totp_secret() -> str:
    """A fresh secret in base32, as people may type it into their app."""
    return b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """What the QR code says; the `otpauth` form that authenticator apps share."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='@')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"


def totp_step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step that a code belongs to; None for a wrong one.

    Steps up to `after` were used, and a code is good once: whoever looked over a shoulder is late.
    """
    if not code.isascii() or not code.isdigit() or len(code) != _DIGITS:
        return None
    hotp = HOTP(b32decode(secret), _DIGITS, SHA1())  # noqa: S303 - what RFC 6238 says
    current = int(now.timestamp()) // _STEP_S
    fitting = [
        step
        for step in (current + off for off in _STEPS_OFF)
        if hmac.compare_digest(hotp.generate(step), code.encode())
    ]
    return next((step for step in fitting if step > after), None)


def totp_code(secret: str, now: datetime) -> str:
    """The code of this moment, as the app shows it."""
    step = int(now.timestamp()) // _STEP_S
    return HOTP(b32decode(secret), _DIGITS, SHA1()).generate(step).decode()  # noqa: S303


def new_recovery_codes() -> list[str]:
    """Ten codes of four groups of letters and digits, each good for one sign-in."""
    return [_grouped(b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower())
            for _ in range(_RECOVERY_CODES)]  # fmt: skip


def hash_recovery_code(code: str) -> str:
    """SHA-256 of a code however it was typed."""
    plain = "".join(each for each in code.lower() if each.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def is_recovery_code(code: str, hashes: Sequence[str]) -> bool:
    """Whether it is one of those that are left."""
    digest = hash_recovery_code(code)
    return sum(hmac.compare_digest(digest, each) for each in hashes) > 0


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
