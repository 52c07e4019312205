"""What the shell page may know of a session before anyone has proved anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.policy import TierStep
from app.domain.steps import Step, next_step

if TYPE_CHECKING:
    from app.domain.applicant import ClientSession
    from app.domain.chance import Chance
    from app.domain.policy import Policy
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class PublicSession:
    """The id, who may frame it, its language, and whether it will open with the consent text.

    `opens_with_consent` is what the page may show before its script runs. It says of the user no
    more than that they have not begun, and is False for every session that was launched already.
    """

    session_id: str
    origins: list[str]
    locale: str | None
    consent_version: str
    theme_hash: str | None = None
    has_logo: bool = False
    opens_with_consent: bool = False
    asks_for_paper: bool = False


@dataclass(frozen=True)
class ReadClientSession:
    """Reads by id; a session that has ended is as good as none."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, session_id: str) -> PublicSession:
        """The public part. Raises DomainError(not_found)."""
        with self.storage.reading() as uow:
            session = uow.client_sessions.get(session_id)
            policy = self.policies.of(uow, session.partner_id)
            theme = uow.partner_themes.of(session.partner_id)
            opens_with_consent, asks_for_paper = _opening(uow, session, policy)
        if session.revoked_at is not None or session.expires_at <= self.chance.now():
            raise DomainError(ErrorCode.NOT_FOUND)
        return PublicSession(
            session.id,
            list(session.origins),
            session.locale,
            policy.consent_version,
            theme.hash if theme else None,
            theme is not None and theme.logo is not None,
            opens_with_consent,
            asks_for_paper,
        )


def _opening(uow: UnitOfWork, session: ClientSession, policy: Policy) -> tuple[bool, bool]:
    """Whether the consent text comes first, and whether it speaks of a proof of address."""
    applicant = uow.applicants.get(session.applicant_id)
    is_gone_on = session.launched_at is not None or uow.handoffs.active(applicant.id) is not None
    if is_gone_on or applicant.verification_id is None:
        return False, False
    run = uow.verifications.get(applicant.verification_id)
    tier = policy.rules_for(run.tier)
    step = next_step(run, (), tier, presence_met=False, address_proved=False)
    return step is Step.CONSENT, TierStep.PROOF_OF_ADDRESS in tier.steps
