"""From the lines of a machine readable zone to what they say."""

import re
from collections.abc import Sequence
from typing import Final

from app.standards.icao9303.check_digit import FILLER, check_digit
from app.standards.icao9303.dates import MrzDate
from app.standards.icao9303.formats import (
    FORMATS_WITH_LONG_NUMBERS,
    LAYOUTS,
    CheckDigitRule,
    Layout,
    MrzFormat,
    Span,
)
from app.standards.icao9303.mrz import CheckDigit, Mrz

_OUTSIDE_ALPHABET: Final = re.compile(r"[^A-Z0-9<]")


class MrzParseError(ValueError):
    """The lines are no zone of a known format; says where, never what was there.

    `code`: line_count, line_length, illegal_character, unknown_document_code or
    wrong_character_type. `line` and `position` count from 0; None when the whole is meant.
    """

    def __init__(self, code: str, line: int | None = None, position: int | None = None) -> None:
        super().__init__(f"{code} at line {line}, position {position}")
        self.code = code
        self.line = line
        self.position = position


def parse_mrz(lines: Sequence[str]) -> Mrz:
    """Return what the zone says; wrong check digits are reported in it, not raised.

    Raises: MrzParseError when the lines fit no format or a field holds what it cannot hold.
    """
    fmt = detect_format(lines)
    layout = LAYOUTS[fmt]
    _refuse_wrong_types(lines, layout)
    number, number_check, optional_data = _document_number(lines, fmt)
    primary, secondary = _names(lines, layout)
    expiry = _text(lines, layout.span("date_of_expiry"))
    others = layout.check_digits[1:]  # the first one is always the document number's
    return Mrz(
        format=fmt,
        lines=tuple(lines),
        document_code=_text(lines, layout.span("document_code")).rstrip(FILLER),
        issuing_state=(state := _text(lines, layout.span("issuing_state")).rstrip(FILLER)),
        primary_identifier=primary,
        secondary_identifier=secondary,
        document_number=number,
        nationality=_text(lines, layout.span("nationality"), state).rstrip(FILLER),
        date_of_birth=MrzDate(_text(lines, layout.span("date_of_birth"))),
        sex=_text(lines, layout.span("sex")),
        date_of_expiry=MrzDate(expiry) if expiry else None,
        optional_data=optional_data,
        second_optional_data=_text(lines, layout.span("second_optional_data")).rstrip(FILLER),
        check_digits=(number_check, *(evaluate(lines, rule) for rule in others)),
        name_is_truncated=_is_truncated(lines, layout),
    )


def detect_format(lines: Sequence[str]) -> MrzFormat:
    """Return the format that line count, line length and document code tell.

    Raises: MrzParseError when no format fits.
    """
    sizes = [layout for layout in LAYOUTS.values() if layout.line_count == len(lines)]
    if not sizes:
        raise MrzParseError("line_count")
    for number, line in enumerate(lines):
        if found := _OUTSIDE_ALPHABET.search(line):
            raise MrzParseError("illegal_character", number, found.start())
        if len(line) != len(lines[0]) or len(line) not in {size.line_length for size in sizes}:
            raise MrzParseError("line_length", number, len(line))
    fitting = [
        (len(prefix), fmt)
        for fmt, layout in LAYOUTS.items()
        if (layout.line_count, layout.line_length) == (len(lines), len(lines[0]))
        for prefix in layout.code_prefixes
        if lines[0].startswith(prefix)
    ]
    if not fitting:
        raise MrzParseError("unknown_document_code", 0, 0)
    return max(fitting)[1]  # the longest prefix is the most specific: IDFRA before I


def evaluate(lines: Sequence[str], rule: CheckDigitRule) -> CheckDigit:
    """Return the check digit of one rule, printed and computed."""
    covered = "".join(span.of(lines) for span in rule.covers)
    return _compare(rule.name, rule.printed_at.of(lines), covered, rule.may_be_filler)


def _compare(name: str, printed: str, covered: str, may_be_filler: bool) -> CheckDigit:
    computed = check_digit(covered)
    is_empty = may_be_filler and printed == FILLER and not covered.strip(FILLER)
    return CheckDigit(name, printed, computed, is_valid=printed == computed or is_empty)


def _refuse_wrong_types(lines: Sequence[str], layout: Layout) -> None:
    for number, line in enumerate(lines):
        for field in layout.fields_of_line(number):
            for position in range(field.span.start, field.span.end):
                if line[position] not in field.kind.alphabet:
                    raise MrzParseError("wrong_character_type", number, position)


def _text(lines: Sequence[str], span: Span | None, default: str = "") -> str:
    return span.of(lines) if span else default


def _document_number(lines: Sequence[str], fmt: MrzFormat) -> tuple[str, CheckDigit, str]:
    layout = LAYOUTS[fmt]
    rule = layout.check_digits[0]
    number, printed = rule.covers[0].of(lines), rule.printed_at.of(lines)
    optional_data = _text(lines, layout.span("optional_data")).rstrip(FILLER)
    rest, _, remainder = optional_data.partition(FILLER)
    # A filler in place of the check digit says that the number goes on in the optional data, where
    # its last character before the next filler is the check digit.
    if printed == FILLER and rest and fmt in FORMATS_WITH_LONG_NUMBERS:
        number, printed, optional_data = number + rest[:-1], rest[-1], remainder
    digit = _compare(rule.name, printed, number, may_be_filler=False)
    return number.strip(FILLER), digit, optional_data


def _names(lines: Sequence[str], layout: Layout) -> tuple[str, str]:
    if names := layout.span("names"):
        primary, _, secondary = names.of(lines).partition(2 * FILLER)
    else:
        primary = _text(lines, layout.span("primary_identifier"))
        secondary = _text(lines, layout.span("secondary_identifier"))
    return _words(primary), _words(secondary)


def _words(identifier: str) -> str:
    return " ".join(identifier.replace(FILLER, " ").split())


def _is_truncated(lines: Sequence[str], layout: Layout) -> bool:
    # A letter in the last position says that the name was, or may have been, cut.
    spans = map(layout.span, ("names", "primary_identifier", "secondary_identifier"))
    return any(span.of(lines)[-1] != FILLER for span in spans if span)
