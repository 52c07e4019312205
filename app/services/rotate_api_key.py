"""Give a partner a second live key, or revoke the older ones once it has moved over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import ApiKey, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from app.domain.chance import Chance
    from app.domain.partner import Mode
    from app.security import NewApiKey
    from app.storage.unit_of_work import Storage

_MAX_LIVE_KEYS = 2


@dataclass(frozen=True)
class RotateApiKey:
    """Two keys may live at once, so a partner can deploy the new one before the old one goes."""

    storage: Storage
    chance: Chance
    make_api_key: Callable[[Mode], NewApiKey]

    def __call__(
        self,
        partner_id: str,
        *,
        revoke_older: bool = False,
        scopes: Collection[Scope] = tuple(Scope),
    ) -> str:
        """The new key, shown once; with `revoke_older` it is the only one from now on."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            partner = uow.partners.get(partner_id)
            live = uow.api_keys.live_for(partner_id)
            if revoke_older:
                for key in live:
                    key.revoked_at = now
            elif len(live) >= _MAX_LIVE_KEYS:
                raise DomainError(
                    ErrorCode.CONFLICT, "Two keys are live already; revoke the older one first."
                )
            new = self.make_api_key(partner.mode)
            row = ApiKey(
                self.chance.new_id("key"),
                partner_id,
                new.digest,
                new.display_prefix,
                now,
                scopes=sorted(scope.value for scope in scopes),
            )
            uow.api_keys.add(row)
            uow.audit.append(actor="cli", action="api_key.rotated", subject_id=partner_id)
            uow.commit()
        return new.text
