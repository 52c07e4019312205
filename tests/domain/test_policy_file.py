"""The policy file: what it holds, and that every fault in it is told at once."""

import re
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.applicant import RiskLevel
from app.domain.policy import (
    STANDARD_POLICY,
    EligibilityRule,
    Policy,
    PolicyDocument,
    Retention,
    Tier,
    TierStep,
)
from app.domain.policy_file import (
    MAX_FILE_CHARACTERS,
    KnownCodes,
    PolicyFaults,
    read_policy,
)
from app.domain.policy_text import policy_text
from app.domain.thresholds import RANGES, ThresholdName
from app.proofing import operating_points

HEAD = 'name = "shop"\nversion = 7\nconsent_version = "2"\ndefault_tier = "plain"\n'
PLAIN = '[tiers.plain]\nlevel = 1\nsteps = ["document"]\n'
PROJECT_FOLDER = Path(__file__).parents[2]
KNOWN = KnownCodes(countries={"DE", "GB"}, states={"DEU", "GBR"})


def faults(text: str, known: KnownCodes | None = None) -> list[str]:
    with pytest.raises(PolicyFaults) as found:
        read_policy(text, known)
    return found.value.faults


def test_the_example_reads_as_the_standard_policy() -> None:
    found = read_policy(policy_text(STANDARD_POLICY))
    assert found == STANDARD_POLICY
    assert found.hash == STANDARD_POLICY.hash


def test_what_is_not_written_is_as_in_the_standard_tier() -> None:
    policy = read_policy(HEAD + PLAIN)
    assert policy.tiers == (Tier(name="plain", level=1, steps=(TierStep.DOCUMENT,)),)
    assert (policy.version, policy.retention) == (7, STANDARD_POLICY.retention)


def test_tiers_stand_by_level_and_steps_in_their_own_order() -> None:
    text = HEAD + PLAIN.replace("= 1", "= 9") + '[tiers.low]\nlevel = 3\nsteps = ["document"]\n'
    high = '[tiers.top]\nlevel = 10\nsteps = ["selfie", "document"]\n'
    policy = read_policy(text + high)
    assert [tier.name for tier in policy.tiers] == ["low", "plain", "top"]
    assert policy.tier("top").steps == (TierStep.DOCUMENT, TierStep.SELFIE)


def test_every_fault_is_told_at_once_with_its_path() -> None:
    text = """
version = "seven"
consent_version = "2"
default_teir = "standard"
default_tier = "gone"
[tiers.standard]
level = 20
steps = ["document", "selfy"]
minimum_age_years = 121
max_attempts = true
allowed_states = ["Germany", "DEU", "DEU"]
[tiers.standard.thresholds]
holder_match_score = 2
holder = 0.5
[[eligibility]]
product = "card"
required_tier = "silver"
countries = ["UK", "DE", 5]
highest_risk = "hihg"
[[documents]]
id = "terms"
version = "1"
title = "Terms"
"""
    assert faults(text, KNOWN) == [
        "name: must be given",
        "version: must be from 1 to 1000000000",
        (
            "tiers.standard.steps[1]: must be one of document, selfie, proof_of_address;"
            " did you mean selfie?"
        ),
        (
            "tiers.standard.allowed_states[0]: must be three capital letters such as DEU"
            " (ICAO Doc 9303)"
        ),
        "tiers.standard.allowed_states[2]: DEU is named twice",
        "tiers.standard.minimum_age_years: must be from 0 to 120",
        "tiers.standard.max_attempts: must be from 1 to 20",
        "tiers.standard.thresholds.holder_match_score: must be from 0.42 to 0.8",
        f"tiers.standard.thresholds.holder: is no threshold; there are {', '.join(RANGES)}",
        "eligibility[0].countries[0]: UK is not known",
        "eligibility[0].countries[2]: must be two capital letters such as DE (ISO 3166)",
        "eligibility[0].highest_risk: must be one of low, medium, high; did you mean high?",
        "documents[0].text: must be given, or url, but not both",
        "default_teir: is not a key here; did you mean default_tier?",
        "default_tier: there is no tier gone; there are standard",
        "eligibility[0].required_tier: there is no tier silver; there are standard",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("tiers = 3", "tiers: must be a table: [tiers]"),
        ("[tiers]\nplain = 3", "tiers.plain: must be a table: [tiers.plain]"),
        (PLAIN.replace("document", "selfie"), "tiers.plain.steps: must hold document"),
        (PLAIN.replace('"document"', ""), "tiers.plain.steps: must name at least one"),
        (PLAIN + "document_types = []", "tiers.plain.document_types: must name at least one"),
        (PLAIN + 'denied_states = "DEU"', "tiers.plain.denied_states: must be a list"),
        (
            PLAIN + 'denied_states = ["DEU"]\nallowed_states = ["DEU"]',
            "tiers.plain.denied_states: DEU is allowed and denied",
        ),
        (PLAIN + "review_unclear = 1", "tiers.plain.review_unclear: must be true or false"),
        (
            PLAIN + '[tiers.same]\nlevel = 1\nsteps = ["document"]',
            "tiers.same.level: is the level of plain already",
        ),
        (
            PLAIN + '[tiers.low]\nlevel = 0\nsteps = ["document"]',
            "tiers.low.level: must be from 1 to 1000",
        ),
        (
            PLAIN.replace('"]', '", "selfie"]') + '[tiers.more]\nlevel = 2\nsteps = ["document"]',
            "tiers.more.steps: must hold selfie as the lower tier plain does",
        ),
        (
            PLAIN + '[tiers.Gold]\nlevel = 5\nsteps = ["document"]',
            (
                "tiers.Gold: as the name of a tier it must be 1 to 40 of a-z, 0-9 and _,"
                " a letter first"
            ),
        ),
        (PLAIN + "[retention]\ncaptures_days = 0", "retention.captures_days: must be from 1"),
        (PLAIN + "[retention]\ncaptures = 9", "retention.captures: is not a key here; did you"),
        (PLAIN + "[duplicates]\nfaces = 1", "duplicates.faces: must be true or false"),
        (PLAIN + "[duplicates]\nface_false_alarms = 0.5", "duplicates.face_false_alarms: must be"),
        (PLAIN + "[duplicates]\nface = true", "duplicates.face: is not a key here; did you mean"),
        (PLAIN + "[[documents]]\nurl = 'http://shop.test'", "documents[0].url: must be an https"),
        (PLAIN + "documents = 1", "tiers.plain.documents: is not a key here; did you mean"),
        (PLAIN + "thresholds = { holder_match_score = nan }", "tiers.plain.thresholds.holder_"),
    ],
)
def test_a_fault_names_its_place_and_what_to_do(text: str, fault: str) -> None:
    assert any(line.startswith(fault) for line in faults(HEAD + text)), faults(HEAD + text)


