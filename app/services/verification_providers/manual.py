"""The provider `manual`: a person decides, by PATCH."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.customer_verification import CustomerStatus, ProviderAnswer

if TYPE_CHECKING:
    from app.domain.customer_verification import (
        CheckType,
        CustomerVerification,
        VerificationType,
    )
    from app.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Manual:
    """May be asked everything, and knows nothing until an operator does."""

    name: str = "manual"

    def may(self, verification_type: VerificationType, check_type: CheckType) -> bool:  # noqa: ARG002
        """Whatever the question, a person may answer it."""
        return True

    def start(self, uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:  # noqa: ARG002
        """Pending."""
        return ProviderAnswer(CustomerStatus.PENDING)

    def refresh(self, uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:
        """Still pending."""
        return self.start(uow, question)


MANUAL = Manual()
