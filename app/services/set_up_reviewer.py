"""A reviewer sets up the account: a password, and an authenticator that shows the right code."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.password_rule import check_password, normal_password
from app.services.invite_reviewer import SET_UP_LASTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.reviewer import Reviewer
    from app.security.vault import Vault
    from app.services.invite_reviewer import SetUpLinks
    from app.storage.unit_of_work import Storage

TOTP_SECRET = "totp"  # noqa: S105 - the kind of what is sealed


@dataclass(frozen=True)
class SetUp:
    """What the page shows: whose account, and the secret for the authenticator app.

    `totp_uri` says the same to the app by a QR code.
    """

    reviewer: Reviewer
    partner_name: str
    totp_secret: str = field(repr=False)
    totp_uri: str = field(repr=False)


@dataclass(frozen=True)
class SetUpDone:
    """The account as it is now, and the codes for the day the telephone is lost."""

    reviewer: Reviewer
    recovery_codes: Sequence[str] = field(repr=False)


@dataclass(frozen=True)
class SetUpReviewer:
    """`begin` may be repeated while the link lives; `finish` spends it."""

    storage: Storage
    chance: Chance
    vault: Vault
    links: SetUpLinks
    new_secret: Callable[[], str]
    provisioning_uri: Callable[[str, str, str], str]
    totp_step: Callable[[str, str, datetime, int], int | None]
    hash_password: Callable[[str], str]
    new_recovery_codes: Callable[[], Sequence[str]]
    hash_recovery_code: Callable[[str], str]

    def begin(self, token: str) -> SetUp:
        """The account of a live link. Raises DomainError(not_found) for every other token."""
        reviewer_id, nonce = self._read(token)
        with self.storage.writing() as uow:
            reviewer = uow.reviewers.lock(reviewer_id)
            _require_live(reviewer, nonce)
            if reviewer.sealed_totp is None:
                # Kept at once: the code must fit however often the page is loaded.
                secret = self.new_secret()
                reviewer.sealed_totp = self.vault.seal_text(reviewer, TOTP_SECRET, secret)
            partner = uow.partners.get(reviewer.partner_id)
            uow.commit()
        secret = self.vault.unseal_text(reviewer, TOTP_SECRET, reviewer.sealed_totp)
        uri = self.provisioning_uri(secret, reviewer.email, f"KYC {partner.name}")
        return SetUp(reviewer, partner.name, secret, uri)

    def finish(self, token: str, password: str, code: str) -> SetUpDone:
        """The account set up. Raises DomainError not_found, or validation_error with `fields`."""
        found = self.begin(token)
        password = normal_password(password)
        words = (found.reviewer.email, found.reviewer.name, found.partner_name)
        check_password(password, words)
        now, codes = self.chance.now(), self.new_recovery_codes()
        step = self.totp_step(found.totp_secret, "".join(code.split()), now, 0)
        if step is None:
            raise DomainError(
                ErrorCode.VALIDATION_ERROR,
                fields={"code": "This is not the code of this moment; wait for the next one."},
            )
        digest = self.hash_password(password)
        with self.storage.writing() as uow:
            reviewer = uow.reviewers.lock(found.reviewer.id)
            _require_live(reviewer, self._read(token)[1])
            reviewer.set_up_nonce = None
            reviewer.password_hash, reviewer.totp_step = digest, step
            reviewer.recovery_hashes = [self.hash_recovery_code(each) for each in codes]
            reviewer.set_up_at = now
            uow.audit.append(reviewer.id, "reviewer.set_up", reviewer.id)
            uow.commit()
        return SetUpDone(reviewer, codes)

    def _read(self, token: str) -> tuple[str, str]:
        try:
            reviewer_id, nonce = self.links.read(token, 2, int(SET_UP_LASTS.total_seconds()))
        except DomainError:
            raise DomainError(ErrorCode.NOT_FOUND) from None
        return reviewer_id, nonce


def _require_live(reviewer: Reviewer, nonce: str) -> None:
    expected = reviewer.set_up_nonce or ""
    if reviewer.disabled_at is not None or not hmac.compare_digest(expected, nonce):
        raise DomainError(ErrorCode.NOT_FOUND)
