"""Take in a paper that shows where the applicant lives, from the partner or from the widget."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.event import EventType
from app.domain.proof_of_address import ProofOfAddress, proof_tier
from app.domain.steps import Step
from app.services.find_applicant import find_applicant, require_active
from app.services.jobs import EXAMINE_PROOF_OF_ADDRESS
from app.services.progress import begin_change, load_progress, require_step
from app.services.proof_outcome import tell_of_proof
from app.services.standing import current_run
from app.services.tell_partner import tell

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.intake import RenderedPaper
    from app.domain.policy import Tier
    from app.security.vault import Vault
    from app.services.callers import ApplicantCaller, PartnerCaller
    from app.services.policies import Policies
    from app.services.progress import Progress
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork

# Each paper costs several seconds of reading; a person has not more of them in a day.
_QUOTA_PERIOD = timedelta(days=1)
PAGE = "proof_of_address"


@dataclass(frozen=True)
class AddProofOfAddress:
    """The bytes as sent never touch the disk; what is stored is re-encoded and sealed.

    `render` opens the file in a sandboxed child, and raises DomainError for one that is no paper.
    """

    storage: Storage
    chance: Chance
    policies: Policies
    vault: Vault
    objects: ObjectStore
    render: Callable[[bytes], RenderedPaper]

    def from_partner(
        self, caller: PartnerCaller, partner_user_id: str, payload: bytes
    ) -> ProofOfAddress:
        """The proof, pending; the same file sent again is the same proof.

        Raises DomainError user_not_found, user_suspended, already_verified,
        too_many_verifications, too_many_captures, or a code that says what is wrong with the file.
        """
        with self.storage.reading() as uow:
            applicant = find_applicant(uow, caller.partner_id, partner_user_id)
        return self._add(applicant.id, caller.actor, payload)

    def from_widget(self, caller: ApplicantCaller, payload: bytes) -> Progress:
        """The progress with the paper. Raises as `from_partner`, and DomainError wrong_step."""
        with self.storage.reading() as uow:
            progress = load_progress(uow, caller, self.policies)
            if not _is_same(progress.proof, payload):
                require_step(progress, Step.PROOF_OF_ADDRESS)
        self._add(caller.applicant_id, caller.applicant_id, payload)
        with self.storage.writing() as uow:
            # Whoever sends a paper has not abandoned the widget.
            begin_change(uow, caller, self.policies)
            uow.commit()
            return load_progress(uow, caller, self.policies)

    def _add(self, applicant_id: str, actor: str, payload: bytes) -> ProofOfAddress:
        with self.storage.reading() as uow:
            applicant = uow.applicants.get(applicant_id)
            already = self._already(uow, applicant, payload)
            if already is not None:
                return already
        paper = self._opened(payload)
        with self.storage.writing() as uow:
            applicant = uow.applicants.lock(applicant_id)
            already = self._already(uow, applicant, payload)
            if already is not None:
                return already
            proof = self._keep(uow, applicant, payload, paper)
            uow.audit.append(actor, "proof_of_address.added", proof.id)
            uow.commit()
        return proof

    def _already(
        self, uow: UnitOfWork, applicant: Applicant, payload: bytes
    ) -> ProofOfAddress | None:
        """The proof that this very file is, if no other one is wanted; raises if none is at all."""
        if applicant.erased_at is not None:
            raise DomainError(ErrorCode.USER_NOT_FOUND)
        require_active(applicant)
        now = self.chance.now()
        current = uow.proofs_of_address.current(applicant.id)
        if current is not None and current.may_stand:
            if _is_same(current, payload):
                return current
            raise DomainError(
                ErrorCode.TOO_MANY_VERIFICATIONS
                if current.is_under_way
                else ErrorCode.ALREADY_VERIFIED,
                "A proof of address is being looked at."
                if current.is_under_way
                else "The address of this user is proved already.",
            )
        tier = self._tier(uow, applicant)
        if uow.proofs_of_address.count(applicant.id, now - _QUOTA_PERIOD) >= tier.max_captures:
            raise DomainError(ErrorCode.TOO_MANY_CAPTURES)
        return None

    def _opened(self, payload: bytes) -> RenderedPaper:
        try:
            return self.render(payload)
        except DomainError as error:
            if error.code is not ErrorCode.UNSUPPORTED_MEDIA_TYPE:
                raise
            sentence = "The file is not a JPEG, PNG or WebP picture, and no PDF."
            raise DomainError(error.code, sentence) from error

    def _keep(
        self, uow: UnitOfWork, applicant: Applicant, payload: bytes, paper: RenderedPaper
    ) -> ProofOfAddress:
        now, proof_id = self.chance.now(), self.chance.new_id("poa")
        proof = ProofOfAddress(
            proof_id,
            applicant.partner_id,
            applicant.id,
            now,
            self.vault.new_wrapped_key(applicant.partner_id, proof_id),
            _sha256(payload),
            [self.chance.new_id("obj") for _ in paper.jpegs],
            paper.n_pages,
            expected_by=self._expected_by(uow, applicant, now),
        )
        for name, jpeg in zip(proof.object_names, paper.jpegs, strict=True):
            self.objects.put(name, self.vault.seal(proof, PAGE, name, jpeg))
        uow.proofs_of_address.add(proof)
        file = {
            "verification_id": applicant.verification_id,
            "file_id": proof.id,
            "kind": PAGE,
            "side": None,
        }
        tell(uow, self.chance, applicant, EventType.FILE_ADDED, file)
        tell_of_proof(uow, self.chance, applicant, proof)
        uow.jobs.enqueue(EXAMINE_PROOF_OF_ADDRESS, proof.id)
        return proof

    def _expected_by(self, uow: UnitOfWork, applicant: Applicant, now: datetime) -> datetime:
        return now + timedelta(seconds=self._tier(uow, applicant).expected_decision_s)

    def _tier(self, uow: UnitOfWork, applicant: Applicant) -> Tier:
        run = current_run(uow, applicant)
        return proof_tier(self.policies.of(uow, applicant.partner_id), run.tier if run else None)


def _is_same(proof: ProofOfAddress | None, payload: bytes) -> bool:
    return proof is not None and proof.sha256 == _sha256(payload)


def _sha256(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()
