"""Create a user of a partner, and change what the partner told of the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.services.find_applicant import find_applicant, lock_applicant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.domain.applicant import Applicant, RiskLevel
    from app.security.vault import Vault
    from app.services.callers import PartnerCaller
    from app.services.open_verification import OpenVerification
    from app.storage.unit_of_work import Storage, UnitOfWork

_PROFILE = "profile"


@dataclass(frozen=True)
class Profiles:
    """Seals and unseals what a partner told of a user, under the user's own key."""

    vault: Vault

    def read(self, applicant: Applicant) -> dict[str, str]:
        """The profile; empty when the partner told nothing."""
        if applicant.profile is None:
            return {}
        content = self.vault.unseal_json(applicant, _PROFILE, applicant.profile)
        return {name: str(value) for name, value in content.items()}

    def change(self, applicant: Applicant, values: Mapping[str, str | None]) -> None:
        """Set these values, take away those that are None, and leave the others."""
        profile: dict[str, object] = {**self.read(applicant), **values}
        kept = {name: value for name, value in profile.items() if value is not None}
        if not kept:
            applicant.profile = None
            return
        if not applicant.wrapped_key:
            applicant.wrapped_key = self.vault.new_wrapped_key(applicant.partner_id, applicant.id)
        applicant.profile = self.vault.seal_json(applicant, _PROFILE, kept)


@dataclass(frozen=True)
class CreateApplicant:
    """A user of this name must not be there yet."""

    storage: Storage
    opening: OpenVerification
    profiles: Profiles

    def __call__(
        self,
        caller: PartnerCaller,
        partner_user_id: str,
        profile: Mapping[str, str | None],
        risk_level: RiskLevel | None = None,
    ) -> Applicant:
        """The new user. Raises DomainError(validation_error) when there is one."""
        with self.storage.writing() as uow:
            if uow.applicants.by_user(caller.partner_id, partner_user_id) is not None:
                raise DomainError(
                    ErrorCode.VALIDATION_ERROR,
                    "A user of this id exists already.",
                    fields={"externalUserId": "Exists already"},
                )
            applicant = self.opening.applicant(uow, caller.partner_id, partner_user_id)
            applicant.risk_level = risk_level
            self.profiles.change(applicant, profile)
            _note(uow, caller, "applicant.created", applicant, profile)
            uow.commit()
        return applicant


@dataclass(frozen=True)
class UpdateApplicant:
    """Changes what was told; a verified user stays verified by the document."""

    storage: Storage
    profiles: Profiles

    def __call__(
        self,
        caller: PartnerCaller,
        partner_user_id: str,
        profile: Mapping[str, str | None],
        risk_level: RiskLevel | None = None,
    ) -> Applicant:
        """The changed user. Raises DomainError(user_not_found)."""
        with self.storage.writing() as uow:
            applicant = lock_applicant(uow, caller.partner_id, partner_user_id)
            self.profiles.change(applicant, profile)
            if risk_level is not None:
                applicant.risk_level = risk_level
            _note(uow, caller, "applicant.updated", applicant, profile)
            uow.commit()
        return applicant


@dataclass(frozen=True)
class ReadApplicant:
    """Reads a user by the partner's own name."""

    storage: Storage

    def __call__(self, caller: PartnerCaller, partner_user_id: str) -> Applicant:
        """The user. Raises DomainError(user_not_found)."""
        with self.storage.reading() as uow:
            return find_applicant(uow, caller.partner_id, partner_user_id)


def _note(
    uow: UnitOfWork,
    caller: PartnerCaller,
    action: str,
    applicant: Applicant,
    profile: Mapping[str, str | None],
) -> None:
    uow.audit.append(
        actor=caller.actor,
        action=action,
        subject_id=applicant.id,
        # Which facts were told, never what they say.
        facts={"fields": sorted(profile)},
    )
