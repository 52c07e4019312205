"""GET /profiles/api/v1/compliance/policies/, and the acceptance of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from flask import request
from pydantic import StringConstraints

from app.domain.errors import ErrorCode
from app.services.accept_policy_document import ShownText
from app.web.api.operations import operation
from app.web.api.profiles.door import profiles_blueprint
from app.web.api.widget.client_tokens import Locale
from app.web.authentication import user_caller
from app.web.bodies import Answer, Body
from app.web.services import services
from app.web.times import Instant

if TYPE_CHECKING:
    from app.services.read_policy_documents import ShownDocument

policies = profiles_blueprint("profiles_policies", __name__)

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class PoliciesQuery(Body):
    """Where the user lives (ISO 3166 alpha-2) and what they read; the rest is looked up."""

    country: CountryCode | None = None
    language: Locale | None = None


class PolicyAnswer(Answer):
    """One text: in `text`, or at `url`. `hash` is SHA-256 over all that the user is shown."""

    id: str
    version: str
    title: str
    language: str
    text: str | None
    url: str | None
    hash: str
    required: bool
    accepted_at: Instant | None


class PoliciesAnswer(Answer):
    """The texts for a country and a language, in the order of the partner's policy."""

    country: str | None
    language: str
    data: list[PolicyAnswer]


class AcceptBody(Body):
    """What was shown; without a version the current one, the rest as in the list of policies."""

    version: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    country: CountryCode | None = None
    language: Locale | None = None


class AcceptanceAnswer(Answer):
    """The acceptance that is kept: that of the first time."""

    document_id: str
    version: str
    hash: str
    accepted_at: Instant


@policies.get("/compliance/policies/", strict_slashes=False)
@operation(
    "List the policy and consent documents for the user's country and language",
    query=PoliciesQuery,
    answers={200: PoliciesAnswer},
)
def list_policies(query: PoliciesQuery) -> PoliciesAnswer:
    """The texts, and when the user accepted the version that is current."""
    found = services().read_policy_documents(
        user_caller(), query.country, _languages(query.language)
    )
    return PoliciesAnswer(
        country=found.country,
        language=found.language,
        data=[_policy(shown) for shown in found.documents],
    )


@policies.post("/compliance/policies/<document_id>/accept/", strict_slashes=False)
@operation(
    "Accept a version of a policy document, once",
    body=AcceptBody,
    answers={201: AcceptanceAnswer, 200: AcceptanceAnswer},
    errors=(ErrorCode.NOT_FOUND, ErrorCode.POLICY_VERSION_OUTDATED, ErrorCode.USER_SUSPENDED),
    creates=True,
)
def accept_policy(document_id: str, body: AcceptBody) -> tuple[AcceptanceAnswer, int]:
    """201 the first time, 200 with that first acceptance ever after."""
    accepted, is_new = services().accept_policy_document(
        user_caller(),
        document_id,
        ShownText(body.version, body.country, _languages(body.language)),
    )
    answer = AcceptanceAnswer(
        document_id=accepted.document_id,
        version=accepted.version,
        hash=accepted.hash,
        accepted_at=accepted.accepted_at,
    )
    return answer, 201 if is_new else 200


def _languages(asked: str | None) -> list[str]:
    """The languages that the user reads, the best first."""
    return [asked] if asked else list(request.accept_languages.values())


def _policy(shown: ShownDocument) -> PolicyAnswer:
    document = shown.document
    return PolicyAnswer(
        id=document.id,
        version=document.version,
        title=document.title,
        language=document.language,
        text=document.text or None,
        url=document.url or None,
        hash=document.hash,
        required=document.required,
        accepted_at=shown.accepted_at,
    )
