"""All that is kept of one person, in clear, for the person who asks for it (GDPR, article 15)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.services.add_proof_of_address import PAGE
from app.services.decide_case import NOTE
from app.services.destroy_evidence import SEALED_COLUMNS
from app.services.examine_proof_of_address import FINDINGS
from app.services.examine_verification import READINGS
from app.services.find_applicant import find_applicant

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.applicant import Applicant
    from app.domain.capture import Capture
    from app.domain.examination import Examination
    from app.domain.proof_of_address import ProofOfAddress
    from app.domain.verification import Verification
    from app.security.vault import Owner, Vault
    from app.services.create_applicant import Profiles
    from app.services.duplicate_faces import DuplicateFaces
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class ExportedPerson:
    """What a JSON file holds, and the pictures that it names (JPEG, by file name)."""

    facts: dict[str, object] = field(repr=False)
    pictures: dict[str, bytes] = field(repr=False)


@dataclass(frozen=True)
class ExportPerson:
    """Reads one consistent view; that somebody looked is kept in the audit before anything is."""

    storage: Storage
    vault: Vault
    objects: ObjectStore
    profiles: Profiles
    duplicate_faces: DuplicateFaces

    def __call__(self, partner_id: str, partner_user_id: str, actor: str) -> ExportedPerson:
        """The partner's user of this name. Raises DomainError(user_not_found)."""
        with self.storage.writing() as uow:
            applicant = find_applicant(uow, partner_id, partner_user_id)
            uow.audit.append(actor, "applicant.exported", applicant.id)
            uow.commit()
        pictures: dict[str, bytes] = {}
        with self.storage.reading() as uow:
            facts = self._user(uow, applicant) | {
                "verifications": [
                    self._verification(uow, each, pictures)
                    for each in uow.verifications.for_applicant(applicant.id)
                ],
                "proofs_of_address": [
                    self._proof(uow, each, pictures)
                    for each in uow.proofs_of_address.for_applicant(applicant.id)
                ],
            }
        return ExportedPerson(facts, pictures)

    def _user(self, uow: UnitOfWork, applicant: Applicant) -> dict[str, object]:
        return {
            "partner_user_id": applicant.partner_user_id,
            "applicant_id": applicant.id,
            "created_at": _when(applicant.created_at),
            "suspended_at": _when(applicant.suspended_at),
            "risk_level": applicant.risk_level.value if applicant.risk_level else None,
            "profile": self.profiles.read(applicant),
            "accepted_documents": [
                vars(each) | {"accepted_at": _when(each.accepted_at)}
                for each in uow.policy_acceptances.of(applicant.id)
            ],
            "devices": [
                {
                    "first_seen_at": _when(each.first_seen_at),
                    "last_seen_at": _when(each.last_seen_at),
                }
                for each in uow.device_sightings.all_for(applicant.id)
            ],
            "linked_to_others": _links(uow, applicant.id),
            "face_template": self._face(uow, applicant.id),
            "told_to_partner": [
                {"type": each.type.value, "at": _when(each.created_at), "data": dict(each.data)}
                for each in uow.events.for_applicant(applicant.id)
            ],
            "log": self._log(uow, applicant.id),
        }

    def _face(self, uow: UnitOfWork, applicant_id: str) -> dict[str, object] | None:
        """The features as numbers, with the model that alone knows what they mean."""
        template = uow.face_templates.of(applicant_id)
        if template is None:
            return None
        features = self.duplicate_faces.features(template)
        numbers = struct.unpack(f"<{len(features) // 2}e", features)
        return {
            "engine": template.model.engine,
            "model_hash": template.model.model_hash,
            "kept_at": _when(template.kept_at),
            "features": [round(number, 4) for number in numbers],
        }

    def _verification(
        self, uow: UnitOfWork, verification: Verification, pictures: dict[str, bytes]
    ) -> dict[str, object]:
        told = {
            column: self.vault.unseal_json(verification, column, sealed)
            for column in SEALED_COLUMNS
            if (sealed := getattr(verification, column)) is not None
        }
        return {
            "verification_id": verification.id,
            "tier": verification.tier,
            "stage": verification.stage.value,
            "reasons": list(verification.reasons),
            "document_type": verification.document_type and verification.document_type.value,
            "consent_version": verification.consent_version,
            "consented_at": _when(verification.consented_at),
            "created_at": _when(verification.created_at),
            "submitted_at": _when(verification.submitted_at),
            "decided_at": _when(verification.decided_at),
            "expires_at": _when(verification.expires_at),
            **told,
            "examinations": [
                self._examination(verification, each)
                for each in uow.examinations.all_for(verification.id)
            ],
            "pictures": [
                self._picture(verification, each, pictures)
                for each in uow.captures.all_for(verification.id)
            ],
            "notes": self._notes(uow, verification),
            "log": self._log(uow, verification.id),
        }

    def _examination(self, owner: Verification, examination: Examination) -> dict[str, object]:
        sealed = examination.readings
        return {
            "attempt": examination.attempt,
            "verdict": examination.verdict,
            "reasons": list(examination.reasons),
            "decided_at": _when(examination.decided_at),
            "decided_by": "machine" if examination.decided_by == "machine" else "person",
            "policy_hash": examination.policy_hash,
            "checks": [dict(check) for check in examination.checks],
            "read_on_documents": sealed and self.vault.unseal_json(owner, READINGS, sealed),
        }

    def _picture(
        self, owner: Verification, capture: Capture, pictures: dict[str, bytes]
    ) -> dict[str, object]:
        file = self._file(owner, capture.kind, capture.id, capture.object_name, pictures)
        return {
            "kind": capture.kind.value,
            "received_at": _when(capture.received_at),
            "replaced_at": _when(capture.superseded_at),
            "measured": dict(capture.observation),
            "file": file,
        }

    def _proof(
        self, uow: UnitOfWork, proof: ProofOfAddress, pictures: dict[str, bytes]
    ) -> dict[str, object]:
        findings = proof.findings and self.vault.unseal_json(proof, FINDINGS, proof.findings)
        return {
            "proof_of_address_id": proof.id,
            "status": proof.status.value,
            "reasons": list(proof.reasons),
            "created_at": _when(proof.created_at),
            "decided_at": _when(proof.decided_at),
            "checks": [dict(check) for check in proof.checks],
            "read_on_paper": findings,
            "pages": [self._file(proof, PAGE, name, name, pictures) for name in proof.object_names],
            "notes": self._notes(uow, proof),
            "log": self._log(uow, proof.id),
        }

    def _file(
        self, owner: Owner, kind: str, name: str, object_name: str, pictures: dict[str, bytes]
    ) -> str | None:
        """The name of a picture's file; None for one that is lost."""
        try:
            sealed = self.objects.get(object_name)
        except DomainError as error:
            if error.code is not ErrorCode.NOT_FOUND:
                raise
            return None
        file = f"{name}-{kind}.jpg"
        pictures[file] = self.vault.unseal(owner, kind, name, sealed)
        return file

    def _notes(
        self, uow: UnitOfWork, owner: Verification | ProofOfAddress
    ) -> list[dict[str, object]]:
        return [
            {
                "written_at": _when(note.written_at),
                "text": self.vault.unseal(owner, NOTE, note.id, note.sealed_text).decode(),
            }
            for note in uow.review_notes.for_case(owner.id)
        ]

    def _log(self, uow: UnitOfWork, subject_id: str) -> list[dict[str, object]]:
        """What was done; not who of the operator's people did it."""
        lines = uow.audit.for_subject(subject_id)
        return [{"at": _when(line.at), "action": line.action, "seq": line.seq} for line in lines]


def _links(uow: UnitOfWork, applicant_id: str) -> list[dict[str, object]]:
    """By what the person is linked with others; who those are is not this person's to know."""
    return [
        {"by": each.kind.value, "seen_at": _when(each.seen_at)}
        for each in uow.applicant_links.of({applicant_id})
    ]


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
