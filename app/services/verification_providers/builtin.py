"""The provider `builtin`: what this product's own examination found of the customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.customer_verification import CheckType, VerificationType
from app.services.verification_providers.examined import answer_from, read_examined
from app.services.verification_providers.paper import answer_from_paper

if TYPE_CHECKING:
    from app.domain.customer_verification import CustomerVerification, ProviderAnswer, Question
    from app.storage.unit_of_work import UnitOfWork

_QUESTIONS: frozenset[Question] = frozenset(
    {
        (VerificationType.KYC, CheckType.IDENTITY),
        (VerificationType.KYC, CheckType.DOCUMENT),
        (VerificationType.KYC, CheckType.SELFIE),
        (VerificationType.KYC, CheckType.PROOF_OF_ADDRESS),
        (VerificationType.AGE, CheckType.AGE),
    }
)


@dataclass(frozen=True)
class Builtin:
    """Reads the verification that the customer went through in the widget or by files."""

    name: str = "builtin"

    def may(self, verification_type: VerificationType, check_type: CheckType) -> bool:
        """Everything that an examination of a document, a face and a paper can tell."""
        return (verification_type, check_type) in _QUESTIONS

    def start(self, uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:
        """Verified or failed where that is decided, else pending."""
        if question.check_type is CheckType.PROOF_OF_ADDRESS:
            return answer_from_paper(uow.proofs_of_address.current(question.applicant_id))
        return answer_from(read_examined(uow, question.applicant_id), question.check_type)

    def refresh(self, uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:
        """The same, as it is now."""
        return self.start(uow, question)


BUILTIN = Builtin()
