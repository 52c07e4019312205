"""The clock behind every waiting state: nothing stays pending or verified for ever by neglect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.event import DeliveryState
from app.domain.proof_of_address import ProofStatus
from app.domain.reasons import ReasonCode
from app.domain.review_case import REVIEW_WITHIN
from app.domain.verification import Stage
from app.services.expire_customer_verifications import ExpireCustomerVerifications
from app.services.jobs import DELIVER_WEBHOOK, EXAMINE, EXAMINE_PROOF_OF_ADDRESS
from app.services.proof_outcome import conclude_proof, tell_of_proof
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.partner import WebhookEndpoint
    from app.domain.proof_of_address import ProofOfAddress
    from app.domain.verification import Verification
    from app.services.policies import Policies
    from app.storage.jobs import ClaimedJob
    from app.storage.unit_of_work import Storage, UnitOfWork

_BATCH = 100
# A job that is lost with its delivery still pending is one whose burial failed, too. A queue that
# is merely slow keeps its jobs, so waiting costs nothing but the delay.
_STRANDED_AFTER = timedelta(minutes=5)
_DONE_JOBS_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Sweep:
    """Sends what is overdue to people, lets old verifications expire, and tidies up."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `sweep`."""
        ExpireCustomerVerifications(self.storage, self.chance)()
        now = self.chance.now()
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            # Papers first: a run that waits for one has its own time from then on.
            for proof in uow.proofs_of_address.overdue(now, _BATCH):
                send_proof_to_review(uow, self.chance, self.policies, proof, "overdue")
            for proof in uow.proofs_of_address.past_expiry(now, _BATCH):
                expire_proof(uow, self.chance, proof)
            for verification in uow.verifications.overdue(now, _BATCH):
                send_to_review(uow, self.chance, verification, "overdue")
            for verification in uow.verifications.past_expiry(now, _BATCH):
                expire(uow, self.chance, verification)
            for verification in uow.verifications.past_holding(now, _BATCH):
                end_holding(uow, self.chance, verification)
            for delivery in uow.deliveries.stranded(now - _STRANDED_AFTER, _BATCH):
                uow.jobs.enqueue(DELIVER_WEBHOOK, delivery.id)
            for endpoint in uow.webhook_endpoints.with_lapsed_secret(now, _BATCH):
                end_old_secret(uow, endpoint)
            uow.jobs.forget_done(now - _DONE_JOBS_KEPT)
            uow.spent_token_ids.forget(now)
            uow.reviewer_sessions.forget(now)
            uow.counters.forget(now)
            uow.handoffs.forget(now)
            uow.idempotency_records.forget(now)
            uow.commit()


def send_to_review(uow: UnitOfWork, chance: Chance, verification: Verification, cause: str) -> None:
    """Hand a verification that the machine did not finish to people."""
    verification.move_to(Stage.IN_REVIEW)
    verification.expected_by = chance.now() + REVIEW_WITHIN
    uow.audit.append(
        actor="machine",
        action="verification.sent_to_review",
        subject_id=verification.id,
        facts={"cause": cause},
    )
    tell_partner(uow, chance, verification)


def end_old_secret(uow: UnitOfWork, endpoint: WebhookEndpoint) -> None:
    """Destroy the older of two signing secrets, which no longer signs."""
    endpoint.retire_old_secret()
    uow.audit.append("machine", "webhook_endpoint.old_secret_lapsed", endpoint.id)


def expire(uow: UnitOfWork, chance: Chance, verification: Verification) -> None:
    """End a verification that has held for as long as it may."""
    verification.move_to(Stage.EXPIRED)
    verification.reasons = [ReasonCode.EXPIRED.value]
    uow.audit.append("machine", "verification.expired", verification.id)
    tell_partner(uow, chance, verification)


def end_holding(uow: UnitOfWork, chance: Chance, verification: Verification) -> None:
    """End the lower tier at which somebody stayed verified during a step-up."""
    facts = {"tier": verification.held_tier}
    verification.held_tier = verification.held_until = None
    uow.audit.append("machine", "verification.held_tier_expired", verification.id, facts)
    tell_partner(uow, chance, verification)


def send_proof_to_review(
    uow: UnitOfWork, chance: Chance, policies: Policies, proof: ProofOfAddress, cause: str
) -> None:
    """Hand a paper that the machine did not finish to people; the run goes on without it."""
    uow.applicants.lock(proof.applicant_id)
    proof = uow.proofs_of_address.lock(proof.id)
    if proof.status is not ProofStatus.PENDING:
        return
    policy = policies.of(uow, proof.partner_id)
    conclude_proof(uow, chance, policy, proof, ProofStatus.IN_REVIEW, (), "machine")
    uow.audit.append(
        actor="machine",
        action="proof_of_address.sent_to_review",
        subject_id=proof.id,
        facts={"cause": cause},
    )


def expire_proof(uow: UnitOfWork, chance: Chance, proof: ProofOfAddress) -> None:
    """End a proof that has held for as long as it may; what was verified by it stays verified."""
    applicant = uow.applicants.lock(proof.applicant_id)
    proof = uow.proofs_of_address.lock(proof.id)
    if proof.status is ProofStatus.VERIFIED:
        proof.move_to(ProofStatus.EXPIRED)
        proof.reasons = [ReasonCode.EXPIRED.value]
        uow.audit.append("machine", "proof_of_address.expired", proof.id)
        tell_of_proof(uow, chance, applicant, proof)


def settle_proof(
    uow: UnitOfWork, chance: Chance, policies: Policies, proof: ProofOfAddress
) -> None:
    """Do at once what the sweep would do with this one proof."""
    now = chance.now()
    if proof.status is ProofStatus.PENDING and _is_past(proof.expected_by, now):
        send_proof_to_review(uow, chance, policies, proof, "overdue")
    if proof.status is ProofStatus.VERIFIED and _is_past(proof.expires_at, now):
        expire_proof(uow, chance, proof)


def settle(uow: UnitOfWork, chance: Chance, verification: Verification) -> None:
    """Do at once what the sweep would do with this one verification."""
    now = chance.now()
    is_left_to_people = verification.stage is Stage.IN_REVIEW
    if not is_left_to_people and _is_past(verification.expected_by, now):
        send_to_review(uow, chance, verification, "overdue")
    if verification.stage is Stage.VERIFIED and _is_past(verification.expires_at, now):
        expire(uow, chance, verification)
    if _is_past(verification.held_until, now):
        end_holding(uow, chance, verification)


def _is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


@dataclass(frozen=True)
class GiveUpJob:
    """What becomes of a job that killed its worker three times, or failed eight times."""

    storage: Storage
    chance: Chance
    policies: Policies

    def __call__(self, claimed: ClaimedJob) -> None:
        """Bury the job; an examination is looked at by a person, a delivery is dead."""
        with self.storage.writing() as uow:
            if claimed.kind == EXAMINE_PROOF_OF_ADDRESS:
                proof = uow.proofs_of_address.get(claimed.subject_id)
                cause = "examination_died"
                send_proof_to_review(uow, self.chance, self.policies, proof, cause)
            if claimed.kind == EXAMINE:
                verification = uow.verifications.lock(claimed.subject_id)
                if verification.stage in {Stage.SUBMITTED, Stage.EXAMINING}:
                    send_to_review(uow, self.chance, verification, "examination_died")
            if claimed.kind == DELIVER_WEBHOOK:
                delivery = uow.deliveries.lock(claimed.subject_id)
                if delivery.state is DeliveryState.PENDING:
                    delivery.give_up("worker_failed")
            uow.jobs.bury(claimed)
            uow.commit()
