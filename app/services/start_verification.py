"""A signed-in user asks for the widget at a tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.services.find_applicant import find_applicant, require_active
from app.services.issue_client_token import ClientTokenRequest
from app.services.standing import current_run, tier_at

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.verification import KycStatus
    from app.services.callers import UserCaller
    from app.services.issue_client_token import IssueClientToken, IssuedClientToken
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class StartedVerification:
    """The session; `tier` is the run's, which stays what it was once the user has submitted."""

    issued: IssuedClientToken
    tier: str
    status: KycStatus


@dataclass(frozen=True)
class StartVerification:
    """Opens the widget for whoever is not verified at the tier yet."""

    storage: Storage
    chance: Chance
    policies: Policies
    issue_client_token: IssueClientToken

    def __call__(self, caller: UserCaller, tier: str, locale: str | None) -> StartedVerification:
        """The new session.

        Raises DomainError(validation_error | already_verified | user_suspended).
        """
        with self.storage.reading() as uow:
            self._require_need(uow, caller, tier)
            request = _request(uow, caller, tier, locale)
        issued = self.issue_client_token(caller, request)
        with self.storage.reading() as uow:
            applicant = find_applicant(uow, caller.partner_id, caller.partner_user_id)
            run = uow.verifications.get(str(applicant.verification_id))
        return StartedVerification(issued, run.tier, run.kyc_status)

    def _require_need(self, uow: UnitOfWork, caller: UserCaller, tier: str) -> None:
        policy = self.policies.of(uow, caller.partner_id)
        wanted = policy.tier(tier)
        applicant = uow.applicants.by_user(caller.partner_id, caller.partner_user_id)
        if applicant is None:
            return
        require_active(applicant)
        held = tier_at(current_run(uow, applicant), self.chance.now())
        if held is not None and policy.rules_for(held).level >= wanted.level:
            raise DomainError(ErrorCode.ALREADY_VERIFIED, tier=held)


def _request(
    uow: UnitOfWork, caller: UserCaller, tier: str, locale: str | None
) -> ClientTokenRequest:
    """What is asked of the token: no more than the session has that the user already is in.

    A stolen client token would otherwise renew itself for ever, and on every origin.
    """
    if caller.session_id is None:
        return ClientTokenRequest(caller.partner_user_id, tier=tier, locale=locale)
    session = uow.client_sessions.get(caller.session_id)
    return ClientTokenRequest(
        caller.partner_user_id,
        origins=session.origins,
        tier=tier,
        locale=locale or session.locale,
        payment_url=session.payment_url,
        return_url=session.return_url,
        ends_by=session.expires_at,
    )
