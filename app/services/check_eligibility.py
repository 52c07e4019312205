"""Whether a user may use a product in a country and currency, and what is missing if not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.acceptance import unaccepted
from app.domain.eligibility import ApplicantStanding, judge, with_acceptances
from app.domain.verification import Stage
from app.services.standing import address_proof, current_run, tier_at

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.eligibility import Eligibility
    from app.services.callers import UserCaller
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class CheckEligibility:
    """Reads what the rule asks of the user; a user whom nobody has named yet has nothing."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(
        self, caller: UserCaller, product: str, country: str, currency: str
    ) -> tuple[Eligibility, str | None]:
        """The answer, and the tier that the user is verified at now."""
        with self.storage.reading() as uow:
            policy = self.policies.of(uow, caller.partner_id)
            applicant = uow.applicants.by_user(caller.partner_id, caller.partner_user_id)
            standing = self._standing(uow, applicant)
            accepted = uow.policy_acceptances.of(applicant.id) if applicant else []
        found = judge(policy, product, country, currency, standing)
        missing = unaccepted(policy, country, accepted)
        return with_acceptances(found, has_unaccepted=bool(missing)), standing.held_tier

    def _standing(self, uow: UnitOfWork, applicant: Applicant | None) -> ApplicantStanding:
        if applicant is None:
            return ApplicantStanding()
        run = current_run(uow, applicant)
        held = tier_at(run, self.chance.now())
        stage = run.stage if run else None
        return ApplicantStanding(
            held_tier=held,
            run_tier=run.tier if run else None,
            stage=Stage.EXPIRED if stage is Stage.VERIFIED and held is None else stage,
            risk_level=applicant.risk_level,
            address_proof=address_proof(uow, applicant),
            is_suspended=applicant.suspended_at is not None,
        )
