"""The policy file: TOML that becomes a Policy, or every fault in it at once."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, fields
from itertools import pairwise

from app.domain.applicant import RiskLevel
from app.domain.applicant_link import MOST_LINKS, LinkKind
from app.domain.checked_table import CheckedTable, Shape
from app.domain.evidence import DocumentType
from app.domain.policy import (
    Duplicates,
    EligibilityRule,
    Policy,
    PolicyDocument,
    Retention,
    Tier,
    TierStep,
)
from app.domain.thresholds import RANGES

MAX_FILE_CHARACTERS = 500_000
_YEAR_S = 31_536_000

_NAME = Shape(r"[a-z][a-z0-9_]{0,39}", "must be 1 to 40 of a-z, 0-9 and _, a letter first")
_LABEL = Shape(r"[^\x00-\x1f]{1,80}", "must be a line of 1 to 80 characters")
_TITLE = Shape(r"[^\x00-\x1f]{1,200}", "must be a line of 1 to 200 characters")
_TEXT = Shape(r".{1,50000}", "must be a text of 1 to 50000 characters")
_URL = Shape(r"https://[^\s\"'<>\\]{1,2000}", "must be an https address")
_COUNTRY = Shape(r"[A-Z]{2}", "must be two capital letters such as DE (ISO 3166)")
_CURRENCY = Shape(r"[A-Z]{3}", "must be three capital letters such as EUR (ISO 4217)")
_STATE = Shape(r"[A-Z]{3}", "must be three capital letters such as DEU (ICAO Doc 9303)")
_LANGUAGE = Shape(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "must be a language such as en or pt-BR")


@dataclass(frozen=True)
class KnownCodes:
    """The codes that exist: countries of two letters, issuing states of three."""

    countries: Collection[str]
    states: Collection[str]


class PolicyFaults(Exception):
    """The file is no policy; `faults` are "path: what is wrong" lines, in the file's order."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


# Once a key, which nothing obeyed; policies that were put in force with it are still read.
_AUDIT_DAYS = "audit_days"


def read_policy(text: str, known: KnownCodes | None = None) -> Policy:
    """The policy of a TOML text. Raises PolicyFaults with all faults together.

    Without `known` codes only their form is looked at.
    """
    if len(text) > MAX_FILE_CHARACTERS:
        raise PolicyFaults([f"The file is longer than {MAX_FILE_CHARACTERS} characters."])
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyFaults([f"The file is not TOML: {error}"]) from None
    faults: list[str] = []
    policy = _policy(CheckedTable(content, "", faults), known)
    if faults:
        raise PolicyFaults(faults)
    return policy


def _policy(table: CheckedTable, known: KnownCodes | None) -> Policy:
    policy = Policy(
        name=table.text("name", _LABEL),
        version=table.integer("version", 1, 1_000_000_000),
        consent_version=table.text("consent_version", _LABEL),
        default_tier=table.text("default_tier", _NAME),
        tiers=_tiers(table, known),
        eligibility=tuple(_rule(each, known) for each in table.tables("eligibility")),
        documents=tuple(_document(each, known) for each in table.tables("documents")),
        retention=_retention(table.table("retention"), known),
        duplicates=_duplicates(table.table("duplicates")),
    )
    table.close()
    _check_references(table, policy)
    _check_documents(table, policy)
    return policy


def _tiers(table: CheckedTable, known: KnownCodes | None) -> tuple[Tier, ...]:
    """The tiers, the lowest first."""
    inner = table.table("tiers")
    tiers = sorted((_tier(inner, name, known) for name in inner), key=lambda tier: tier.level)
    if not tiers:
        table.fault("tiers", "must hold at least one table such as [tiers.standard]")
    for lower, higher in pairwise(tiers):
        if lower.level == higher.level:
            inner.fault(f"{higher.name}.level", f"is the level of {lower.name} already")
        # Holding a tier stands for all below it, so it cannot have asked for less.
        elif missing := [step for step in lower.steps if step not in higher.steps]:
            inner.fault(
                f"{higher.name}.steps",
                f"must hold {', '.join(missing)} as the lower tier {lower.name} does",
            )
    return tuple(tiers)


def _tier(tiers: CheckedTable, name: str, known: KnownCodes | None) -> Tier:
    usual = Tier()
    table = tiers.table(name)
    states = known.states if known else None
    whole = table.integer
    tier = Tier(
        name=name,
        level=whole("level", 1, 1000),
        steps=table.words("steps", TierStep, None),
        document_types=table.words("document_types", DocumentType, usual.document_types),
        allowed_states=table.texts("allowed_states", _STATE, states),
        denied_states=table.texts("denied_states", _STATE, states),
        minimum_age_years=whole("minimum_age_years", 0, 120, usual.minimum_age_years),
        max_attempts=whole("max_attempts", 1, 20, usual.max_attempts),
        cool_down_s=whole("cool_down_s", 0, _YEAR_S, usual.cool_down_s),
        max_captures=whole("max_captures", 2, 200, usual.max_captures),
        max_presence_challenges=whole(
            "max_presence_challenges", 1, 100, usual.max_presence_challenges
        ),
        presence_without_turns=table.flag(
            "presence_without_turns", default=usual.presence_without_turns
        ),
        presence_light=table.flag("presence_light", default=usual.presence_light),
        verified_for_days=whole("verified_for_days", 1, 3650, usual.verified_for_days),
        expected_decision_s=whole("expected_decision_s", 10, 604_800, usual.expected_decision_s),
        review_unclear=table.flag("review_unclear", default=usual.review_unclear),
        review_risk_levels=table.words("review_risk_levels", RiskLevel, ()),
        proof_of_address_max_age_days=whole(
            "proof_of_address_max_age_days", 1, 730, usual.proof_of_address_max_age_days
        ),
        thresholds=_thresholds(table.table("thresholds")),
    )
    table.close()
    _check_tier(tiers, table, tier)
    return tier


