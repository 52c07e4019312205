"""From the printed lines of a side to attributes: by their labels, or by values known elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from app.proofing.attributes import Attribute, AttributeName, Zone
from app.proofing.name_forms import compact, name_words
from app.proofing.printed_dates import dates_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from app.vision.text import TextLine

_N = AttributeName
# Printed labels, without accents and blanks, as recognisers often drop both.
# The first that fits a line decides: "Given names" before the names that contain it.
_LABEL_WORDS: dict[AttributeName, tuple[str, ...]] = {
    _N.GIVEN_NAMES: (
        "GIVENNAME", "FORENAME", "FIRSTNAME", "PRENOM", "VORNAME", "NOMBRES?$", "SECONDARYIDENT",
        "OTHERNAMES",
    ),
    _N.DATE_OF_BIRTH: (
        "DATEOFBIRTH", "BIRTHDATE", "DATEDENAIS", "NEELE", "GEBURTSDAT", "GEBURTSTAG",
        "FECHADENAC", "DATADINASC", "^3?DOB",
    ),
    _N.DATE_OF_EXPIRY: (
        "EXPIR", "VALIDUNTIL", "VALIDA?HASTA", "VALIDTHRU", "GULTIGBIS", "DATEOFEXP", "^4B?EXP",
        "SCADENZA",
    ),
    _N.DATE_OF_ISSUE: (
        "DATEOFISSUE", "DATEISSUED", "DELIVRELE", "DATEDEDELIV", "AUSSTELLUNGSDAT",
        "FECHADEEXPED", "^4A?ISS",
    ),
    _N.DOCUMENT_NUMBER: (
        "PASSPORTN", "DOCUMENTN", "DOCN", "CARDN", "LICEN[CS]EN", "^4DLIC", "NUMERODEDOC",
        "DUPASSEPORT", "AUSWEISN", "^4?DLN", "IDENTITYNO",
    ),
    _N.FAMILY_NAME: (
        "SURNAME", "FAMILYNAME", "LASTNAME", "^NOM$", "NAME/NOM", "^NAMENOM", "PRIMERAPELLIDO",
        "APELLIDOS", "PRIMARYIDENT", "FAMILIENNAME", "^NACHNAME",
    ),
    _N.NATIONALITY: ("NATIONALIT", "STAATSANG", "NACIONALIDAD", "CITTADINANZA"),
    _N.SEX: ("^1?5?SEX", "^GESCHLECHT", "SEXE$", "^SEXO"),
}  # fmt: skip
_LABELS = {name: re.compile("|".join(words)) for name, words in _LABEL_WORDS.items()}
_OTHER_LABELS = re.compile(
    r"PLACEOF|LIEUDE|PERSONALN|AUTHORIT|AUTORITE|HEIGHT|TAILLE|ADDRESS|ADRESSE|SIGNATURE|TYPE|CODEOF|"
    r"RESTRICTION|CLASS|EYES|ORGANDONOR|BEHORDE|GROSSE|DISCRIMINATOR|PROFESSION"
)
_NUMBERED = {
    "1": _N.FAMILY_NAME, "2": _N.GIVEN_NAMES, "3": _N.DATE_OF_BIRTH, "4A": _N.DATE_OF_ISSUE,
    "4B": _N.DATE_OF_EXPIRY, "4D": _N.DOCUMENT_NUMBER, "5": _N.DOCUMENT_NUMBER,
}  # fmt: skip
_NUMBERED_LINE = re.compile(r"^\s*(1|2|3|4\s?[aA]|4\s?[bB]|4\s?[dD]|5)\s?[.,]\s*(\S.*)$")
_MAX_LABEL_CHARACTERS = 40
_LEAST_NUMBERED = 3
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9\-/ ]{3,18}[A-Z0-9]")
_MAX_GAP_HEIGHTS = 2.6
_MAX_INDENT_HEIGHTS = 2.5


def visual_attributes(
    lines: Sequence[TextLine], known: Iterable[Attribute], today: date
) -> list[Attribute]:
    """What the printed text says, at most one attribute of each name.

    A label decides first. An attribute without a readable label is taken when its value from
    another zone (`known`) stands in the text; such a find can confirm, never contradict.
    """
    found = {each.name: each for each in (*_by_number(lines, today), *_by_label(lines, today))}
    for attribute in known:
        if attribute.name in found:
            continue
        line = _line_with(attribute, lines, today)
        if line is not None:
            found[attribute.name] = replace(
                attribute, zone=Zone.VIZ, confidence=line.confidence, quad=line.quad,
                is_truncated=False,
            )  # fmt: skip
    return list(found.values())


def is_label(text: str) -> bool:
    """Whether a line is the printed name of an attribute, of those that are read or not."""
    is_short = len(text) <= _MAX_LABEL_CHARACTERS
    return is_short and (_label_of(text) is not None or _is_other_label(text))


def _by_label(lines: Sequence[TextLine], today: date) -> list[Attribute]:
    found: dict[AttributeName, Attribute] = {}
    labels = {id(line): _label_of(line.text) for line in lines}
    for line in lines:
        name = labels[id(line)]
        if name is None or name in found:
            continue
        for below in _lines_below(line, lines):
            if labels[id(below)] is not None or _is_other_label(below.text):
                continue
            value = _value(name, below.text, today)
            if value:
                found[name] = Attribute(name, Zone.VIZ, value, below.confidence, below.quad)
            break
    return list(found.values())


def _by_number(lines: Sequence[TextLine], today: date) -> list[Attribute]:
    """The numbered fields of licences on the European model (Directive 2006/126/EC, annex I)."""
    matches = [(line, _NUMBERED_LINE.match(line.text)) for line in lines]
    numbered = [
        (line, match.group(1).replace(" ", "").upper(), match.group(2))
        for line, match in matches
        if match and _label_of(match.group(2)) is None and not _is_other_label(match.group(2))
    ]
    if len({number for _, number, _ in numbered}) < _LEAST_NUMBERED:
        return []
    found = []
    for line, number, text in numbered:
        value = _value(_NUMBERED[number], text, today)
        if value:
            found.append(Attribute(_NUMBERED[number], Zone.VIZ, value, line.confidence, line.quad))
    return found


def _label_of(text: str) -> AttributeName | None:
    bare = compact(text, keep="/")
    return next((name for name, pattern in _LABELS.items() if pattern.search(bare)), None)


def _is_other_label(text: str) -> bool:
    return _OTHER_LABELS.search(compact(text)) is not None


def _lines_below(label: TextLine, lines: Sequence[TextLine]) -> list[TextLine]:
    left, bottom = float(label.quad[0][0]), float(label.quad[3][1])
    height = float(label.quad[3][1] - label.quad[0][1])

    def gap(line: TextLine) -> float:
        return float(line.quad[0][1]) - bottom

    near = [
        line
        for line in lines
        if line is not label
        and -0.6 * height <= gap(line) <= _MAX_GAP_HEIGHTS * height
        and abs(float(line.quad[0][0]) - left) <= _MAX_INDENT_HEIGHTS * height
    ]
    return sorted(near, key=gap)


def _value(name: AttributeName, text: str, today: date) -> str | None:
    """The printed text as a value of that attribute, None when it cannot be one."""
    text = text.strip(" .:;,_-")
    if name in {_N.DATE_OF_BIRTH, _N.DATE_OF_EXPIRY, _N.DATE_OF_ISSUE}:
        days = dates_in(text, today, lies_ahead=name is _N.DATE_OF_EXPIRY)
        return days[0].isoformat() if days else None
    if name is _N.DOCUMENT_NUMBER:
        match = _NUMBER.search(text.upper())
        has_digit = match is not None and any(each.isdigit() for each in match.group())
        return compact(match.group()) if match and has_digit else None
    if name is _N.SEX:
        first = text[:1].upper()
        return (
            {"W": "F", "H": "M"}.get(first, first) if first in "MFXWH" and len(text) <= 3 else None
        )
    letters = sum(each.isalpha() for each in text)
    return text.upper() if letters >= 2 and not any(each.isdigit() for each in text) else None


def _line_with(known: Attribute, lines: Sequence[TextLine], today: date) -> TextLine | None:
    if known.name in {_N.SEX, _N.ISSUING_STATE, _N.NATIONALITY}:
        return None  # too short to be found by chance-free search
    for line in lines:
        if known.name in {_N.DATE_OF_BIRTH, _N.DATE_OF_EXPIRY, _N.DATE_OF_ISSUE}:
            ahead = known.name is _N.DATE_OF_EXPIRY
            days = dates_in(line.text, today, lies_ahead=ahead)
            is_here = known.value in {day.isoformat() for day in days}
        elif known.name is _N.DOCUMENT_NUMBER:
            is_here = compact(known.value) in compact(line.text)
        else:
            words = name_words(known.value)
            is_here = bool(words) and words <= name_words(line.text)
        if is_here:
            return line
    return None
