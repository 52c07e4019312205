"""Whether what is kept can still be opened, by the key ring that is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.security.vault import Vault
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class CheckSeals:
    """Opens every data key and some pictures, and keeps nothing of what it saw."""

    storage: Storage
    chance: Chance
    vault: Vault
    objects: ObjectStore

    def __call__(self, sample: int) -> dict[str, object]:
        """Counts of data keys and of pictures, and how many of either nobody can open."""
        with self.storage.reading() as uow:
            keys = [
                self.vault.rewrapped(each.partner_id, each.row_id, each.wrapped) is not None
                for each in uow.wrapped_keys.all()
            ]
            ids = uow.captures.ids()
        chosen = self.chance.random.sample(ids, min(sample, len(ids)))
        opened = [self._opens(capture_id) for capture_id in chosen]
        return {
            "data_keys": len(keys),
            "unreadable_data_keys": keys.count(False),
            "pictures": len(ids),
            "opened_pictures": opened.count(True),
            "unreadable_pictures": opened.count(False),
        }

    def _opens(self, capture_id: str) -> bool:
        with self.storage.reading() as uow:
            capture = uow.captures.get(capture_id)
            owner = uow.verifications.get(capture.verification_id)
        try:
            sealed = self.objects.get(capture.object_name)
        except DomainError as error:
            if error.code is not ErrorCode.NOT_FOUND:
                raise
            return False
        return self.vault.opens(owner, capture.kind, capture.id, sealed)
