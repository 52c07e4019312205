"""Accounts of reviewers, made and ended by the operator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from app.domain.errors import DomainError, ErrorCode
from app.domain.reviewer import Reviewer, ReviewerRole

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.chance import Chance
    from app.security.vault import Vault
    from app.storage.unit_of_work import Storage

SET_UP_LASTS = timedelta(days=1)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_MAX_NAME_CHARS = 80


class SetUpLinks(Protocol):
    """Signs and reads the token of a set-up link."""

    def issue(self, *parts: str) -> str: ...
    def read(self, text: str, n_parts: int, max_age_s: int | None) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Invitation:
    """A reviewer and the token of the link that sets the account up, once, within a day."""

    reviewer: Reviewer
    token: str


def plain_email(text: str) -> str:
    """The form in which addresses are compared. Raises DomainError(validation_error)."""
    email = text.strip().casefold()
    if not _EMAIL.fullmatch(email):
        raise DomainError(ErrorCode.VALIDATION_ERROR, "Give an e-mail address.")
    return email


@dataclass(frozen=True)
class InviteReviewer:
    """Creates an account that opens by its set-up link only."""

    storage: Storage
    chance: Chance
    vault: Vault
    links: SetUpLinks
    make_nonce: Callable[[], str]

    def __call__(
        self, partner_id: str, email: str, name: str, role: ReviewerRole, actor: str
    ) -> Invitation:
        """The new account. Raises DomainError not_found, conflict, validation_error."""
        if not 0 < len(name.strip()) <= _MAX_NAME_CHARS:
            raise DomainError(ErrorCode.VALIDATION_ERROR, "Give a name of up to 80 characters.")
        reviewer_id, nonce = self.chance.new_id("rvw"), self.make_nonce()
        reviewer = Reviewer(
            reviewer_id,
            partner_id,
            plain_email(email),
            name.strip(),
            role,
            self.chance.now(),
            self.vault.new_wrapped_key(partner_id, reviewer_id),
            nonce,
        )
        with self.storage.writing() as uow:
            uow.partners.get(partner_id)
            if uow.reviewers.by_email(partner_id, reviewer.email) is not None:
                raise DomainError(
                    ErrorCode.CONFLICT,
                    "This partner has a reviewer of this address: use `kyc reviewer reset`.",
                )
            uow.reviewers.add(reviewer)
            uow.audit.append(actor, "reviewer.invited", reviewer_id, {"role": role.value})
            uow.commit()
        return Invitation(reviewer, self.links.issue(reviewer_id, nonce))


@dataclass(frozen=True)
class ResetReviewer:
    """A new set-up link for a lost password or telephone, or for somebody who was disabled."""

    storage: Storage
    chance: Chance
    links: SetUpLinks
    make_nonce: Callable[[], str]

    def __call__(self, reviewer_id: str, actor: str) -> Invitation:
        """The account, signed out everywhere. Raises DomainError(not_found)."""
        nonce = self.make_nonce()
        with self.storage.writing() as uow:
            reviewer = uow.reviewers.lock(reviewer_id)
            reviewer.reset(nonce)
            uow.reviewer_sessions.end_all(reviewer_id, self.chance.now())
            uow.audit.append(actor, "reviewer.reset", reviewer_id)
            uow.commit()
        return Invitation(reviewer, self.links.issue(reviewer_id, nonce))


@dataclass(frozen=True)
class DisableReviewer:
    """Ends an account and every session of it at once; its decisions stay."""

    storage: Storage
    chance: Chance

    def __call__(self, reviewer_id: str, actor: str) -> Reviewer:
        """The disabled account. Raises DomainError(not_found)."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            reviewer = uow.reviewers.lock(reviewer_id)
            reviewer.set_up_nonce = None
            reviewer.disabled_at = reviewer.disabled_at or now
            uow.reviewer_sessions.end_all(reviewer_id, now)
            uow.audit.append(actor, "reviewer.disabled", reviewer_id)
            uow.commit()
        return reviewer
