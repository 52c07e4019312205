"""Rotate and retire keys of the ring, and wrap every data key anew under the newest one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from app.security import KeyRing, Section
    from app.security.vault import Vault
    from app.storage.unit_of_work import Storage
    from app.storage.wrapped_keys import WrappedKey

_BATCH = 200


@dataclass(frozen=True)
class ChangeKeyRing:
    """Every change leaves a line in the audit chain; running processes follow by themselves."""

    storage: Storage
    keys: KeyRing
    vault: Vault

    def rotate(self, section: Section, actor: str) -> str:
        """The id of the key that is now the newest of its section."""
        kid = self.keys.rotate(section)
        self._note(actor, "key_ring.rotated", kid, {"section": section})
        return kid

    def retire(self, section: Section, kid: str, actor: str) -> None:
        """End an older key. Raises DomainError(conflict) while data keys are wrapped by it."""
        if section == "evidence":
            left = self._wrapped_by(kid)
            if left:
                raise DomainError(
                    ErrorCode.CONFLICT,
                    f"{left} data keys are wrapped by this key and would be lost;"
                    " run `kyc keys rewrap` first.",
                )
        self.keys.retire(section, kid)
        self._note(actor, "key_ring.retired", kid, {"section": section})

    def rewrap(self, actor: str) -> dict[str, int]:
        """How many data keys were wrapped anew, were current already, or open for nobody.

        May be stopped and begun again at any moment, and runs beside serving processes.
        """
        counts = Counter({"rewrapped": 0, "current": 0, "unreadable": 0})
        with self.storage.reading() as uow:
            tables = uow.wrapped_keys.tables()
        for table in tables:
            last = ""
            while batch := self._batch(table, last, counts):
                last = batch[-1].row_id
        newest = self.keys.newest("evidence").kid
        self._note(actor, "key_ring.rewrapped", newest, dict(counts))
        return dict(counts)

    def _batch(self, table: str, last: str, counts: Counter[str]) -> list[WrappedKey]:
        with self.storage.writing() as uow:
            batch = uow.wrapped_keys.after(table, last, _BATCH)
            for each in batch:
                fresh = self.vault.rewrapped(each.partner_id, each.row_id, each.wrapped)
                if fresh is None:
                    counts["unreadable"] += 1
                elif fresh == each.wrapped:
                    counts["current"] += 1
                else:
                    counts["rewrapped"] += uow.wrapped_keys.replace(each, fresh)
            uow.commit()
        return batch

    def _wrapped_by(self, kid: str) -> int:
        with self.storage.reading() as uow:
            return sum(self.vault.kid_of(each.wrapped) == kid for each in uow.wrapped_keys.all())

    def _note(self, actor: str, action: str, kid: str, facts: dict[str, object]) -> None:
        with self.storage.writing() as uow:
            uow.audit.append(actor, action, kid, facts)
            uow.commit()
