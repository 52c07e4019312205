"""The run that a user is at: opened when there is none, raised when a higher tier is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.applicant import Applicant
from app.domain.verification import Stage, Verification
from app.services.simulated_run import is_magic_user, meet_magic_user

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.policy import Policy
    from app.security.vault import Vault
    from app.services.policies import Policies
    from app.storage.unit_of_work import UnitOfWork

_OVER = frozenset({Stage.EXPIRED, Stage.ERASED})
_UNSUBMITTED = frozenset({Stage.CAPTURING, Stage.ABANDONED})


@dataclass(frozen=True)
class OpenVerification:
    """A tool of the use cases that open the widget or take files, inside of their transaction."""

    chance: Chance
    vault: Vault
    policies: Policies

    def applicant(self, uow: UnitOfWork, partner_id: str, partner_user_id: str) -> Applicant:
        """The partner's user of this name, added when the name is new."""
        found = uow.applicants.by_user(partner_id, partner_user_id)
        if found is not None:
            return found
        applicant = Applicant(
            self.chance.new_id("app"), partner_id, partner_user_id, self.chance.now()
        )
        uow.applicants.add(applicant)
        meet_magic_user(uow, self, applicant)
        return applicant

    def known(self, uow: UnitOfWork, partner_id: str, partner_user_id: str) -> Applicant | None:
        """The partner's user of this name; a test partner's magic users need no introduction."""
        found = uow.applicants.by_user(partner_id, partner_user_id)
        if found is None and is_magic_user(uow, partner_id, partner_user_id):
            return self.applicant(uow, partner_id, partner_user_id)
        return found

    def verification(
        self, uow: UnitOfWork, applicant: Applicant, tier: str | None = None
    ) -> Verification:
        """The user's current run, at the tier asked for when it is not too late to change it."""
        policy = self.policies.of(uow, applicant.partner_id)
        wanted = policy.tier(tier)
        uow.applicants.lock(applicant.id)
        current = applicant.verification_id and uow.verifications.lock(applicant.verification_id)
        if not current or current.stage in _OVER:
            return self._open(uow, applicant, wanted.name)
        if tier is not None:
            _raise_to(current, wanted.name, policy)
        return current

    def _open(self, uow: UnitOfWork, applicant: Applicant, tier: str) -> Verification:
        verification_id = self.chance.new_id("ver")
        verification = Verification(
            verification_id,
            applicant.partner_id,
            applicant.id,
            tier,
            self.chance.now(),
            self.vault.new_wrapped_key(applicant.partner_id, verification_id),
        )
        uow.verifications.add(verification)
        applicant.verification_id = verification_id
        applicant.version += 1
        return verification


def _raise_to(current: Verification, tier: str, policy: Policy) -> None:
    """Change the tier of an unsubmitted run, or step up from a verified one."""
    if current.stage in _UNSUBMITTED and current.attempt == 0 and current.held_tier is None:
        current.tier = tier
    elif policy.tier(tier).level > policy.rules_for(current.tier).level:
        if current.stage is Stage.VERIFIED:
            current.step_up(tier)
        elif current.stage in _UNSUBMITTED:
            current.tier = tier
