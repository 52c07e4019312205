"""Partner API keys: made once, shown once, kept as hashes."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Mode = Literal["test", "live"]

_SECRET_BYTES = 32
_PUBLISHABLE_BYTES = 16
_PREFIXES: dict[Mode, str] = {"test": "sk_test_", "live": "sk_live_"}
_FORM = re.compile(r"sk_(test|live)_[0-9a-f]{64}")
# Enough to tell a partner's keys apart, far too little to search for the rest.
_DISPLAY_CHARS = 6


class InvalidApiKey(ValueError):
    """The text does not have the form of an API key."""


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key at its birth: `text` goes to the partner once, the rest is stored."""

    text: str = field(repr=False)
    digest: str
    display_prefix: str
    mode: Mode


def make_api_key(mode: Mode, randomness: Callable[[int], bytes] = secrets.token_bytes) -> NewApiKey:
    """A fresh key of 256 random bits for the mode."""
    text = _PREFIXES[mode] + randomness(_SECRET_BYTES).hex()
    return NewApiKey(text, hash_api_key(text), prefix_for_display(text), mode)


def hash_api_key(text: str) -> str:
    """SHA-256 of the key in hex; plain, because 256 random bits cannot be guessed."""
    return hashlib.sha256(text.encode()).hexdigest()


def prefix_for_display(text: str) -> str:
    """The first characters, enough to recognise the key in a list."""
    return text[: len(_PREFIXES[mode_of_api_key(text)]) + _DISPLAY_CHARS]


def mode_of_api_key(text: str) -> Mode:
    """`test` or `live`, from the key's own form; InvalidApiKey for anything else."""
    if not _FORM.fullmatch(text):
        msg = "not an API key"
        raise InvalidApiKey(msg)
    return "test" if text.startswith(_PREFIXES["test"]) else "live"


def api_key_matches(text: str, digest: str) -> bool:
    """Whether the key has this stored digest, in constant time."""
    return hmac.compare_digest(hash_api_key(text).encode(), digest.encode())


def make_publishable_key(
    mode: Mode, randomness: Callable[[int], bytes] = secrets.token_bytes
) -> str:
    """A key that names a partner in a page; it may be seen by everyone and opens nothing."""
    return f"pk_{mode}_{randomness(_PUBLISHABLE_BYTES).hex()}"


def make_client_secret(randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A fresh OAuth2 client secret of 256 random bits, stored as `hash_api_key` of it."""
    return f"cs_{randomness(_SECRET_BYTES).hex()}"