def test_two_texts_of_one_document_may_not_meet_in_one_language() -> None:
    document = '[[documents]]\nid = "a"\nversion = "1"\ntitle = "A"\ntext = "a"\n'
    assert faults(HEAD + PLAIN + document * 2) == ["documents[1].id: a is there in this language"]
    german = 'countries = ["DE", "GB"]\n'
    assert faults(HEAD + PLAIN + (document + german) * 2) == [
        "documents[1].countries: a is there for them already"
    ]
    apart = document + 'language = "de"\n' + document + german + document
    assert len(read_policy(HEAD + PLAIN + apart).documents) == 3


def test_what_is_not_toml_says_where() -> None:
    assert "line 1" in faults("name = 1 2\n")[0]


def test_a_file_that_is_too_long_is_not_read() -> None:
    assert len(faults("#" * (MAX_FILE_CHARACTERS + 1))) == 1


def test_deep_nesting_is_a_fault_and_no_crash() -> None:
    assert len(faults(f"a = {'[' * 20_000}")) == 1


@given(st.dictionaries(st.text(max_size=9), st.integers() | st.text() | st.booleans()))
def test_reading_is_total(values: dict[str, object]) -> None:
    lines = [f'"{key.encode().hex()}" = "{value!s:.9}"' for key, value in values.items()]
    with pytest.raises(PolicyFaults):
        read_policy("\n".join(lines))


def test_a_threshold_moves_a_point_that_exists_within_a_range_that_holds_its_default() -> None:
    defaults = operating_points.POINTS
    assert set(defaults) == set(ThresholdName) == set(RANGES)
    for name, bounds in RANGES.items():
        assert bounds.low <= defaults[name] <= bounds.high


def test_a_match_can_never_need_less_than_a_non_match() -> None:
    non_match = RANGES[ThresholdName.HOLDER_NON_MATCH_SCORE]
    assert non_match.high <= RANGES[ThresholdName.HOLDER_MATCH_SCORE].low


def test_any_policy_survives_its_file() -> None:
    tier = replace(
        STANDARD_POLICY.tier("standard"),
        allowed_states=("DEU",),
        review_risk_levels=(RiskLevel.HIGH,),
        review_unclear=False,
        thresholds={"holder_match_score": 0.5},
    )
    document = PolicyDocument("a", "1", 'Say "yes"\\', text="one\ntwo\t\x7f ü", countries=("DE",))
    policy = replace(
        STANDARD_POLICY,
        tiers=(tier,),
        eligibility=(),
        documents=(document, replace(document, language="de", text="", url="https://a.test/b")),
    )
    assert asdict(read_policy(policy_text(policy))) == asdict(policy)


def test_the_documentation_names_every_key_and_every_range() -> None:
    page = (PROJECT_FOLDER / "docs" / "policy.md").read_text("utf-8")
    kinds = (Policy, Tier, EligibilityRule, PolicyDocument, Retention)
    keys = {field.name for kind in kinds for field in fields(kind)} - {"name", "tiers"}
    assert [key for key in sorted(keys) if not re.search(rf"[`\[.]{key}[`\]]", page)] == []
    for name, bounds in RANGES.items():
        default = operating_points.POINTS[name]
        assert f"| `{name}` | {default} | {bounds.low} to {bounds.high} |" in page


def test_a_term_for_the_audit_log_is_refused_and_an_old_policy_is_still_read() -> None:
    text = HEAD + PLAIN + "[retention]\naudit_days = 3650"
    with pytest.raises(PolicyFaults, match=r"retention\.audit_days: the audit log has no term"):
        read_policy(text, KnownCodes(frozenset(), frozenset()))
    assert read_policy(text).retention == STANDARD_POLICY.retention
