"""Sealing for the use cases: everything is bound to its owner, kind and name."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Protocol

from app.security.envelope import Envelope, SealBroken, SealContext

if TYPE_CHECKING:
    from collections.abc import Mapping


class Owner(Protocol):
    """Whatever has a data key of its own: a verification, a webhook endpoint."""

    id: str
    partner_id: str
    wrapped_key: bytes


class Vault:
    """Seals and unseals under the owner's data key, which only the key ring can unwrap."""

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope

    def new_wrapped_key(self, partner_id: str, owner_id: str) -> bytes:
        """A fresh data key for a new owner, wrapped."""
        context = SealContext.of_data_key(partner_id, owner_id)
        return self._envelope.wrap(self._envelope.new_data_key(), context)

    def rewrapped(self, partner_id: str, owner_id: str, wrapped_key: bytes) -> bytes | None:
        """The same data key under the ring's newest key; None when no live key opens it."""
        context = SealContext.of_data_key(partner_id, owner_id)
        try:
            return self._envelope.rewrap(wrapped_key, context)
        except SealBroken:
            return None

    def kid_of(self, wrapped_key: bytes) -> str:
        """The id of the ring's key that wrapped it. Raises SealBroken for what is no such thing."""
        return self._envelope.kid_of(wrapped_key)

    def seal(self, owner: Owner, kind: str, name: str, data: bytes) -> bytes:
        """The data sealed; it opens only for the same owner, kind and name."""
        context = SealContext(owner.partner_id, owner.id, kind, name)
        return self._envelope.seal(self._data_key(owner), data, context)

    def unseal(self, owner: Owner, kind: str, name: str, sealed: bytes) -> bytes:
        """The data again. Raises SealBroken."""
        context = SealContext(owner.partner_id, owner.id, kind, name)
        return self._envelope.unseal(self._data_key(owner), sealed, context)

    def unseal_if_kept(self, owner: Owner, kind: str, name: str, sealed: bytes) -> bytes | None:
        """The data again; None where the key that it was sealed under was destroyed."""
        try:
            return self.unseal(owner, kind, name, sealed)
        except SealBroken:
            return None

    def carry_over(
        self, owner: Owner, fresh_key: bytes, kind: str, name: str, sealed: bytes
    ) -> bytes | None:
        """What was sealed, under another wrapped key of its owner; None when nobody can open it."""
        context = SealContext(owner.partner_id, owner.id, kind, name)
        try:
            data = self.unseal(owner, kind, name, sealed)
        except SealBroken:
            return None
        place = SealContext.of_data_key(owner.partner_id, owner.id)
        return self._envelope.seal(self._envelope.unwrap(fresh_key, place), data, context)

    def opens(self, owner: Owner, kind: str, name: str, sealed: bytes) -> bool:
        """Whether the data can be had again."""
        try:
            self.unseal(owner, kind, name, sealed)
        except SealBroken:
            return False
        return True

    def seal_json(self, owner: Owner, kind: str, value: Mapping[str, object]) -> bytes:
        """A small JSON object sealed for a column."""
        context = SealContext(owner.partner_id, owner.id, kind, "")
        return self._envelope.seal_json(self._data_key(owner), value, context)

    def unseal_json(self, owner: Owner, kind: str, sealed: bytes) -> dict[str, object]:
        """The JSON object again. Raises SealBroken."""
        context = SealContext(owner.partner_id, owner.id, kind, "")
        return self._envelope.unseal_json(self._data_key(owner), sealed, context)

    def seal_text(self, owner: Owner, kind: str, text: str) -> str:
        """A text sealed into URL-safe base64, for a JSON column."""
        return urlsafe_b64encode(self.seal(owner, kind, "", text.encode())).decode()

    def unseal_text(self, owner: Owner, kind: str, sealed: str) -> str:
        """The text again. Raises SealBroken."""
        return self.unseal(owner, kind, "", urlsafe_b64decode(sealed)).decode()

    def _data_key(self, owner: Owner) -> bytes:
        context = SealContext.of_data_key(owner.partner_id, owner.id)
        return self._envelope.unwrap(owner.wrapped_key, context)
