"""Whether a page carries the applicant's address: street and number, postal code, city."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from app.proofing.attribute_validation import Agreement
from app.proofing.paper_text import capital_spellings, foldings, likened, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.proof_of_address import Address
    from app.proofing.paper_text import PaperLine

# Kinds of streets, one spelling each; the abbreviations are those that post offices recommend.
_KINDS = {
    "STREET": "ST", "STR": "ST", "STRASSE": "ST", "STRAAT": "ST", "ROAD": "RD",
    "AVENUE": "AV", "AVE": "AV", "AVENIDA": "AV", "AVDA": "AV", "BOULEVARD": "BD", "BLVD": "BD",
    "LANE": "LN", "DRIVE": "DR", "COURT": "CT", "PLACE": "PL", "PLATZ": "PL", "PLAZA": "PL",
    "PZA": "PL", "PIAZZA": "PL", "PLEIN": "PL", "SQUARE": "SQ", "TERRACE": "TER",
    "CRESCENT": "CRES", "CLOSE": "CL", "GARDENS": "GDNS", "HIGHWAY": "HWY",
    "PARKWAY": "PKWY", "CALLE": "C", "CARRER": "C", "RUE": "R", "RUA": "R", "VIALE": "VLE",
    "CORSO": "CSO", "STRADA": "STR",
    "CHEMIN": "CH", "ALLEE": "AL", "ALLEY": "AL", "IMPASSE": "IMP", "ROUTE": "RTE", "PASEO": "PO",
    "TRAVESSA": "TV", "LARGO": "LGO", "ULICA": "UL", "ALEJA": "AL", "ALEJE": "AL", "OSIEDLE": "OS",
    "WEG": "WEG", "GASSE": "G", "LAAN": "LN", "QUAI": "QY", "QUAY": "QY",
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "SAINT": "ST", "SANKT": "ST",
}  # fmt: skip
_KIND_WORDS = frozenset(_KINDS) | frozenset(_KINDS.values())
_GENERIC = _KIND_WORDS | {
    "DE", "DU", "DES", "DEL", "DELLA", "DA", "DO", "LA", "LE", "LES", "EL", "THE", "OF", "AN", "AM",
    "D", "L", "VIA", "NO", "NR", "NUM", "NUMERO",
}  # fmt: skip
# Written together in German and Dutch: Hauptstrasse, Hauptstr., Hoofdstraat.
_SUFFIX = re.compile(r"(?<=[A-Z]{3})(STRASSE|STRAAT|STR)(?![A-Z])")
_UNIT = re.compile(
    r"\b(APT|APARTMENT|FLAT|UNIT|SUITE|STE|ROOM|WOHNUNG|WHG|APPT|APPARTEMENT|PISO|PTA|PUERTA|"
    r"INTERNO|INT|ANDAR|FRACAO|BUS|M|LOK|FLOOR|FL|STOCK|OG)\b[.:#]?\s*((NO|NR|N)\b[.]?\s*)?"
    r"([A-Z]?\d+[A-Z]?|[A-Z])\b|#\s*\d+[A-Z]?"
)
_BLANK_OR_DASH = "[ -]?"
_TOKEN = re.compile(r"\d+|[A-Z]+")
_MOST_DIGITS = 5
_MOST_WORDS = 6  # of a street's name
_BESIDE = 2  # words that a number may stand away from the street: 12 bis
# What recognisers join to a name: TRIPWIRELANE. Other longer words are other streets.
_MAY_BE_JOINED = frozenset(likened(each) for each in _GENERIC) | {""}
_RANK = {
    Agreement.MATCH: 3, Agreement.PARTIAL_MATCH: 2, Agreement.NO_MATCH: 1, Agreement.NO_DATA: 0,
}  # fmt: skip
# An address of five lines at the usual spacing; its first line may be the street.
_BLOCK_HEIGHTS = 9.0
_LOOKALIKES = {
    "0": "[0O]", "O": "[0O]", "1": "[1IL]", "I": "[1IL]", "L": "[1IL]", "5": "[5S]", "S": "[5S]",
    "6": "[6G]", "G": "[6G]", "8": "[8B]", "B": "[8B]",
}  # fmt: skip
# A street that is spelt this much like the claimed one may be the same, shortened or misread: one
# letter of eight wrong gives 0.875, two swapped of four 0.75. The three streets of the drawn papers
# are like each other by 0.25 at most; it only decides between a person's look and a refusal.
_MAYBE_SIMILAR = 0.72


def address_agreement(
    address: Address | None, lines: Sequence[PaperLine]
) -> tuple[Agreement, dict[str, Agreement]]:
    """The agreement as a whole, and that of `street`, `postal_code` and `city`.

    Match: the street with its number, and near it the postal code (or the city, where no code is
    claimed). Partial: the street with another number or kind, or a name much like it.
    """
    if address is None:
        return Agreement.NO_DATA, {}
    found = [_parts(address, row, lines) for row in rows(lines)]
    # Several addresses stand on a paper: the one that agrees best is the applicant's.
    best = max(found, key=_worth, default={})
    if not best:
        return Agreement.NO_DATA, {}
    return _whole(best), best


def _parts(
    address: Address, row: Sequence[PaperLine], lines: Sequence[PaperLine]
) -> dict[str, Agreement]:
    """How the address agrees with one row and, for the place, with what stands around it."""
    # One line alone, or the whole row: a number far to the right is read as a line of its own.
    alone = [*(each.text for each in row), " ".join(each.text for each in row)]
    texts = [spelt for text in alone for spelt in capital_spellings(text)]
    near = [each.text for each in lines if _is_near(each, row[0])]
    around = [spelt for text in near for spelt in capital_spellings(text)]
    return {
        "street": _street(address.line1, address.line2, texts),
        "postal_code": _code(address.postal_code, around),
        "city": _city(address.city, around),
    }


def _worth(parts: dict[str, Agreement]) -> tuple[int, ...]:
    return (_RANK[_whole(parts)], *(_RANK[each] for each in parts.values()))


def _is_near(line: PaperLine, anchor: PaperLine) -> bool:
    apart = abs(line.middle - anchor.middle)
    return line.page == anchor.page and apart <= _BLOCK_HEIGHTS * anchor.height


def _whole(parts: dict[str, Agreement]) -> Agreement:
    street, code, city = parts["street"], parts["postal_code"], parts["city"]
    place = {code, city} - {Agreement.NO_DATA}
    if street is Agreement.NO_DATA or not place:
        return Agreement.NO_DATA if street in {Agreement.NO_DATA, Agreement.MATCH} else street
    if street is Agreement.NO_MATCH or place == {Agreement.NO_MATCH}:
        return Agreement.NO_MATCH
    is_place_sure = code is Agreement.MATCH or (
        code is Agreement.NO_DATA and city is Agreement.MATCH
    )
    is_sure = street is Agreement.MATCH and is_place_sure
    return Agreement.MATCH if is_sure else Agreement.PARTIAL_MATCH


def _street(line1: str | None, line2: str | None, texts: Sequence[str]) -> Agreement:
    if not line1:
        return Agreement.NO_DATA
    # Some put the house's name first and the street second: the better of the two counts.
    claims = [spelt for line in (line1, line2) if line for spelt in capital_spellings(line)]
    return max((_one_street(claim, texts) for claim in claims), key=_RANK.__getitem__)


def _one_street(claim: str, texts: Sequence[str]) -> Agreement:
    wanted = _Street.of(claim)
    if not wanted.name:
        return Agreement.NO_DATA
    is_near = False
    for text in texts:
        printed = _around(wanted, _TOKEN.findall(_canonical(text)))
        if printed is None:
            is_near = is_near or _is_like(wanted, text)
            continue
        is_near = True
        same_kind = not (wanted.kinds and printed.kinds) or wanted.kinds & printed.kinds
        if wanted.numbers <= printed.numbers and same_kind:
            return Agreement.MATCH
    return Agreement.PARTIAL_MATCH if is_near else Agreement.NO_MATCH


@dataclass(frozen=True, slots=True)
class _Street:
    """The words that tell it from others, joined; its numbers; what kind of street it is."""

    name: str
    numbers: frozenset[str]
    kinds: frozenset[str]

    @classmethod
    def of(cls, text: str) -> _Street:
        tokens = _TOKEN.findall(_canonical(text))
        return cls(_telling(tokens), _numbers(tokens), _kinds(tokens))


def _telling(tokens: Sequence[str]) -> str:
    words = [each for each in tokens if len(each) > 1 and not each.isdigit()]
    return "".join([each for each in words if each not in _GENERIC] or words)


def _kinds(tokens: Sequence[str]) -> frozenset[str]:
    return frozenset(_KINDS.get(each, each) for each in tokens if each in _KIND_WORDS)


def _numbers(tokens: Sequence[str]) -> frozenset[str]:
    found = []
    for place, token in enumerate(tokens):
        if token.isdigit() and len(token) <= _MOST_DIGITS:
            after = tokens[place + 1] if place + 1 < len(tokens) else ""
            is_part = len(after) == 1 and after.isalpha() and after not in "NSEW"
            found.append(f"{int(token)}{after if is_part else ''}")
    return frozenset(found)


def _canonical(text: str) -> str:
    # Papers often leave the flat out, and its number is not the house's.
    return _SUFFIX.sub(" STRASSE ", _UNIT.sub(" ", text))


def _around(wanted: _Street, tokens: Sequence[str]) -> _Street | None:
    """The street of that name in a row, with what stands right beside it; None without it."""
    likened_name = likened(wanted.name)
    for start in range(len(tokens)):
        here = ""
        for end in range(start, min(start + _MOST_WORDS, len(tokens))):
            if tokens[end] in _GENERIC and tokens[end] not in wanted.name:
                continue
            here += likened(tokens[end])
            before, found, after = here.partition(likened_name)
            if found and before + after in _MAY_BE_JOINED:
                near = _neighbourhood(tokens, start, end)
                return _Street(wanted.name, _numbers(near), _kinds(near))
    return None


def _neighbourhood(tokens: Sequence[str], start: int, end: int) -> Sequence[str]:
    """The name with the small words on both sides, and a little more."""
    while start > 0 and tokens[start - 1] in _GENERIC:
        start -= 1
    while end + 1 < len(tokens) and tokens[end + 1] in _GENERIC:
        end += 1
    return tokens[max(0, start - _BESIDE) : end + 1 + _BESIDE]


def _is_like(wanted: _Street, text: str) -> bool:
    other = _Street.of(text)
    if wanted.numbers and not other.numbers:
        return False  # a name much like a street's is no street
    matcher = SequenceMatcher(None, wanted.name, other.name, autojunk=False)
    return matcher.ratio() >= _MAYBE_SIMILAR


def _code(code: str | None, texts: Sequence[str]) -> Agreement:
    wanted = next(iter(foldings(code)), "") if code else ""
    if not wanted:
        return Agreement.NO_DATA
    spelt = _BLANK_OR_DASH.join(_LOOKALIKES.get(each, each) for each in wanted)
    pattern = re.compile(rf"(?<!\d){spelt}(?!\d)")  # not a part of a longer number
    is_here = any(pattern.search(text) for text in texts)
    return Agreement.MATCH if is_here else Agreement.NO_MATCH


def _city(city: str | None, texts: Sequence[str]) -> Agreement:
    names = {each for each in foldings(city) if each} if city else set()
    if not names:
        return Agreement.NO_DATA
    bare = [likened(re.sub(r"[^A-Z0-9]", "", text)) for text in texts]
    is_here = any(likened(name) in text for name in names for text in bare)
    return Agreement.MATCH if is_here else Agreement.NO_MATCH
