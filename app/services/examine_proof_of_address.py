"""Examine one proof of address: a job of the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from app.domain.proof_of_address import (
    ProofStatus,
    paper_claim,
    proof_status_of,
    proof_tier,
)
from app.services.add_proof_of_address import PAGE
from app.services.proof_outcome import conclude_proof
from app.services.standing import current_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.policy import Policy, Tier
    from app.domain.proof_of_address import PaperClaim, PaperExamination, ProofOfAddress
    from app.domain.verification import Verification
    from app.security.vault import Vault
    from app.services.create_applicant import Profiles
    from app.services.policies import Policies
    from app.storage.jobs import ClaimedJob
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork

_NAMES = ("given_name", "family_name")
FINDINGS = "findings"


class ExaminePaper(Protocol):
    """Reads the pages (JPEG files); never raises for what they show."""

    def __call__(
        self,
        pages: Sequence[bytes],
        n_pages: int,
        claim: PaperClaim,
        today: date,
        max_age: timedelta,
    ) -> PaperExamination: ...


@dataclass(frozen=True)
class ExamineProofOfAddress:
    """Outcome, audit line and outbox rows commit together with the end of the job."""

    storage: Storage
    chance: Chance
    policies: Policies
    vault: Vault
    objects: ObjectStore
    examine: ExaminePaper
    profiles: Profiles

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `examine_proof_of_address`."""
        with self.storage.reading() as uow:
            proof = uow.proofs_of_address.get(claimed.subject_id)
            applicant = uow.applicants.get(proof.applicant_id)
            run = current_run(uow, applicant)
            policy = self.policies.of(uow, proof.partner_id)
        found = None
        if proof.status is ProofStatus.PENDING:
            tier = proof_tier(policy, run.tier if run else None)
            found = self._examine(proof, self._claim(applicant, run), tier)
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            uow.applicants.lock(proof.applicant_id)
            proof = uow.proofs_of_address.lock(proof.id)
            # Decided or erased meanwhile, by whoever was faster.
            if found is not None and proof.status is ProofStatus.PENDING:
                self._record(uow, proof, found, policy, tier)
            uow.commit()

    def _examine(self, proof: ProofOfAddress, claim: PaperClaim, tier: Tier) -> PaperExamination:
        pages = [
            self.vault.unseal(proof, PAGE, name, self.objects.get(name))
            for name in proof.object_names
        ]
        max_age = timedelta(days=tier.proof_of_address_max_age_days)
        return self.examine(pages, proof.n_pages, claim, self.chance.now().date(), max_age)

    def _claim(self, applicant: Applicant, run: Verification | None) -> PaperClaim:
        """The name and address that the partner told of the user, and the name it claimed."""
        told: dict[str, str | None] = {**self.profiles.read(applicant)}
        if run is not None and run.claimed:
            claimed = self.vault.unseal_json(run, "claimed", run.claimed)
            # A claim's country is that of the document, not of the home.
            told |= {name: str(claimed[name]) for name in _NAMES if claimed.get(name)}
        return paper_claim(told)

    def _record(
        self,
        uow: UnitOfWork,
        proof: ProofOfAddress,
        found: PaperExamination,
        policy: Policy,
        tier: Tier,
    ) -> None:
        status = proof_status_of(found.verdict, tier)
        proof.checks = [check.as_json() for check in found.checks]
        proof.examined_at = self.chance.now()
        findings = {
            "issuer": found.issuer,
            "issued_on": found.issued_on.isoformat() if found.issued_on else None,
            "paper_type": found.paper_type,
        }
        proof.findings = self.vault.seal_json(proof, FINDINGS, findings)
        conclude_proof(uow, self.chance, policy, proof, status, found.reasons, "machine")
        uow.audit.append(
            actor="machine",
            action="proof_of_address.examined",
            subject_id=proof.id,
            facts={
                "status": status.value,
                "reasons": [reason.value for reason in found.reasons],
                "policy_hash": policy.hash,
            },
        )
