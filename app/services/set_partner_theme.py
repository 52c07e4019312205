"""Dress a partner's widget, or take the dress off again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.partner import PartnerTheme
from app.domain.theme import theme_css
from app.domain.theme_file import logo_kind, read_theme

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class SetPartnerTheme:
    """A theme is in force at once; its address is its hash, so that browsers may keep it."""

    storage: Storage
    chance: Chance

    def __call__(self, partner_id: str, text: str, logo: bytes | None, actor: str) -> PartnerTheme:
        """The theme now in force. Raises ThemeFaults or DomainError(not_found)."""
        css = theme_css(read_theme(text))
        kind = logo_kind(logo) if logo is not None else None
        digest = hashlib.sha256(css.encode() + (logo or b"")).hexdigest()[:32]
        theme = PartnerTheme(partner_id, digest, text, css, self.chance.now(), logo, kind)
        with self.storage.writing() as uow:
            uow.partners.lock(partner_id)
            uow.partner_themes.replace(theme)
            uow.audit.append(
                actor=actor,
                action="theme.set",
                subject_id=partner_id,
                facts={"theme_hash": digest},
            )
            uow.commit()
        return theme

    def remove(self, partner_id: str, actor: str) -> None:
        """Back to the usual looks. Raises DomainError(not_found) for an unknown partner."""
        with self.storage.writing() as uow:
            uow.partners.lock(partner_id)
            uow.partner_themes.remove(partner_id)
            uow.audit.append(actor=actor, action="theme.removed", subject_id=partner_id)
            uow.commit()
