"""Lookup digests: find an equal value (a document number) without keeping it in clear."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.security.key_ring import KeyRing


class LookupDigests:
    """HMAC-SHA256 under the ring's `lookup` pepper, apart for each purpose."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def digest(self, purpose: str, *parts: str) -> str:
        """The digest to store, under the newest pepper: 64 hex characters."""
        return _digest(self._keys.secrets("lookup")[0], purpose, parts)

    def candidates(self, purpose: str, *parts: str) -> tuple[str, ...]:
        """Digests under every live pepper, newest first: search for any of them."""
        return tuple(_digest(pepper, purpose, parts) for pepper in self._keys.secrets("lookup"))


def _digest(pepper: bytes, purpose: str, parts: tuple[str, ...]) -> str:
    # Lengths before parts: ("ab", "c") and ("a", "bc") are different people.
    encoded = [part.encode() for part in (purpose, *parts)]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
    return hmac.digest(pepper, message, hashlib.sha256).hex()
