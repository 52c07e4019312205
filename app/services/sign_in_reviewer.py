"""A reviewer signs in: by password and a code, or at the identity provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.limits import SIGN_INS_OF_ACCOUNT, SIGN_INS_OF_ADDRESS
from app.domain.password_rule import MAX_PASSWORD_CHARS, normal_password
from app.domain.reviewer import ReviewerSession, SignInMethod
from app.services.set_up_reviewer import TOTP_SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from app.domain.chance import Chance
    from app.domain.reviewer import Reviewer
    from app.security.vault import Vault
    from app.services.rate_limits import RateLimits
    from app.storage.unit_of_work import Storage, UnitOfWork

_MAX_EMAIL_CHARS = 256
_MAX_CODE_CHARS = 64


@dataclass(frozen=True)
class SignedIn:
    """What the browser gets; the token is kept nowhere else."""

    reviewer: Reviewer
    session: ReviewerSession
    token: str = field(repr=False)


@dataclass(frozen=True)
class OpenReviewerSession:
    """Begins a session of its own for every sign-in, so that none is known beforehand."""

    chance: Chance
    make_token: Callable[[], str]
    hash_token: Callable[[str], str]
    lasts: timedelta

    def __call__(self, uow: UnitOfWork, reviewer: Reviewer, method: SignInMethod) -> SignedIn:
        """The new session; the reviewer is locked."""
        now, token = self.chance.now(), self.make_token()
        session = ReviewerSession(
            self.chance.new_id("rvs"),
            reviewer.id,
            self.hash_token(token),
            method,
            now,
            now,
            now + self.lasts,
        )
        uow.reviewer_sessions.add(session)
        reviewer.last_signed_in_at = now
        uow.audit.append(reviewer.id, "reviewer.signed_in", reviewer.id, {"method": method.value})
        return SignedIn(reviewer, session, token)


@dataclass(frozen=True)
class SignInReviewer:
    """One answer for everything that is wrong, after the same work."""

    storage: Storage
    chance: Chance
    vault: Vault
    rate_limits: RateLimits
    open_session: OpenReviewerSession
    is_password: Callable[[str, str | None], bool]
    totp_step: Callable[[str, str, datetime, int], int | None]
    is_recovery_code: Callable[[str, Sequence[str]], bool]
    hash_recovery_code: Callable[[str], str]

    def __call__(
        self, partner_id: str, email: str, password: str, code: str, address: str
    ) -> SignedIn:
        """The session. Raises DomainError rate_limited, or invalid_token for all other faults."""
        email = email.strip().casefold()[:_MAX_EMAIL_CHARS]
        self.rate_limits.count(SIGN_INS_OF_ADDRESS, address)
        self.rate_limits.count(SIGN_INS_OF_ACCOUNT, f"{partner_id}|{email}")
        with self.storage.reading() as uow:
            found = uow.reviewers.by_email(partner_id, email)
        known = found if found is not None and found.set_up_at is not None else None
        stored = known.password_hash if known else None
        if not self.is_password(normal_password(password[:MAX_PASSWORD_CHARS]), stored):
            known = None
        return self._with_code(known, "".join(code.split())[:_MAX_CODE_CHARS])

    def _with_code(self, known: Reviewer | None, code: str) -> SignedIn:
        with self.storage.writing() as uow:
            reviewer = uow.reviewers.lock(known.id) if known else None
            if reviewer is None or reviewer.disabled_at is not None:
                raise DomainError(ErrorCode.INVALID_TOKEN)
            method = self._spend(reviewer, code)
            if method is None or reviewer.password_hash != (known and known.password_hash):
                raise DomainError(ErrorCode.INVALID_TOKEN)
            signed_in = self.open_session(uow, reviewer, method)
            uow.commit()
        return signed_in

    def _spend(self, reviewer: Reviewer, code: str) -> SignInMethod | None:
        """How the code is right, and it will not be so again."""
        if reviewer.sealed_totp is not None:
            secret = self.vault.unseal_text(reviewer, TOTP_SECRET, reviewer.sealed_totp)
            step = self.totp_step(secret, code, self.chance.now(), reviewer.totp_step)
            if step is not None:
                reviewer.totp_step = step
                return SignInMethod.PASSWORD
        if self.is_recovery_code(code, reviewer.recovery_hashes):
            spent = self.hash_recovery_code(code)
            reviewer.recovery_hashes = [each for each in reviewer.recovery_hashes if each != spent]
            return SignInMethod.RECOVERY_CODE
        return None


@dataclass(frozen=True)
class SignInByProvider:
    """Whoever the provider vouches for must have an account; the first time binds the two."""

    storage: Storage
    open_session: OpenReviewerSession

    def __call__(self, partner_id: str, subject: str, verified_email: str | None) -> SignedIn:
        """The session. Raises DomainError(invalid_token) for people without an account."""
        with self.storage.writing() as uow:
            found = uow.reviewers.by_subject(partner_id, subject)
            if found is None and verified_email is not None:
                found = uow.reviewers.by_email(partner_id, verified_email.strip().casefold())
            reviewer = uow.reviewers.lock(found.id) if found else None
            if reviewer is None or reviewer.disabled_at is not None:
                raise DomainError(ErrorCode.INVALID_TOKEN)
            if reviewer.oidc_subject not in {None, subject}:
                # An address that the provider gave to somebody else meanwhile.
                raise DomainError(ErrorCode.INVALID_TOKEN)
            reviewer.oidc_subject = subject
            reviewer.set_up_nonce = None
            signed_in = self.open_session(uow, reviewer, SignInMethod.PROVIDER)
            uow.commit()
        return signed_in
