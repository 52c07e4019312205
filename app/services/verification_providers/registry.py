"""The providers of this installation, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.customer_verification import CHECK_TYPES, VerificationType
from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.customer_verification import CheckType
    from app.services.verification_providers.provider import VerificationProvider

_ABOUT_BUSINESSES = frozenset({VerificationType.KYB, VerificationType.BUSINESS_ENTITY})


class VerificationProviders:
    """Finds the provider for a question, or says what could be asked instead."""

    def __init__(self, providers: Sequence[VerificationProvider]) -> None:
        self._by_name = {provider.name: provider for provider in providers}
        if len(self._by_name) != len(providers):
            raise ValueError("two providers have the same name")

    def find(
        self, name: str, verification_type: VerificationType, check_type: CheckType
    ) -> VerificationProvider:
        """The provider of this name, which may answer this.

        Raises:
            DomainError: `validation_error`, naming the faulty field and listing what is possible.
        """
        provider = self._by_name.get(name)
        if provider is None:
            raise self._impossible("provider", f"Choose one of {', '.join(self._by_name)}")
        parts = CHECK_TYPES[verification_type]
        if check_type not in parts:
            listed = ", ".join(part.value for part in parts)
            raise self._impossible(
                "check_type", f"With {verification_type.value} choose one of {listed}"
            )
        if not provider.may(verification_type, check_type):
            raise self._cannot(verification_type, check_type)
        return provider

    def named(self, name: str) -> VerificationProvider | None:
        """The provider of this name, if this installation (still) has it."""
        return self._by_name.get(name)

    def possible(self) -> list[dict[str, object]]:
        """Every question, with the names of the providers that answer it."""
        return [
            {
                "verification_type": verification_type.value,
                "check_type": check_type.value,
                "providers": self._names(verification_type, check_type),
            }
            for verification_type, parts in CHECK_TYPES.items()
            for check_type in parts
        ]

    def _names(self, verification_type: VerificationType, check_type: CheckType) -> list[str]:
        providers = self._by_name.values()
        return [each.name for each in providers if each.may(verification_type, check_type)]

    def _cannot(self, verification_type: VerificationType, check_type: CheckType) -> DomainError:
        names = ", ".join(self._names(verification_type, check_type))
        if verification_type in _ABOUT_BUSINESSES:
            return self._impossible(
                "provider",
                f"Choose one of {names}",
                "No examination of documents or faces can tell who stands behind a business: a"
                " person has to decide it. Choose the provider `manual` and decide by PATCH.",
            )
        return self._impossible("provider", f"Choose one of {names}")

    def _impossible(self, name: str, fault: str, sentence: str | None = None) -> DomainError:
        return DomainError(
            ErrorCode.VALIDATION_ERROR,
            sentence or "This cannot be asked like this; `possible` lists what can.",
            fields={name: fault},
            possible=self.possible(),
        )
