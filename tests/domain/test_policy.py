"""A partner's policy: its tiers, its texts by country and language, and its hash."""

from dataclasses import replace

import pytest

from app.domain.errors import DomainError, ErrorCode
from app.domain.policy import STANDARD_POLICY, Policy, PolicyDocument, TierStep


def test_an_unknown_tier_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(DomainError) as refused:
        STANDARD_POLICY.tier("gold")
    assert refused.value.code is ErrorCode.VALIDATION_ERROR
    assert "standard" in str(refused.value.facts["fields"])


def test_who_names_no_tier_gets_the_default_one() -> None:
    assert STANDARD_POLICY.tier(None).name == "standard"


def test_a_run_of_a_tier_that_is_gone_goes_on_by_the_default_one() -> None:
    assert STANDARD_POLICY.rules_for("gone").name == "standard"
    assert STANDARD_POLICY.rules_for("basic").name == "basic"


def test_a_fresh_installation_has_three_tiers_that_build_on_each_other() -> None:
    steps = [set(tier.steps) for tier in STANDARD_POLICY.tiers]
    assert steps[0] < steps[1] < steps[2] == set(TierStep)


def test_every_rule_moves_the_hash() -> None:
    changed = replace(STANDARD_POLICY.tiers[0], thresholds={"holder_match_score": 0.5})
    other = replace(STANDARD_POLICY, tiers=(changed, *STANDARD_POLICY.tiers[1:]))
    assert len({STANDARD_POLICY.hash, other.hash, replace(other, version=2).hash}) == 3


def test_each_document_is_shown_in_the_best_language_for_the_country() -> None:
    english = PolicyDocument("terms", "1", "Terms", text="t")
    german = replace(english, language="de", title="Bedingungen")
    swiss = PolicyDocument("banking", "1", "Bank", countries=("CH",), text="b")
    policy = Policy(documents=(english, german, swiss))

    def titles(country: str | None, language: str) -> list[str]:
        return [document.title for document in policy.documents_for(country, language)]

    assert titles("DE", "de-AT") == ["Bedingungen"]
    assert titles("CH", "fr") == ["Terms", "Bank"]
    assert titles(None, "en") == ["Terms"]


def test_the_hash_of_a_document_follows_what_the_user_reads() -> None:
    document = STANDARD_POLICY.documents[0]
    assert document.hash != replace(document, text="Another text.").hash
    assert document.hash == replace(document, required=False).hash
