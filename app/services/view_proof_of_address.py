"""Show a proof of address to the person who decides it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.proof_of_address import ProofStatus
from app.services.add_proof_of_address import PAGE
from app.services.examine_proof_of_address import FINDINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.domain.proof_of_address import ProofOfAddress
    from app.security.vault import Vault
    from app.services.create_applicant import Profiles
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class ViewedPaper:
    """The pages (JPEG files), what the machine read on them, and what the partner told."""

    proof: ProofOfAddress
    pages: Sequence[bytes] = field(repr=False)
    findings: Mapping[str, object] = field(repr=False)
    told: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class ViewProofOfAddress:
    """Unseals for one reviewer, whose look is kept in the audit."""

    storage: Storage
    vault: Vault
    objects: ObjectStore
    profiles: Profiles

    def __call__(self, proof_id: str, reviewer: str) -> ViewedPaper:
        """The paper. Raises DomainError(not_found), for one that is erased as well."""
        with self.storage.writing() as uow:
            proof = uow.proofs_of_address.get(proof_id)
            if proof.status is ProofStatus.ERASED:
                raise DomainError(ErrorCode.NOT_FOUND)
            applicant = uow.applicants.get(proof.applicant_id)
            uow.audit.append(reviewer, "proof_of_address.viewed", proof.id)
            uow.commit()
        findings = proof.findings and self.vault.unseal_json(proof, FINDINGS, proof.findings)
        return ViewedPaper(
            proof,
            [self._page(proof, name) for name in proof.object_names],
            findings or {},
            self.profiles.read(applicant),
        )

    def _page(self, proof: ProofOfAddress, name: str) -> bytes:
        return self.vault.unseal(proof, PAGE, name, self.objects.get(name))
