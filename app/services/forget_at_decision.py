"""Verify and forget: a policy may let evidence go with the decision that it was kept for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.retention import CONCLUDED
from app.services.jobs import DESTROY_EVIDENCE

if TYPE_CHECKING:
    from app.domain.policy import Policy
    from app.domain.proof_of_address import ProofOfAddress
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork


def forget_if_asked(uow: UnitOfWork, policy: Policy, verification: Verification) -> None:
    """Have the pictures of a concluded run destroyed, in the transaction that concludes it."""
    if policy.retention.forget_at_decision and verification.stage in CONCLUDED:
        uow.jobs.enqueue(DESTROY_EVIDENCE, verification.id)


def forget_paper_if_asked(uow: UnitOfWork, policy: Policy, proof: ProofOfAddress) -> None:
    """The same for a paper that is decided."""
    if policy.retention.forget_at_decision and not proof.is_under_way:
        uow.jobs.enqueue(DESTROY_EVIDENCE, proof.id)
