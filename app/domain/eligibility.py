"""Who may use a product now, who not yet, and who not at all; pure and total.

The first rule of the policy that offers the product in the country and currency decides. What is
not offered and what a user may not have ends in a rejection; everything else can be reached.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.applicant import RiskLevel
from app.domain.policy import EligibilityRule, Policy, Tier, TierStep
from app.domain.verification import Stage


class EligibilityOutcome(StrEnum):
    """The four answers; only the last one cannot be changed by the user."""

    ELIGIBLE = "eligible"
    IN_REVIEW = "in_review"
    NOT_YET = "not_yet"
    NOT_ELIGIBLE = "not_eligible"


class EligibilityReason(StrEnum):
    """Why an answer is not `eligible`; stable for ever."""

    PRODUCT_NOT_OFFERED = "product_not_offered"
    COUNTRY_NOT_OFFERED = "country_not_offered"
    CURRENCY_NOT_OFFERED = "currency_not_offered"
    USER_SUSPENDED = "user_suspended"
    USER_REJECTED = "user_rejected"
    RISK_TOO_HIGH = "risk_too_high"
    DECISION_PENDING = "decision_pending"
    REVIEW_PENDING = "review_pending"
    PROOF_OF_ADDRESS_PENDING = "proof_of_address_pending"
    VERIFICATION_REQUIRED = "verification_required"
    VERIFICATION_UNFINISHED = "verification_unfinished"
    VERIFICATION_EXPIRED = "verification_expired"
    RETRY_REQUESTED = "retry_requested"
    TIER_TOO_LOW = "tier_too_low"
    POLICY_ACCEPTANCE_REQUIRED = "policy_acceptance_required"


class AddressProof(StrEnum):
    """How far a user's proof of address has come."""

    MISSING = "missing"
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class ApplicantStanding:
    """All that eligibility asks of a user.

    `held_tier` is the tier that the user is verified at now; `run_tier` and `stage` are those of
    the current run, which may aim higher. A user without a risk level counts as of low risk.
    """

    held_tier: str | None = None
    run_tier: str | None = None
    stage: Stage | None = None
    risk_level: RiskLevel | None = None
    address_proof: AddressProof = AddressProof.MISSING
    is_suspended: bool = False


@dataclass(frozen=True)
class Eligibility:
    """The answer. `required_tier` is None only when the product is not offered.

    `missing` are the steps that the user has yet to take, in their order: those of the tier, then
    POLICY_ACCEPTANCE. It may be empty when everything is there but waits to be submitted or
    decided.
    """

    outcome: EligibilityOutcome
    reasons: tuple[EligibilityReason, ...] = ()
    required_tier: str | None = None
    missing: tuple[str, ...] = ()


POLICY_ACCEPTANCE = "policy_acceptance"
_O, _R = EligibilityOutcome, EligibilityReason
_RISKS = tuple(RiskLevel)
_PENDING = {
    Stage.SUBMITTED: _R.DECISION_PENDING,
    Stage.EXAMINING: _R.DECISION_PENDING,
    Stage.IN_REVIEW: _R.REVIEW_PENDING,
}
_UNFINISHED = {
    Stage.CAPTURING: _R.VERIFICATION_UNFINISHED,
    Stage.ABANDONED: _R.VERIFICATION_UNFINISHED,
    Stage.RETRY_REQUESTED: _R.RETRY_REQUESTED,
    Stage.EXPIRED: _R.VERIFICATION_EXPIRED,
}


def judge(
    policy: Policy, product: str, country: str, currency: str, standing: ApplicantStanding
) -> Eligibility:
    """Whether the user may use a product in a country (ISO 3166 alpha-2) and currency (ISO 4217).

    Codes are compared as they are written, in capital letters.
    """
    rule, not_offered = _rule_for(policy, product, country, currency)
    if rule is None:
        return Eligibility(_O.NOT_ELIGIBLE, not_offered)
    required = policy.tier(rule.required_tier)
    refused = _refusals(rule, standing)
    if refused:
        return Eligibility(_O.NOT_ELIGIBLE, refused, required.name)
    if _level(policy, standing.held_tier) >= required.level:
        return Eligibility(_O.ELIGIBLE, (), required.name)
    if standing.stage is Stage.REJECTED:
        return Eligibility(_O.NOT_ELIGIBLE, (_R.USER_REJECTED,), required.name)
    return _on_the_way(policy, required, standing)


