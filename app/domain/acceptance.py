"""Which text of a policy document a user reads, and what acceptance of it counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import DomainError, ErrorCode
from app.domain.policy import Policy, PolicyDocument, language_fit, text_fit

_FALLBACK = "en"


@dataclass(frozen=True)
class PolicyAcceptance:
    """A user's acceptance of one version, with the hash of the text that was shown for it."""

    document_id: str
    version: str
    hash: str
    language: str
    accepted_at: datetime


def language_for(policy: Policy, wanted: Sequence[str]) -> str:
    """The first of the wanted languages that the policy has a text in, English for none."""
    for language in wanted:
        if any(language_fit(document, language) > 1 for document in policy.documents):
            return language
    return _FALLBACK


def text_to_accept(
    policy: Policy, document_id: str, version: str | None, country: str | None, language: str
) -> PolicyDocument:
    """The text that a user accepts: for their country if there is one, in the best language.

    Raises DomainError(not_found | policy_version_outdated).
    """
    texts = [document for document in policy.documents if document.id == document_id]
    if not texts:
        raise DomainError(ErrorCode.NOT_FOUND)
    current = [document for document in texts if version in {None, document.version}]
    if not current:
        raise DomainError(ErrorCode.POLICY_VERSION_OUTDATED, document_id=document_id)
    return max(current, key=lambda text: (text.concerns(country), text_fit(text, language)))


def unaccepted(
    policy: Policy, country: str, accepted: Collection[PolicyAcceptance]
) -> tuple[str, ...]:
    """The required documents of a country (ISO 3166 alpha-2) that the user has yet to accept.

    Accepting a document in any language is accepting it.
    """
    done = {(each.document_id, each.version) for each in accepted}
    texts = [text for text in policy.documents if text.required and text.concerns(country)]
    accepted_ids = {text.id for text in texts if (text.id, text.version) in done}
    return tuple(dict.fromkeys(text.id for text in texts if text.id not in accepted_ids))
