"""A user accepts one version of a policy document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.acceptance import PolicyAcceptance, language_for, text_to_accept
from app.domain.errors import DomainError, ErrorCode
from app.services.find_applicant import require_active
from app.services.read_policy_documents import country_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.policy import PolicyDocument
    from app.services.callers import UserCaller
    from app.services.create_applicant import Profiles
    from app.services.open_verification import OpenVerification
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class ShownText:
    """Which text the user read: its version, None for the current one, and how it was asked for."""

    version: str | None = None
    country: str | None = None
    languages: Sequence[str] = ()


@dataclass(frozen=True)
class AcceptPolicyDocument:
    """Keeps the first acceptance of a version; accepting it again changes nothing."""

    storage: Storage
    chance: Chance
    policies: Policies
    profiles: Profiles
    open: OpenVerification

    def __call__(
        self, caller: UserCaller, document_id: str, shown: ShownText
    ) -> tuple[PolicyAcceptance, bool]:
        """The acceptance, and whether it is new.

        Raises DomainError(not_found | policy_version_outdated | user_suspended).
        """
        try:
            return self._accept(caller, document_id, shown)
        except DomainError as error:
            if error.code is not ErrorCode.CONFLICT:
                raise
        # Two first calls of a newcomer at once: the other one has added the user meanwhile.
        return self._accept(caller, document_id, shown)

    def _accept(
        self, caller: UserCaller, document_id: str, shown: ShownText
    ) -> tuple[PolicyAcceptance, bool]:
        with self.storage.writing() as uow:
            policy = self.policies.of(uow, caller.partner_id)
            applicant = self.open.applicant(uow, caller.partner_id, caller.partner_user_id)
            uow.applicants.lock(applicant.id)
            require_active(applicant)
            text = text_to_accept(
                policy,
                document_id,
                shown.version,
                shown.country or country_of(self.profiles, applicant),
                language_for(policy, shown.languages),
            )
            found = uow.policy_acceptances.find(applicant.id, text.id, text.version)
            accepted = found or self._keep(uow, applicant, text)
            uow.commit()
        return accepted, found is None

    def _keep(
        self, uow: UnitOfWork, applicant: Applicant, text: PolicyDocument
    ) -> PolicyAcceptance:
        accepted = PolicyAcceptance(
            text.id, text.version, text.hash, text.language, self.chance.now()
        )
        uow.policy_acceptances.add(applicant.id, accepted)
        uow.audit.append(
            actor=applicant.id,
            action="policy.accepted",
            subject_id=applicant.id,
            facts={
                "document": text.id,
                "version": text.version,
                "hash": text.hash,
                "language": text.language,
            },
        )
        return accepted
