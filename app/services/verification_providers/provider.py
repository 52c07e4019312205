"""What every provider can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.domain.customer_verification import (
        CheckType,
        CustomerVerification,
        ProviderAnswer,
        VerificationType,
    )
    from app.storage.unit_of_work import UnitOfWork


class VerificationProvider(Protocol):
    """Answers questions about customers.

    Both calls run inside of the transaction that keeps the answer, so they must not wait for
    anything outside: a provider that asks over the network enqueues a job in `start`, answers
    `pending`, and is asked again by `refresh` when its job knows more.
    """

    @property
    def name(self) -> str:
        """The word by which callers choose it: lower_snake, up to 40 characters."""
        ...

    def may(self, verification_type: VerificationType, check_type: CheckType) -> bool:
        """Whether it can answer this question at all."""
        ...

    def start(self, uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:
        """The first answer; the question's row is not stored yet, and its applicant is locked."""
        ...

    def refresh(self, uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:
        """The answer now to a question that is pending; its row is locked."""
        ...