def with_acceptances(found: Eligibility, *, has_unaccepted: bool) -> Eligibility:
    """The answer for a user who may have yet to accept required policy documents.

    A refusal stays what it is; what would be open is not open until they are accepted.
    """
    if not has_unaccepted or found.outcome is _O.NOT_ELIGIBLE:
        return found
    return replace(
        found,
        outcome=_O.NOT_YET if found.outcome is _O.ELIGIBLE else found.outcome,
        reasons=(*found.reasons, _R.POLICY_ACCEPTANCE_REQUIRED),
        missing=(*found.missing, POLICY_ACCEPTANCE),
    )


def _rule_for(
    policy: Policy, product: str, country: str, currency: str
) -> tuple[EligibilityRule | None, tuple[EligibilityReason, ...]]:
    """The first rule that offers it, or why none does."""
    offers = [rule for rule in policy.eligibility if rule.product == product]
    if not offers:
        return None, (_R.PRODUCT_NOT_OFFERED,)
    here = [rule for rule in offers if _is_offered_in(rule, country)]
    if not here:
        return None, (_R.COUNTRY_NOT_OFFERED,)
    for rule in here:
        if not rule.currencies or currency in rule.currencies:
            return rule, ()
    return None, (_R.CURRENCY_NOT_OFFERED,)


def _is_offered_in(rule: EligibilityRule, country: str) -> bool:
    is_allowed = not rule.countries or country in rule.countries
    return is_allowed and country not in rule.denied_countries


def _refusals(rule: EligibilityRule, standing: ApplicantStanding) -> tuple[EligibilityReason, ...]:
    risk = standing.risk_level or RiskLevel.LOW
    is_too_risky = _RISKS.index(risk) > _RISKS.index(rule.highest_risk)
    found = ((standing.is_suspended, _R.USER_SUSPENDED), (is_too_risky, _R.RISK_TOO_HIGH))
    return tuple(reason for is_so, reason in found if is_so)


def _on_the_way(policy: Policy, required: Tier, standing: ApplicantStanding) -> Eligibility:
    pending = standing.stage and _PENDING.get(standing.stage)
    if pending and _level(policy, standing.run_tier) >= required.level:
        return Eligibility(_O.IN_REVIEW, (pending,), required.name)
    missing = _missing(policy, required, standing, is_decided=pending is None)
    if (
        missing == (TierStep.PROOF_OF_ADDRESS,)
        and standing.address_proof is AddressProof.PENDING
        and standing.held_tier is not None
    ):
        return Eligibility(_O.IN_REVIEW, (_R.PROOF_OF_ADDRESS_PENDING,), required.name, missing)
    return Eligibility(_O.NOT_YET, (_why_not_yet(policy, standing),), required.name, missing)


def _missing(
    policy: Policy, required: Tier, standing: ApplicantStanding, *, is_decided: bool
) -> tuple[TierStep, ...]:
    """The steps of the tier that neither a held tier nor a pending run stands for."""
    taken = set(_steps(policy, standing.held_tier))
    if not is_decided:
        taken |= set(_steps(policy, standing.run_tier))
    if standing.address_proof is AddressProof.ACCEPTED:
        taken.add(TierStep.PROOF_OF_ADDRESS)
    return tuple(step for step in required.steps if step not in taken)


def _why_not_yet(policy: Policy, standing: ApplicantStanding) -> EligibilityReason:
    unfinished = standing.stage and _UNFINISHED.get(standing.stage)
    if unfinished:
        return unfinished
    held_or_asked = standing.held_tier or (standing.stage and standing.run_tier)
    is_known = _level(policy, held_or_asked or None) > 0
    is_erased = standing.stage is Stage.ERASED
    return _R.TIER_TOO_LOW if is_known and not is_erased else _R.VERIFICATION_REQUIRED


def _level(policy: Policy, name: str | None) -> int:
    """0 for no tier, and for one that the policy no longer has."""
    return next((tier.level for tier in policy.tiers if tier.name == name), 0)


def _steps(policy: Policy, name: str | None) -> tuple[TierStep, ...]:
    return next((tier.steps for tier in policy.tiers if tier.name == name), ())
