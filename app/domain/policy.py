"""A partner's rules: tiers and their steps, what is kept how long, who is eligible for what.

The hash over all of them is kept on every decision.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property

from app.domain.applicant import RiskLevel
from app.domain.applicant_link import LinkKind
from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import DocumentType
from app.domain.presence import PresenceWay


class TierStep(StrEnum):
    """What a tier asks of the user."""

    DOCUMENT = "document"
    SELFIE = "selfie"
    PROOF_OF_ADDRESS = "proof_of_address"


@dataclass(frozen=True)
class Tier:
    """The rules of one tier; a higher `level` includes what the lower ones allow.

    `allowed_states` and `denied_states` are ICAO codes; no allowed one means every state.
    `review_unclear` sends unclear comparisons to people; without it they end as a retry.
    `presence_without_turns` offers a look without turning the head, which people decide.
    With `presence_light` the screen shows colours that the face must give back.
    `cool_down_s` is the wait after the last attempt before there are new ones; with 0 the partner
    must allow them. `thresholds` override operating points by their name.
    """

    name: str = "standard"
    level: int = 20
    steps: tuple[TierStep, ...] = (TierStep.DOCUMENT, TierStep.SELFIE)
    document_types: tuple[DocumentType, ...] = tuple(DocumentType)
    allowed_states: tuple[str, ...] = ()
    denied_states: tuple[str, ...] = ()
    minimum_age_years: int = 18
    max_attempts: int = 3
    cool_down_s: int = 0
    max_captures: int = 20
    max_presence_challenges: int = 10
    presence_without_turns: bool = True
    presence_light: bool = False
    verified_for_days: int = 365
    expected_decision_s: int = 120
    review_unclear: bool = True
    review_risk_levels: tuple[RiskLevel, ...] = ()
    proof_of_address_max_age_days: int = 90
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @property
    def presence_ways(self) -> tuple[PresenceWay, ...]:
        """The ways to show presence that users may choose from, the usual one first."""
        if not self.presence_without_turns:
            return (PresenceWay.TURNS,)
        return (PresenceWay.TURNS, PresenceWay.STILL)


@dataclass(frozen=True)
class EligibilityRule:
    """Who may use a product: in these countries (ISO 3166 alpha-2), currencies, from this tier.

    No country or currency means all of them; `denied_countries` are taken out of either.
    """

    product: str
    required_tier: str
    countries: tuple[str, ...] = ()
    denied_countries: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    highest_risk: RiskLevel = RiskLevel.HIGH


@dataclass(frozen=True)
class PolicyDocument:
    """A text that users accept, in one language, for some countries or all of them."""

    id: str
    version: str
    title: str
    language: str = "en"
    countries: tuple[str, ...] = ()
    text: str = ""
    url: str = ""
    required: bool = True

    @property
    def hash(self) -> str:
        """SHA-256 over what the user is shown, hex."""
        return _hash_of([self.id, self.version, self.title, self.language, self.text, self.url])

    def concerns(self, country: str | None) -> bool:
        """Whether it is for users of this country (ISO 3166 alpha-2, None when not known)."""
        return not self.countries or country in self.countries


@dataclass(frozen=True)
class Retention:
    """How many days each kind of record is kept; `app.domain.retention` says from when it counts.

    With `forget_at_decision` pictures, papers and what was read on them go as soon as a user is
    verified or rejected.
    """

    captures_days: int = 365
    presence_frames_days: int = 365
    readings_days: int = 365
    unfinished_days: int = 30
    proofs_of_address_days: int = 365
    profile_days: int = 1825
    devices_days: int = 365
    links_days: int = 365
    face_templates_days: int = 365
    sessions_days: int = 30
    webhooks_days: int = 90
    forget_at_decision: bool = False


@dataclass(frozen=True)
class Duplicates:
    """What is compared between the users of one partner. `faces` keeps features of every face.

    `documents` compares keyed digests of document numbers, `pictures` those of the documents'
    pictures, `devices` those of the names that apps give their devices.
    `face_false_alarms` is how many one search among strangers may raise on average.
    With `busy_users` more users than that by one document, picture or device within `busy_days`
    are a sign for people; 0 counts nobody.
    """

    faces: bool = False
    face_false_alarms: float = 0.01
    documents: bool = False
    pictures: bool = False
    devices: bool = False
    busy_users: int = 0
    busy_days: int = 7

    @property
    def links(self) -> frozenset[LinkKind]:
        """By what users may be linked."""
        asked = {
            LinkKind.DOCUMENT: self.documents,
            LinkKind.PICTURE: self.pictures,
            LinkKind.DEVICE: self.devices,
            LinkKind.FACE: self.faces,
        }
        return frozenset(kind for kind, is_asked in asked.items() if is_asked)


@dataclass(frozen=True)
class Policy:
    """All rules of one partner. `version` is the author's and only grows."""

    name: str = "standard"
    version: int = 1
    consent_version: str = "2026-11"
    default_tier: str = "standard"
    tiers: tuple[Tier, ...] = ()
    eligibility: tuple[EligibilityRule, ...] = ()
    documents: tuple[PolicyDocument, ...] = ()
    retention: Retention = Retention()
    duplicates: Duplicates = Duplicates()

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of all rules, hex."""
        return _hash_of(asdict(self))

    def tier(self, name: str | None) -> Tier:
        """The tier of this name, the default one for None. Raises DomainError(validation_error)."""
        wanted = self.default_tier if name is None else name
        for tier in self.tiers:
            if tier.name == wanted:
                return tier
        known = ", ".join(tier.name for tier in self.tiers)
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields={"tier": f"Choose one of {known}"})

    def rules_for(self, name: str) -> Tier:
        """The tier of this name; the default one when a newer policy no longer has it."""
        return next((tier for tier in self.tiers if tier.name == name), self.tier(None))

    def documents_for(self, country: str | None, language: str) -> list[PolicyDocument]:
        """One text for each document that concerns the country, in the best language there is.

        Of two in the same language, the one written for the country.
        """
        best: dict[str, PolicyDocument] = {}
        for document in self.documents:
            if not document.concerns(country):
                continue
            found = best.get(document.id)
            if found is None or text_fit(document, language) > text_fit(found, language):
                best[document.id] = document
        return list(best.values())


def text_fit(document: PolicyDocument, language: str) -> tuple[int, bool]:
    """How well a text fits; the greater the better."""
    return language_fit(document, language), bool(document.countries)


def language_fit(document: PolicyDocument, language: str) -> int:
    """3 for the very language, 2 for its kin (pt for pt-BR), 1 for English, 0 for any other."""
    there, wanted = document.language.lower(), language.lower()
    if there == wanted:
        return 3
    if there.split("-", maxsplit=1)[0] == wanted.split("-", maxsplit=1)[0]:
        return 2
    return 1 if there == "en" else 0


def _hash_of(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


_PRIVACY = (
    "We check your identity document and compare your face with its picture. The pictures are"
    " encrypted, used for nothing else, and deleted when the law no longer asks us to keep them."
)
_TERMS = "You confirm that the documents you show are yours and that what you tell us is true."

STANDARD_POLICY = Policy(
    tiers=(
        Tier(name="basic", level=10, steps=(TierStep.DOCUMENT,)),
        Tier(),
        Tier(
            name="enhanced",
            level=30,
            steps=(TierStep.DOCUMENT, TierStep.SELFIE, TierStep.PROOF_OF_ADDRESS),
        ),
    ),
    eligibility=(
        EligibilityRule(product="wallet", required_tier="basic"),
        EligibilityRule(product="card", required_tier="standard"),
        EligibilityRule(
            product="transfer", required_tier="enhanced", highest_risk=RiskLevel.MEDIUM
        ),
    ),
    documents=(
        PolicyDocument("privacy_notice", "2026-11", "Privacy notice", text=_PRIVACY),
        PolicyDocument("terms_of_use", "2026-11", "Terms of use", text=_TERMS),
    ),
)
STANDARD_TIER = STANDARD_POLICY.tier("standard")
