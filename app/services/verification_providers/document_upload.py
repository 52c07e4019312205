"""The provider `document_upload`: what was found on documents that the partner sent as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.customer_verification import CheckType, VerificationType
from app.services.verification_providers.examined import answer_from, read_examined

if TYPE_CHECKING:
    from app.domain.customer_verification import CustomerVerification, ProviderAnswer, Question
    from app.storage.unit_of_work import UnitOfWork

_QUESTIONS: frozenset[Question] = frozenset(
    {
        (VerificationType.KYC, CheckType.DOCUMENT),
        (VerificationType.AGE, CheckType.AGE),
    }
)


@dataclass(frozen=True)
class DocumentUpload:
    """Reads the same examination, and only of what a document alone can tell."""

    name: str = "document_upload"

    def may(self, verification_type: VerificationType, check_type: CheckType) -> bool:
        """What needs no face before the camera."""
        return (verification_type, check_type) in _QUESTIONS

    def start(self, uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:
        """Pending until document files were sent, submitted and examined."""
        examined = read_examined(uow, question.applicant_id)
        # What was declared of the document is kept from the moment its files are submitted.
        if examined is not None and examined.verification.declared is None:
            examined = None
        return answer_from(examined, question.check_type)

    def refresh(self, uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:
        """The same, as it is now."""
        return self.start(uow, question)


DOCUMENT_UPLOAD = DocumentUpload()
