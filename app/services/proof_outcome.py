"""What follows from the outcome of a proof of address: the partner is told, a run goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.checks import CheckCode
from app.domain.decision import Verdict, decide
from app.domain.event import EventType
from app.domain.examined_parts import stored_checks
from app.domain.policy import TierStep
from app.domain.proof_of_address import ProofStatus, proof_check, proof_tier, proof_word
from app.domain.review_case import REVIEW_WITHIN
from app.domain.verification import Stage
from app.services.count_decision import count_decision
from app.services.follow_verification import follow_applicant, told_of
from app.services.forget_at_decision import forget_paper_if_asked
from app.services.jobs import EXAMINE
from app.services.tell_partner import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.policy import Policy, Tier
    from app.domain.proof_of_address import ProofOfAddress
    from app.domain.reasons import ReasonCode
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork


def tell_of_proof(
    uow: UnitOfWork, chance: Chance, applicant: Applicant, proof: ProofOfAddress
) -> None:
    """Tell of a proof's new status, and of what follows from it; `applicant` is locked."""
    tell(
        uow,
        chance,
        applicant,
        EventType.PROOF_OF_ADDRESS_CHANGED,
        {
            "proof_of_address_id": proof.id,
            "status": proof_word(proof).value,
            "stage": proof.status.value,
            "reasons": list(proof.reasons),
        },
    )
    for question in follow_applicant(uow, chance, applicant.id):
        tell(uow, chance, applicant, EventType.CUSTOMER_VERIFICATION_CHANGED, told_of(question))


def conclude_proof(
    uow: UnitOfWork,
    chance: Chance,
    policy: Policy,
    proof: ProofOfAddress,
    status: ProofStatus,
    reasons: Sequence[ReasonCode],
    decided_by: str,
) -> None:
    """End a proof's wait, or hand it to people, and let the run that waits for it go on.

    Applicant and proof are locked, in this order; the run is locked here.
    """
    now = chance.now()
    applicant = uow.applicants.get(proof.applicant_id)
    run = uow.verifications.lock(applicant.verification_id) if applicant.verification_id else None
    was_pending = proof.status is ProofStatus.PENDING
    proof.move_to(status)
    proof.reasons = [reason.value for reason in reasons]
    proof.expected_by = now + REVIEW_WITHIN if status is ProofStatus.IN_REVIEW else None
    proof.policy_hash = policy.hash
    if status is not ProofStatus.IN_REVIEW:
        proof.decided_at, proof.decided_by = now, decided_by
    if status is ProofStatus.VERIFIED:
        tier = proof_tier(policy, run.tier if run else None)
        proof.expires_at = now + timedelta(days=tier.verified_for_days)
    count_decision(uow, proof.partner_id, "address", status.value, proof.reasons, decided_by)
    forget_paper_if_asked(uow, policy, proof)
    tell_of_proof(uow, chance, applicant, proof)
    if run is not None:
        _go_on(uow, chance, policy, run, proof, was_pending=was_pending)


def waits_for_proof(uow: UnitOfWork, verification: Verification, tier: Tier) -> bool:
    """Whether the examination of a run must wait for that of the paper."""
    if TierStep.PROOF_OF_ADDRESS not in tier.steps:
        return False
    proof = uow.proofs_of_address.current(verification.applicant_id)
    return proof is not None and proof.status is ProofStatus.PENDING


def _go_on(
    uow: UnitOfWork,
    chance: Chance,
    policy: Policy,
    run: Verification,
    proof: ProofOfAddress,
    *,
    was_pending: bool,
) -> None:
    """Have a run examined that waited for the paper."""
    tier = policy.rules_for(run.tier)
    # The sandbox hands in runs of which there is nothing to be examined.
    if TierStep.PROOF_OF_ADDRESS not in tier.steps or run.document_type is None:
        return
    if run.stage is Stage.IN_REVIEW and _only_lacked_the_paper(uow, run, tier, proof):
        # All over again, because what a decision needs of the document is kept nowhere.
        run.move_to(Stage.EXAMINING)
    elif run.stage is not Stage.SUBMITTED or not was_pending:
        return
    run.expected_by = chance.now() + timedelta(seconds=tier.expected_decision_s)
    uow.jobs.enqueue(EXAMINE, run.id)


def _only_lacked_the_paper(
    uow: UnitOfWork, run: Verification, tier: Tier, proof: ProofOfAddress
) -> bool:
    """Whether the machine could decide a run in review, now that the paper is decided."""
    examination = uow.examinations.latest(run.id)
    if examination is None or examination.verdict != Verdict.IN_REVIEW.value:
        return False
    earlier = stored_checks(examination.checks)
    if all(check.code is not CheckCode.PROOF_OF_ADDRESS for check in earlier):
        return False
    others = [check for check in earlier if check.code is not CheckCode.PROOF_OF_ADDRESS]
    applicant = uow.applicants.get(run.applicant_id)
    decision = decide(
        [*others, proof_check(proof)],
        tier,
        attempt=run.attempt,
        risk_level=applicant.risk_level,
    )
    return decision.verdict is not Verdict.IN_REVIEW
