"""The layouts of machine readable zones, as data.

Source: ICAO Doc 9303 parts 4 (TD3), 5 (TD1), 6 (TD2) and 7 (MRV-A, MRV-B); FRENCH_ID is the French
national identity card of 1988, which has two lines of 36 but a layout of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from string import ascii_uppercase, digits
from types import MappingProxyType
from typing import Final


@unique
class MrzFormat(StrEnum):
    """The formats that we read and build."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV_A"
    MRV_B = "MRV_B"
    FRENCH_ID = "FRENCH_ID"


@unique
class FieldKind(StrEnum):
    """What a field holds. No format has a field of digits alone but its dates."""

    DOCUMENT_CODE = "document_code"
    ALPHA = "alpha"
    ALPHANUMERIC = "alphanumeric"
    SEX = "sex"
    DATE = "date"
    CHECK_DIGIT = "check_digit"

    @property
    def alphabet(self) -> str:
        """Return the characters that the field may hold."""
        return _ALPHABETS[self]


# Check digits are digits, but what is printed there is what has to be judged, letters included.
_ALPHABETS: Final = MappingProxyType(
    {
        FieldKind.DOCUMENT_CODE: ascii_uppercase + digits + "<",
        FieldKind.ALPHA: ascii_uppercase + "<",
        FieldKind.ALPHANUMERIC: ascii_uppercase + digits + "<",
        FieldKind.SEX: "MFX<",
        FieldKind.DATE: digits + "<",
        FieldKind.CHECK_DIGIT: ascii_uppercase + digits + "<",
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of one line, all counted from 0."""

    line: int
    start: int
    end: int

    def of(self, lines: Sequence[str]) -> str:
        """Return the characters that the span covers."""
        return lines[self.line][self.start : self.end]


@dataclass(frozen=True, slots=True)
class Field:
    """A named span and what it may hold."""

    name: str
    span: Span
    kind: FieldKind


@dataclass(frozen=True, slots=True)
class CheckDigitRule:
    """Where a check digit is printed and which spans it covers, in order."""

    name: str
    printed_at: Span
    covers: tuple[Span, ...]
    may_be_filler: bool = False  # when all that it covers is filler


@dataclass(frozen=True, slots=True)
class Layout:
    """One format: its size, the document codes it opens with, its fields and check digits."""

    line_count: int
    line_length: int
    code_prefixes: tuple[str, ...]
    fields: tuple[Field, ...]
    check_digits: tuple[CheckDigitRule, ...]

    def span(self, name: str) -> Span | None:
        """Return the span of the named field, None when the format has no such field."""
        return next((field.span for field in self.fields if field.name == name), None)

    def fields_of_line(self, line: int) -> list[Field]:
        """Return the fields of one line from left to right, check digits among them."""
        printed = [
            Field(f"{rule.name}_check_digit", rule.printed_at, FieldKind.CHECK_DIGIT)
            for rule in self.check_digits
        ]
        found = [field for field in (*self.fields, *printed) if field.span.line == line]
        return sorted(found, key=lambda field: field.span.start)


def _field(name: str, line: int, start: int, end: int, kind: FieldKind) -> Field:
    return Field(name, Span(line, start, end), kind)


def _check(
    name: str, line: int, at: int, *covers: tuple[int, int, int], may_be_filler: bool = False
) -> CheckDigitRule:
    spans = tuple(Span(*cover) for cover in covers)
    return CheckDigitRule(name, Span(line, at, at + 1), spans, may_be_filler)


def _two_line_fields(length: int, optional_end: int) -> tuple[Field, ...]:
    return (
        _field("document_code", 0, 0, 2, FieldKind.DOCUMENT_CODE),
        _field("issuing_state", 0, 2, 5, FieldKind.ALPHA),
        _field("names", 0, 5, length, FieldKind.ALPHA),
        _field("document_number", 1, 0, 9, FieldKind.ALPHANUMERIC),
        _field("nationality", 1, 10, 13, FieldKind.ALPHA),
        _field("date_of_birth", 1, 13, 19, FieldKind.DATE),
        _field("sex", 1, 20, 21, FieldKind.SEX),
        _field("date_of_expiry", 1, 21, 27, FieldKind.DATE),
        _field("optional_data", 1, 28, optional_end, FieldKind.ALPHANUMERIC),
    )


_TWO_LINE_CHECKS: Final = (
    _check("document_number", 1, 9, (1, 0, 9)),
    _check("date_of_birth", 1, 19, (1, 13, 19)),
    _check("date_of_expiry", 1, 27, (1, 21, 27)),
)

_TD1: Final = Layout(
    line_count=3,
    line_length=30,
    code_prefixes=("A", "C", "I"),
    fields=(
        _field("document_code", 0, 0, 2, FieldKind.DOCUMENT_CODE),
        _field("issuing_state", 0, 2, 5, FieldKind.ALPHA),
        _field("document_number", 0, 5, 14, FieldKind.ALPHANUMERIC),
        _field("optional_data", 0, 15, 30, FieldKind.ALPHANUMERIC),
        _field("date_of_birth", 1, 0, 6, FieldKind.DATE),
        _field("sex", 1, 7, 8, FieldKind.SEX),
        _field("date_of_expiry", 1, 8, 14, FieldKind.DATE),
        _field("nationality", 1, 15, 18, FieldKind.ALPHA),
        _field("second_optional_data", 1, 18, 29, FieldKind.ALPHANUMERIC),
        _field("names", 2, 0, 30, FieldKind.ALPHA),
    ),
    check_digits=(
        _check("document_number", 0, 14, (0, 5, 14)),
        _check("date_of_birth", 1, 6, (1, 0, 6)),
        _check("date_of_expiry", 1, 14, (1, 8, 14)),
        _check("composite", 1, 29, (0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    ),
)

_TD2: Final = Layout(
    line_count=2,
    line_length=36,
    code_prefixes=("A", "C", "I", "P"),  # P: specimens and passport cards print it on TD2 too
    fields=_two_line_fields(36, 35),
    check_digits=(
        *_TWO_LINE_CHECKS,
        _check("composite", 1, 35, (1, 0, 10), (1, 13, 20), (1, 21, 35)),
    ),
)

_TD3: Final = Layout(
    line_count=2,
    line_length=44,
    code_prefixes=("P",),
    fields=_two_line_fields(44, 42),
    check_digits=(
        *_TWO_LINE_CHECKS,
        _check("optional_data", 1, 42, (1, 28, 42), may_be_filler=True),
        _check("composite", 1, 43, (1, 0, 10), (1, 13, 20), (1, 21, 43)),
    ),
)

_MRV_A: Final = Layout(2, 44, ("V",), _two_line_fields(44, 44), _TWO_LINE_CHECKS)
_MRV_B: Final = Layout(2, 36, ("V",), _two_line_fields(36, 36), _TWO_LINE_CHECKS)

_FRENCH_ID: Final = Layout(
    line_count=2,
    line_length=36,
    code_prefixes=("IDFRA",),
    fields=(
        _field("document_code", 0, 0, 2, FieldKind.DOCUMENT_CODE),
        _field("issuing_state", 0, 2, 5, FieldKind.ALPHA),
        _field("primary_identifier", 0, 5, 30, FieldKind.ALPHA),
        _field("optional_data", 0, 30, 36, FieldKind.ALPHANUMERIC),  # department and office
        _field("document_number", 1, 0, 12, FieldKind.ALPHANUMERIC),
        _field("secondary_identifier", 1, 13, 27, FieldKind.ALPHA),
        _field("date_of_birth", 1, 27, 33, FieldKind.DATE),
        _field("sex", 1, 34, 35, FieldKind.SEX),
    ),
    check_digits=(
        _check("document_number", 1, 12, (1, 0, 12)),
        _check("date_of_birth", 1, 33, (1, 27, 33)),
        _check("composite", 1, 35, (0, 0, 36), (1, 0, 35)),
    ),
)

LAYOUTS: Final[Mapping[MrzFormat, Layout]] = MappingProxyType(
    {
        MrzFormat.TD1: _TD1,
        MrzFormat.TD2: _TD2,
        MrzFormat.TD3: _TD3,
        MrzFormat.MRV_A: _MRV_A,
        MrzFormat.MRV_B: _MRV_B,
        MrzFormat.FRENCH_ID: _FRENCH_ID,
    }
)

# Formats whose document numbers may run on from the number field into the optional data
# (Doc 9303 parts 5 and 6, note on document numbers of more than nine characters).
FORMATS_WITH_LONG_NUMBERS: Final = frozenset({MrzFormat.TD1, MrzFormat.TD2})
