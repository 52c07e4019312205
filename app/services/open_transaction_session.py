"""Open a session in which a verified user may transact; everyone else is sent to the widget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.applicant import TransactionSession
from app.domain.errors import DomainError, ErrorCode
from app.domain.steps import steps_to_repeat
from app.domain.verification import KycStatus, status_of
from app.services.find_applicant import require_active
from app.services.standing import tier_at

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.policy import Tier
    from app.domain.verification import Verification
    from app.services.open_verification import OpenVerification
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class OpenedSession:
    """The session, and the page to go on to when the widget was opened with one."""

    session_id: str
    partner_user_id: str
    expires_at: datetime
    payment_url: str | None


@dataclass(frozen=True)
class OpenTransactionSession:
    """The gate before money moves."""

    storage: Storage
    chance: Chance
    opening: OpenVerification
    ttl_s: int

    def __call__(
        self, partner_id: str, partner_user_id: str, client_session_id: str | None = None
    ) -> OpenedSession:
        """A session for a verified user; raises DomainError(kyc_required) for everyone else.

        A user nobody has named before is simply not verified yet: the first session call of a
        newcomer is answered with what to do, not with `not found`.
        """
        now = self.chance.now()
        with self.storage.writing() as uow:
            applicant = self.opening.known(uow, partner_id, partner_user_id)
            if applicant is not None:
                require_active(applicant)
            verification_id = applicant and applicant.verification_id
            current = uow.verifications.get(verification_id) if verification_id else None
            if applicant is None or tier_at(current, now) is None:
                policy = self.opening.policies.of(uow, partner_id)
                tier = policy.rules_for(current.tier) if current else policy.tier(None)
                raise _kyc_required(partner_user_id, current, tier)
            session = TransactionSession(
                self.chance.new_id("txs"),
                partner_id,
                applicant.id,
                now,
                now + timedelta(seconds=self.ttl_s),
            )
            uow.transaction_sessions.add(session)
            payment_url = (
                uow.client_sessions.get(client_session_id).payment_url
                if client_session_id
                else None
            )
            uow.commit()
        return OpenedSession(session.id, partner_user_id, session.expires_at, payment_url)


def _kyc_required(
    partner_user_id: str, verification: Verification | None, tier: Tier
) -> DomainError:
    status = status_of(verification)
    if verification is not None and status is KycStatus.FAILED:
        requirements = (
            sorted(step.value for step in steps_to_repeat(verification.reasons))
            if verification.is_retryable
            else ["contact_partner"]
        )
    elif status is KycStatus.PENDING:
        requirements = ["wait_for_decision"]
    else:
        requirements = [step.value for step in tier.steps]
    return DomainError(
        ErrorCode.KYC_REQUIRED,
        partner_user_id=partner_user_id,
        kyc_status=status.value,
        requirements=requirements,
    )
