"""The receipt of an erasure: what was destroyed, when and by whom, and that nothing is left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from app.storage.unit_of_work import Storage

_DESTROYED = frozenset(
    {
        "applicant.erased",
        "applicant.face_template_destroyed",
        "applicant.profile_destroyed",
        "evidence.destroyed",
        "proof_of_address.destroyed",
    }
)


@dataclass(frozen=True)
class ReadReceipt:
    """Reads the audit lines of one applicant; names nobody, so it may be handed on."""

    storage: Storage

    def __call__(self, applicant_id: str) -> dict[str, object]:
        """The receipt as JSON. Raises DomainError(not_found) when nothing was destroyed."""
        with self.storage.reading() as uow:
            applicant = uow.applicants.get(applicant_id)
            runs = uow.verifications.for_applicant(applicant_id)
            papers = uow.proofs_of_address.for_applicant(applicant_id)
            subjects = [applicant_id, *(each.id for each in runs), *(each.id for each in papers)]
            lines = [
                line
                for subject in subjects
                for line in uow.audit.for_subject(subject)
                if line.action in _DESTROYED
            ]
            keys = [applicant.wrapped_key, *(each.wrapped_key for each in runs)]
            keys += [each.wrapped_key for each in papers]
            template = uow.face_templates.of(applicant_id)
            keys += [template.wrapped_key] if template else []
            pictures = sum(len(uow.captures.object_names(each.id)) for each in runs)
        if not lines:
            raise DomainError(ErrorCode.NOT_FOUND, "Nothing of this applicant was destroyed.")
        return {
            "applicant_id": applicant_id,
            "destroyed": [
                {
                    "at": line.at.isoformat(),
                    "by": line.actor,
                    "action": line.action,
                    "subject_id": line.subject_id,
                    "facts": json.loads(line.facts),
                    "audit_seq": line.seq,
                    "audit_hash": line.hash,
                }
                for line in sorted(lines, key=lambda line: line.seq)
            ],
            "data_keys_left": sum(bool(key) for key in keys),
            "pictures_left": pictures + sum(len(each.object_names) for each in papers),
        }
