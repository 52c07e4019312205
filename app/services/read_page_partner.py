"""What a page may learn of the partner whose publishable key it carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from app.domain.partner import Mode
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class PagePartner:
    """The partner's mode, and whether the asking origin may open the widget."""

    mode: Mode
    is_origin_allowed: bool


@dataclass(frozen=True)
class ReadPagePartner:
    """Which other origins there are is not told."""

    storage: Storage

    def __call__(self, publishable_key: str, origin: str) -> PagePartner:
        """The answer for a page on this origin. Raises DomainError(not_found)."""
        with self.storage.reading() as uow:
            partner = uow.partners.by_publishable_key(publishable_key)
        if partner is None:
            raise DomainError(ErrorCode.NOT_FOUND)
        return PagePartner(partner.mode, origin in partner.origins)
