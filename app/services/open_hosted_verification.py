"""Open a verification for a user who will be redirected to the hosted widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.services.find_applicant import find_applicant, require_active
from app.services.issue_client_token import ClientTokenRequest

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.services.callers import PartnerCaller
    from app.services.issue_client_token import IssueClientToken, IssuedClientToken
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class OpenHostedVerification:
    """The user exists already; language and return address are kept until the redirect."""

    storage: Storage
    policies: Policies
    issue: IssueClientToken

    def __call__(
        self,
        caller: PartnerCaller,
        partner_user_id: str,
        tier: str | None,
        locale: str | None,
        return_url: str | None,
    ) -> IssuedClientToken:
        """A session for the user. Raises DomainError user_not_found or already_verified."""
        with self.storage.reading() as uow:
            applicant = find_applicant(uow, caller.partner_id, partner_user_id)
            self._check(uow, applicant, tier)
        return self.issue(
            caller,
            ClientTokenRequest(
                partner_user_id,
                tier=tier,
                locale=locale,
                payment_url=return_url,
                return_url=return_url,
            ),
        )

    def launch(self, caller: PartnerCaller, partner_user_id: str) -> IssuedClientToken:
        """A fresh session as the last one was opened: launch codes work once and for a minute."""
        with self.storage.reading() as uow:
            applicant = find_applicant(uow, caller.partner_id, partner_user_id)
            self._check(uow, applicant, None)
            last = uow.client_sessions.newest(applicant.id)
        return self.issue(
            caller,
            ClientTokenRequest(
                partner_user_id,
                locale=last.locale if last else None,
                payment_url=last.payment_url if last else None,
                return_url=last.return_url if last else None,
            ),
        )

    def _check(self, uow: UnitOfWork, applicant: Applicant, tier: str | None) -> None:
        """A verified user has nothing to do in the widget, unless it is for a higher tier."""
        require_active(applicant)
        policy = self.policies.of(uow, applicant.partner_id)
        level = policy.tier(tier).level if tier else 0
        current = applicant.verification_id and uow.verifications.get(applicant.verification_id)
        if current and current.verified_tier is not None:
            is_open = current.held_tier is not None
            if level <= policy.rules_for(current.verified_tier).level and not is_open:
                raise DomainError(ErrorCode.ALREADY_VERIFIED)
