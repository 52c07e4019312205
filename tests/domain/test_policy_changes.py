"""The difference of two policies, by path."""

from dataclasses import replace

from app.domain.policy import STANDARD_POLICY, EligibilityRule
from app.domain.policy_changes import PolicyChange, policy_changes

TIER = STANDARD_POLICY.tier("standard")


def test_a_policy_does_not_differ_from_itself() -> None:
    assert policy_changes(STANDARD_POLICY, STANDARD_POLICY) == []


def test_every_changed_value_stands_under_its_path() -> None:
    changed = replace(TIER, minimum_age_years=21, allowed_states=("DEU", "FRA"))
    after = replace(
        STANDARD_POLICY,
        version=2,
        tiers=(STANDARD_POLICY.tiers[0], changed, STANDARD_POLICY.tiers[2]),
    )
    found = policy_changes(STANDARD_POLICY, after)
    assert [str(change) for change in found] == [
        "version: 1 -> 2",
        "tiers.standard.minimum_age_years: 18 -> 21",
        "tiers.standard.allowed_states: (nothing) -> [DEU, FRA]",
    ]


def test_a_tier_that_moves_within_the_file_has_not_changed() -> None:
    after = replace(STANDARD_POLICY, tiers=STANDARD_POLICY.tiers[::-1])
    assert policy_changes(STANDARD_POLICY, after) == []


def test_rules_are_compared_in_their_order_because_the_first_decides() -> None:
    rules = (EligibilityRule("wallet", "standard"), *STANDARD_POLICY.eligibility[1:])
    after = replace(STANDARD_POLICY, eligibility=rules)
    assert policy_changes(STANDARD_POLICY, after) == [
        PolicyChange("eligibility[0].required_tier", "basic", "standard")
    ]


def test_what_is_dropped_is_named_value_by_value() -> None:
    after = replace(STANDARD_POLICY, documents=STANDARD_POLICY.documents[:1])
    paths = {change.path for change in policy_changes(STANDARD_POLICY, after)}
    assert "documents.terms_of_use.en.text" in paths
    assert not any(path.startswith("documents.privacy_notice") for path in paths)
