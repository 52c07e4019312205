"""A policy written as the file that it is read from, every key explained where it comes first."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from app.domain.policy import Policy

_HEAD = """\
# A policy: the rules by which one partner's users are verified. TOML.
# Check it with `kyc policy check FILE`, see what it would change with
# `kyc policy diff PARTNER_ID FILE`, and put it in force with `kyc policy activate PARTNER_ID FILE`.
"""
_EXPLAINED = {
    "name": "What you call this policy.",
    "version": "Yours to count up: a file is activated only when its version has grown.",
    "consent_version": "The version of the consent text; users agree anew once it changes.",
    "default_tier": "The tier of a client token that names none.",
    "tiers": "A tier says what a user must show. A higher tier includes those below it.",
    "tiers.level": "Unique, 1 to 1000. Whoever holds a level holds those below it.",
    "tiers.steps": "document, selfie, proof_of_address; a higher tier asks for no less.",
    "tiers.document_types": "passport, id_card, drivers_license.",
    "tiers.allowed_states": "Issuing states of three letters; empty: every state.",
    "tiers.denied_states": "Issuing states whose documents are never taken.",
    "tiers.minimum_age_years": "Younger holders are rejected.",
    "tiers.max_attempts": "Submissions before a failure is a rejection.",
    "tiers.cool_down_s": (
        "Seconds from a rejection until the user may begin again; 0: only when you allow it."
    ),
    "tiers.max_captures": "Pictures of documents that one run takes, and papers a day.",
    "tiers.max_presence_challenges": "Presence challenges an attempt.",
    "tiers.presence_without_turns": (
        "true: who cannot turn the head may just look into the camera, and a person decides."
    ),
    "tiers.presence_light": (
        "true: the screen shows soft colours that the face must give back; who wants none is left"
        " to people."
    ),
    "tiers.verified_for_days": "How long a verification holds, if the document does not end first.",
    "tiers.expected_decision_s": "How soon users are told to expect the decision.",
    "tiers.review_unclear": "true: people decide what the machine cannot; false: a retry.",
    "tiers.review_risk_levels": "Users of these levels (low, medium, high) are left to people.",
    "tiers.proof_of_address_max_age_days": "How old a proof of address may be.",
    "tiers.thresholds": "Moves a measured operating point; empty: all as measured.",
    "eligibility": (
        "Who may use a product. The first rule that offers it in the user's country and currency"
        " decides."
    ),
    "eligibility.product": "Your name of the product.",
    "eligibility.required_tier": "The lowest tier that opens it.",
    "eligibility.countries": "ISO 3166 codes of two letters; empty: every country.",
    "eligibility.denied_countries": "Taken out of the countries above.",
    "eligibility.currencies": "ISO 4217 codes; empty: every currency.",
    "eligibility.highest_risk": "Users of a higher risk level are refused.",
    "documents": "Texts that users accept; one table for each language.",
    "documents.id": "The same in every language and version.",
    "documents.version": "Users accept anew once it changes.",
    "documents.title": "What the text is called.",
    "documents.language": "Such as en or pt-BR; English is shown where there is no other.",
    "documents.countries": "For whose users; empty: for all.",
    "documents.text": "The text itself, or instead of it `url`, its https address.",
    "documents.url": "Where the text stands.",
    "documents.required": "Whether users must accept it.",
    "retention": "Days that each kind of record is kept; what is older is destroyed every hour.",
    "retention.captures_days": "Pictures of documents and selfies, from the decision on.",
    "retention.presence_frames_days": "Frames of the presence challenge, from the decision on.",
    "retention.readings_days": (
        "What was read on documents, and reviewers' notes, from the decision on."
    ),
    "retention.unfinished_days": "Pictures of a run never handed in, from the last picture on.",
    "retention.proofs_of_address_days": "Proofs of address, from their decision on.",
    "retention.profile_days": (
        "What you told of the user and digests of document numbers, from the last decision on."
    ),
    "retention.devices_days": "Digests of devices, from when they were last seen.",
    "retention.links_days": (
        "Digests by which users are linked, and the links, from when they were last seen."
    ),
    "retention.face_templates_days": "Features of faces, from when the face was last seen.",
    "retention.sessions_days": "Openings of the widget and their launch codes, from their end on.",
    "retention.webhooks_days": "Events, and what came of telling you.",
    "retention.forget_at_decision": (
        "true: pictures, papers and readings go as soon as a user is verified or rejected."
    ),
    "duplicates": "What is compared between your users.",
    "duplicates.faces": (
        "true: features of every live face are kept, and who resembles another user is left to"
        " people."
    ),
    "duplicates.documents": (
        "true: who shows the document of another user that was verified is left to a person."
    ),
    "duplicates.pictures": (
        "true: who hands in the picture that another user handed in is left to a person."
    ),
    "duplicates.devices": (
        "true: reviewers see who else was seen on the device that your app names."
    ),
    "duplicates.busy_users": (
        "More users than this by one document, picture or device are left to a person; 0: any"
        " number."
    ),
    "duplicates.busy_days": "How many days back those users count.",
    "duplicates.face_false_alarms": (
        "How many false alarms a search may raise on average; fewer alarms find fewer duplicates."
    ),
}


def policy_text(policy: Policy) -> str:
    """The TOML file of a policy, with comments; reading it gives the same policy again."""
    return "\n".join([_HEAD, *_lines(asdict(policy))]) + "\n"


def _lines(values: Mapping[str, object]) -> Iterator[str]:
    explained: set[str] = set()
    tables = ("tiers", "eligibility", "documents", "retention", "duplicates")
    yield from _pairs("", {k: v for k, v in values.items() if k not in tables}, explained)
    for name in tables:
        yield f"\n# {_EXPLAINED[name]}"
        value = values[name]
        if isinstance(value, Mapping):
            yield f"[{name}]"
            yield from _pairs(f"{name}.", value, explained)
        elif isinstance(value, tuple):
            for table in value:
                yield from _table(name, table, explained)


def _table(name: str, table: Mapping[str, object], explained: set[str]) -> Iterator[str]:
    if name == "tiers":
        table = dict(table)
        yield f"\n[tiers.{table.pop('name')}]"
    else:
        yield f"\n[[{name}]]"
    yield from _pairs(f"{name}.", table, explained)


def _pairs(prefix: str, table: Mapping[str, object], explained: set[str]) -> Iterator[str]:
    for key, value in table.items():
        # A document has a text or an address; what it lacks cannot be written as an empty one.
        if value == "":
            continue
        path = f"{prefix}{key}"
        if path not in explained:
            explained.add(path)
            yield f"# {_EXPLAINED[path]}"
        yield f"{key} = {_written(value)}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {_written(each)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return str(value)


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's too, but for the one control character that JSON leaves alone.
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
