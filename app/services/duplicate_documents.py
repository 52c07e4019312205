"""Notice that another user of the same partner was verified by this document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.applicant_link import LinkKind
from app.domain.checks import CheckCode, inconclusive, not_applicable, passed
from app.domain.reasons import ReasonCode
from app.services.submit_files import DOCUMENT_NUMBER

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.examination import ExaminationFindings
    from app.domain.verification import Verification
    from app.security import LookupDigests
    from app.storage.unit_of_work import UnitOfWork

# The action of the audit line that names the other user's verification.
HOLDER_FOUND = "verification.duplicate_document"


def with_other_holder(
    uow: UnitOfWork,
    digests: LookupDigests,
    verification: Verification,
    findings: ExaminationFindings,
    now: datetime,
) -> ExaminationFindings:
    """The findings with what the digests say; call it with applicant and verification locked.

    A number is compared only with those of the same kind of document, as where it was noted.
    """
    number, kind = findings.document_number, verification.document_type
    if number is None or kind is None:
        check = not_applicable(CheckCode.DUPLICATE_DOCUMENT)
        return replace(findings, checks=[*findings.checks, check])
    # One after the other: of two users who show one document at once the second is noticed.
    uow.face_templates.hold(verification.partner_id)
    holder = uow.document_digests.other_holder(
        verification.partner_id,
        verification.applicant_id,
        digests.candidates(DOCUMENT_NUMBER, kind.value, number),
    )
    if holder is None:
        check = passed(CheckCode.DUPLICATE_DOCUMENT)
    else:
        check = inconclusive(CheckCode.DUPLICATE_DOCUMENT, ReasonCode.DUPLICATE_DOCUMENT)
        _note(uow, verification, holder)
        uow.applicant_links.add(
            verification.partner_id, verification.applicant_id, {holder}, LinkKind.DOCUMENT, now
        )
    return replace(findings, checks=[*findings.checks, check])


def _note(uow: UnitOfWork, verification: Verification, holder: str) -> None:
    """Whose document it is stands in the audit alone: checks are told to the person as well."""
    runs = uow.verifications.for_applicant(holder)
    # A run that was begun anew since has nothing to look at yet.
    seen = [run for run in runs if run.submitted_at is not None] or runs
    if seen:
        uow.audit.append("machine", HOLDER_FOUND, verification.id, {"holder": seen[-1].id})
