"""Submit the files that a partner's backend has added, with what it declares of the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import DOCUMENT_KINDS, capture_kind, sides_of
from app.domain.policy import TierStep
from app.domain.verification import Stage, Verification
from app.services.add_kyc_file import require_unsubmitted
from app.services.find_applicant import lock_applicant, require_active
from app.services.submit_verification import submit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from app.domain.applicant import Applicant, RiskLevel
    from app.domain.chance import Chance
    from app.domain.evidence import DocumentType
    from app.security import LookupDigests
    from app.security.vault import Vault
    from app.services.callers import PartnerCaller
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage, UnitOfWork

DOCUMENT_NUMBER = "document_number"


@dataclass(frozen=True)
class DeclaredDocument:
    """What the partner says of the document and of its user; compared with the files."""

    document_type: DocumentType
    number: str = field(repr=False)
    expires_on: date = field(repr=False)
    answers: Mapping[str, str] = field(repr=False)
    risk_level: RiskLevel


@dataclass(frozen=True)
class SubmitFiles:
    """Asynchronous: the examination runs in a worker, and a webhook tells of its end."""

    storage: Storage
    chance: Chance
    policies: Policies
    vault: Vault
    digests: LookupDigests

    def __call__(
        self, caller: PartnerCaller, partner_user_id: str, declared: DeclaredDocument
    ) -> Verification:
        """The submitted verification.

        Raises DomainError user_not_found, user_suspended, already_verified,
        too_many_verifications, kyc_not_valid, missing_files or document_number_taken.
        """
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, caller.partner_id, partner_user_id)
            require_active(applicant)
            verification = self._current(uow, applicant)
            self._check_document(uow, applicant, verification, declared)
            content = {
                DOCUMENT_NUMBER: declared.number,
                "document_expires_on": declared.expires_on.isoformat(),
                **declared.answers,
            }
            verification.declared = self.vault.seal_json(verification, "declared", content)
            applicant.risk_level = declared.risk_level
            digest = self.digests.digest(DOCUMENT_NUMBER, *_key(declared))
            uow.document_digests.remember(
                applicant.partner_id, applicant.id, digest, self.chance.now()
            )
            tier = self.policies.of(uow, caller.partner_id).rules_for(verification.tier)
            submit(uow, self.chance, verification, tier)
            uow.audit.append(caller.actor, "verification.submitted_by_partner", verification.id)
            uow.commit()
        return verification

    def _current(self, uow: UnitOfWork, applicant: Applicant) -> Verification:
        """The run whose files are to be examined."""
        if applicant.verification_id is None:
            raise DomainError(ErrorCode.MISSING_FILES, missing=["FRONT"])
        verification = uow.verifications.lock(applicant.verification_id)
        if verification.stage is Stage.EXPIRED:
            raise DomainError(ErrorCode.KYC_NOT_VALID)
        require_unsubmitted(verification)
        return verification

    def _check_document(
        self,
        uow: UnitOfWork,
        applicant: Applicant,
        verification: Verification,
        declared: DeclaredDocument,
    ) -> None:
        if declared.expires_on < self.chance.now().date():
            raise DomainError(ErrorCode.KYC_NOT_VALID)
        live = uow.captures.live(verification.id)
        is_chosen = verification.document_type is declared.document_type
        there = {c.kind for c in live if c.kind in DOCUMENT_KINDS} if is_chosen else set()
        missing = [
            side.value.upper()
            for side in sides_of(declared.document_type)
            if capture_kind(side) not in there
        ]
        if missing or verification.stage is not Stage.CAPTURING:
            raise DomainError(ErrorCode.MISSING_FILES, missing=missing)
        if self._lacks_proof(uow, applicant, verification):
            raise DomainError(ErrorCode.MISSING_FILES, missing=["PROOF_OF_ADDRESS"])
        digests = self.digests.candidates(DOCUMENT_NUMBER, *_key(declared))
        if uow.document_digests.is_held_by_another(applicant.partner_id, applicant.id, digests):
            raise DomainError(ErrorCode.DOCUMENT_NUMBER_TAKEN)

    def _lacks_proof(
        self, uow: UnitOfWork, applicant: Applicant, verification: Verification
    ) -> bool:
        tier = self.policies.of(uow, applicant.partner_id).rules_for(verification.tier)
        if TierStep.PROOF_OF_ADDRESS not in tier.steps:
            return False
        proof = uow.proofs_of_address.current(applicant.id)
        return proof is None or not proof.may_stand


def _key(declared: DeclaredDocument) -> tuple[str, str]:
    """What makes a document the same: its type, and its number however it is spaced."""
    number = "".join(letter for letter in declared.number.upper() if letter.isalnum())
    return declared.document_type.value, number
