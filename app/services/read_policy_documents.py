"""The texts that a user is asked to accept, and which of them the user has accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.acceptance import language_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.domain.applicant import Applicant
    from app.domain.policy import PolicyDocument
    from app.services.callers import UserCaller
    from app.services.create_applicant import Profiles
    from app.services.policies import Policies
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class ShownDocument:
    """One text, and when this version of it was accepted."""

    document: PolicyDocument
    accepted_at: datetime | None


@dataclass(frozen=True)
class PolicyDocuments:
    """The texts for a country (ISO 3166 alpha-2, None when it is not known) and a language."""

    country: str | None
    language: str
    documents: list[ShownDocument]


@dataclass(frozen=True)
class ReadPolicyDocuments:
    """Reads the partner's policy; nothing is created for a user whom nobody has named yet."""

    storage: Storage
    policies: Policies
    profiles: Profiles

    def __call__(
        self, caller: UserCaller, country: str | None, languages: Sequence[str]
    ) -> PolicyDocuments:
        """The texts, in the first of the languages that there are any in."""
        with self.storage.reading() as uow:
            policy = self.policies.of(uow, caller.partner_id)
            applicant = uow.applicants.by_user(caller.partner_id, caller.partner_user_id)
            accepted = uow.policy_acceptances.of(applicant.id) if applicant else []
        country = country or country_of(self.profiles, applicant)
        language = language_for(policy, languages)
        times = {(each.document_id, each.version): each.accepted_at for each in accepted}
        return PolicyDocuments(
            country,
            language,
            [
                ShownDocument(document, times.get((document.id, document.version)))
                for document in policy.documents_for(country, language)
            ],
        )


def country_of(profiles: Profiles, applicant: Applicant | None) -> str | None:
    """The country that the partner told of the user, if it told one."""
    return profiles.read(applicant).get("country") if applicant else None