def _check_tier(tiers: CheckedTable, table: CheckedTable, tier: Tier) -> None:
    if not _fits(_NAME, tier.name):
        tiers.fault(tier.name, f"as the name of a tier it {_NAME.sentence}")
    if tier.steps and TierStep.DOCUMENT not in tier.steps:
        table.fault("steps", "must hold document")
    if not tier.document_types:
        table.fault("document_types", "must name at least one")
    for state in tier.denied_states:
        if state in tier.allowed_states:
            table.fault("denied_states", f"{state} is allowed and denied")


def _thresholds(table: CheckedTable) -> dict[str, float]:
    given = list(table)
    found = {
        name.value: table.number(name, bounds.low, bounds.high)
        for name, bounds in RANGES.items()
        if name in given
    }
    unknown = [name for name in given if name not in found]
    for name in unknown:
        table.fault(name, f"is no threshold; there are {', '.join(RANGES)}")
    return found


def _rule(table: CheckedTable, known: KnownCodes | None) -> EligibilityRule:
    countries = known.countries if known else None
    rule = EligibilityRule(
        product=table.text("product", _NAME),
        required_tier=table.text("required_tier", _NAME),
        countries=table.texts("countries", _COUNTRY, countries),
        denied_countries=table.texts("denied_countries", _COUNTRY, countries),
        currencies=table.texts("currencies", _CURRENCY),
        highest_risk=table.word("highest_risk", RiskLevel, RiskLevel.HIGH),
    )
    table.close()
    return rule


def _document(table: CheckedTable, known: KnownCodes | None) -> PolicyDocument:
    document = PolicyDocument(
        id=table.text("id", _NAME),
        version=table.text("version", _LABEL),
        title=table.text("title", _TITLE),
        language=table.text("language", _LANGUAGE, "en"),
        countries=table.texts("countries", _COUNTRY, known.countries if known else None),
        text=table.text("text", _TEXT, ""),
        url=table.text("url", _URL, ""),
        required=table.flag("required", default=True),
    )
    if ("text" in table) == ("url" in table):
        table.fault("text", "must be given, or url, but not both")
    table.close()
    return document


def _retention(table: CheckedTable, known: KnownCodes | None) -> Retention:
    usual = Retention()
    if table.integer(_AUDIT_DAYS, 0, 36_500, 0) and known is not None:
        table.fault(_AUDIT_DAYS, "the audit log has no term of one partner's; leave this out")
    days = {
        field.name: table.integer(field.name, 1, 36_500, getattr(usual, field.name))
        for field in fields(Retention)
        if field.name != "forget_at_decision"
    }
    at_once = table.flag("forget_at_decision", default=usual.forget_at_decision)
    table.close()
    return Retention(**days, forget_at_decision=at_once)


def _duplicates(table: CheckedTable) -> Duplicates:
    usual = Duplicates()
    duplicates = Duplicates(
        table.flag("faces", default=usual.faces),
        table.number("face_false_alarms", 0.001, 0.2, usual.face_false_alarms),
        table.flag("documents", default=usual.documents),
        table.flag("pictures", default=usual.pictures),
        table.flag("devices", default=usual.devices),
        table.integer("busy_users", 0, MOST_LINKS - 1, usual.busy_users),
        table.integer("busy_days", 1, 365, usual.busy_days),
    )
    if duplicates.busy_users and not duplicates.links - {LinkKind.FACE}:
        table.fault("busy_users", "needs documents, pictures or devices to be true")
    table.close()
    return duplicates


def _check_references(table: CheckedTable, policy: Policy) -> None:
    """Every tier that is named is there."""
    names = [tier.name for tier in policy.tiers]
    if not names:
        return
    named = [("default_tier", policy.default_tier)]
    named += [
        (f"eligibility[{number}].required_tier", rule.required_tier)
        for number, rule in enumerate(policy.eligibility)
    ]
    for place, name in named:
        if name and name not in names:
            table.fault(place, f"there is no tier {name}; there are {', '.join(names)}")


def _check_documents(table: CheckedTable, policy: Policy) -> None:
    """No user can be shown two texts of one document in the same language."""
    for number, one in enumerate(policy.documents):
        for other in policy.documents[:number]:
            is_same = one.id and (one.id, one.language) == (other.id, other.language)
            if is_same and set(one.countries) & set(other.countries):
                table.fault(f"documents[{number}].countries", f"{one.id} is there for them already")
            elif is_same and not one.countries and not other.countries:
                table.fault(f"documents[{number}].id", f"{one.id} is there in this language")


def _fits(shape: Shape, text: str) -> bool:
    return re.fullmatch(shape.pattern, text) is not None
