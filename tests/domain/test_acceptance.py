"""Which text a user accepts, and which documents are still to be accepted."""

from dataclasses import replace

import pytest

from app.domain.acceptance import PolicyAcceptance, language_for, text_to_accept, unaccepted
from app.domain.errors import DomainError, ErrorCode
from app.domain.policy import Policy, PolicyDocument
from tests.builders.moments import NOON

ENGLISH = PolicyDocument("terms", "2", "Terms", text="t")
GERMAN = replace(ENGLISH, language="de", title="Bedingungen")
SWISS = PolicyDocument("banking", "1", "Bank", countries=("CH",), text="b")
OPTIONAL = PolicyDocument("news", "1", "News", text="n", required=False)
POLICY = Policy(documents=(ENGLISH, GERMAN, SWISS, OPTIONAL))


def accepted(document: PolicyDocument, version: str | None = None) -> PolicyAcceptance:
    return PolicyAcceptance(
        document.id, version or document.version, document.hash, document.language, NOON
    )


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["de"], "de"),
        (["fr", "de-AT", "en"], "de-AT"),
        (["DE"], "DE"),
        (["fr"], "en"),
        ([], "en"),
    ],
)
def test_the_first_wanted_language_with_a_text_is_taken(wanted: list[str], language: str) -> None:
    assert language_for(POLICY, wanted) == language


def test_the_text_that_was_read_is_the_one_that_is_accepted() -> None:
    assert text_to_accept(POLICY, "terms", "2", None, "de") is GERMAN
    assert text_to_accept(POLICY, "terms", None, "CH", "it") is ENGLISH
    # Who asked with a country in the query need not repeat it.
    assert text_to_accept(POLICY, "banking", "1", None, "en") is SWISS


def test_the_text_for_the_own_country_goes_before_one_in_the_own_language() -> None:
    swiss = replace(SWISS, language="de")
    others = replace(SWISS, countries=("AT",), language="fr")
    policy = Policy(documents=(others, swiss))
    assert text_to_accept(policy, "banking", "1", "CH", "fr") is swiss


def test_a_text_written_for_the_country_goes_before_the_general_one() -> None:
    swiss = replace(ENGLISH, countries=("CH",), text="Swiss terms")
    policy = Policy(documents=(swiss, ENGLISH))
    assert text_to_accept(policy, "terms", "2", "CH", "en") is swiss
    assert text_to_accept(policy, "terms", "2", "DE", "en") is ENGLISH
    assert policy.documents_for("CH", "en") == [swiss]
    assert policy.documents_for("DE", "en") == [ENGLISH]


def test_an_old_version_and_an_unknown_document_are_told_apart() -> None:
    with pytest.raises(DomainError) as outdated:
        text_to_accept(POLICY, "terms", "1", None, "en")
    assert outdated.value.code is ErrorCode.POLICY_VERSION_OUTDATED
    with pytest.raises(DomainError) as unknown:
        text_to_accept(POLICY, "nothing", "1", None, "en")
    assert unknown.value.code is ErrorCode.NOT_FOUND


def test_only_required_documents_of_the_country_in_their_current_version_are_missing() -> None:
    assert unaccepted(POLICY, "DE", []) == ("terms",)
    assert unaccepted(POLICY, "CH", []) == ("terms", "banking")
    assert unaccepted(POLICY, "CH", [accepted(ENGLISH, "1")]) == ("terms", "banking")
    assert unaccepted(POLICY, "CH", [accepted(GERMAN)]) == ("banking",)
    assert unaccepted(POLICY, "CH", [accepted(GERMAN), accepted(SWISS)]) == ()
