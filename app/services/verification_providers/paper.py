"""From a customer's proof of address to an answer about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.customer_verification import CustomerStatus, ProviderAnswer
from app.domain.examined_parts import PAPER_CHECKS, stored_checks
from app.domain.proof_of_address import ProofStatus
from app.domain.reasons import REASONS, ReasonCode

if TYPE_CHECKING:
    from app.domain.proof_of_address import ProofOfAddress


def answer_from_paper(proof: ProofOfAddress | None) -> ProviderAnswer:
    """The answer that the newest paper gives; one that another can mend leaves it pending."""
    if proof is None or proof.status in {ProofStatus.EXPIRED, ProofStatus.ERASED}:
        return ProviderAnswer(CustomerStatus.PENDING)
    payload = _payload(proof)
    if proof.status is ProofStatus.VERIFIED:
        return ProviderAnswer(
            CustomerStatus.VERIFIED,
            proof.id,
            payload,
            verified_at=proof.decided_at,
            expires_at=proof.expires_at,
        )
    reason = next(iter(proof.reasons), None)
    is_final = any(not REASONS[ReasonCode(code)].retryable for code in proof.reasons)
    status = CustomerStatus.FAILED if is_final else CustomerStatus.PENDING
    return ProviderAnswer(status, proof.id, payload, reason)


def _payload(proof: ProofOfAddress) -> dict[str, object]:
    """What was found, in codes; neither issuer nor date, which tell of the person."""
    payload: dict[str, object] = {"proof_of_address_id": proof.id, "stage": proof.status.value}
    if proof.decided_at is not None:
        payload |= {
            "decided_by": "machine" if proof.decided_by == "machine" else "reviewer",
            "decided_at": proof.decided_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "policy_hash": proof.policy_hash,
            "checks": [
                {
                    "code": check.code.value,
                    "outcome": check.outcome.value,
                    "reason": check.reason.value if check.reason else None,
                }
                for check in stored_checks(proof.checks, PAPER_CHECKS)
            ],
        }
    return payload
