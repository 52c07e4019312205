"""Which zones the lines of a band may make, by the layouts of ICAO 9303, and how sure each is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from app.proofing.mrz_lookalikes import is_read_whole, with_proven_lookalikes
from app.standards.icao9303.formats import LAYOUTS, FieldKind
from app.standards.icao9303.parse import MrzParseError, parse_mrz

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.standards.icao9303.formats import MrzFormat
    from app.standards.icao9303.mrz import Mrz
    from app.vision.mrz_emission import MrzEmission
    from app.vision.mrz_reader import MrzText

# From here on, with every line of the right length at once, nothing is gained by another band.
SURE_UNPROVEN_CONFIDENCE = 0.96
# A line without check digits, read less surely than this, may hold wrong letters: another try.
CLEAR_LINE_CONFIDENCE = 0.90
LEAST_READABLE_CONFIDENCE = 0.75  # a line below it could not make a credible zone
# Of a format's line length, how much must have come out before its length is tried: the recogniser
# of all print loses fillers, the project's own does not.
LEAST_SEEN, LEAST_READ = 0.8, 0.9
# Without asking for this of each character, three of the pictures were accepted with A for 0, O for
# 0, M for N: a name has no check digit, and two look-alikes can make up for each other in a number.
SURE_CHARACTER = 0.8
_DIGITS = "0123456789<"
_PRINTED_AS_CHECK_DIGIT = _DIGITS + "ACEFHJKMNPRTVWXY"  # without the letters that look like digits
# No state prints O or Q second; the United States print A1, C1 and C2 on residents' cards.
_SECOND_OF_DOCUMENT_CODE = "ABCDEFGHIJKLMNPRSTUVWXYZ12<"
_OPENS_AS = {"1": "I", "L": "I"}  # the only opening letter with look-alikes


@dataclass(frozen=True, slots=True)
class MrzCandidate:
    """A parsed zone, what it was parsed from, and which lines were read clearly and in full."""

    text: MrzText
    mrz: Mrz
    emissions: Sequence[MrzEmission]
    are_clear: tuple[bool, ...]

    @property
    def is_whole(self) -> bool:
        return all(self.are_clear)

    @property
    def is_settled(self) -> bool:
        is_sure = self.text.confidence > SURE_UNPROVEN_CONFIDENCE
        return self.is_whole and (self.mrz.is_valid or is_sure)

    @property
    def rank(self) -> float:
        length = len(self.mrz.lines[0])
        miscounted = max(abs(len(line) - length) for line in self.text.raw_lines) / length
        bonus = (10 if self.mrz.is_valid else 0) + (1 if self.is_whole else 0)
        return self.text.confidence - miscounted + bonus


def best_candidate(text: MrzText) -> MrzCandidate | None:
    """The zone that the text most likely is, None when no layout fits it.

    Text of which some was left out counts only where the check digits prove what is left; the
    first 36 characters of a line that may go on never: of a long visa they make a short one.
    """
    if text.may_go_on:
        return None
    found = (each for each in _candidates(text) if each.mrz.is_valid or not text.is_trimmed)
    return better_of(*found)


def better_of(*found: MrzCandidate | None) -> MrzCandidate | None:
    """The one of highest rank, None when there is none."""
    return max((each for each in found if each), key=lambda each: each.rank, default=None)


def _candidates(text: MrzText) -> Iterator[MrzCandidate]:
    """Parsed zones of each layout that fits."""
    for emissions in _line_choices(text.emissions):
        raw = [emission.free_text() for emission in emissions]
        if min(emission.confidence() for emission in emissions) < LEAST_READABLE_CONFIDENCE:
            continue
        for fmt, layout in LAYOUTS.items():
            least = LEAST_SEEN if text.is_second_opinion else LEAST_READ
            if layout.line_count != len(emissions) or not _may_be(raw, fmt, least):
                continue
            mrz = _best_parse(emissions, fmt)
            if mrz is not None:
                are_clear = tuple(
                    _is_clear(emission, line, is_own=not text.is_second_opinion)
                    for emission, line in zip(emissions, mrz.lines, strict=True)
                )
                yield MrzCandidate(text, mrz, emissions, are_clear)


def _is_clear(emission: MrzEmission, line: str, *, is_own: bool) -> bool:
    """Whether the line is read in full and nothing in it is doubtful.

    Check digits alone do not settle doubts: they cannot tell characters apart whose values are
    equal modulo 10, as A and 0, nor two look-alikes that make up for each other.
    """
    raw = emission.free_text()
    if emission.confidence() < CLEAR_LINE_CONFIDENCE or not is_read_whole([raw], [line]):
        return False
    # The recogniser of all print miscounts fillers, and says nothing of single characters.
    if not is_own:
        return True
    weakest = float(emission.character_confidences().min())
    return len(raw) == len(line) and weakest >= SURE_CHARACTER


def _best_parse(emissions: Sequence[MrzEmission], fmt: MrzFormat) -> Mrz | None:
    # A check digit that is no digit is a fault of the paper, but only if a digit there, where the
    # picture allows one, does not hold.
    parsed = None
    length = LAYOUTS[fmt].line_length
    is_counted = all(abs(len(each.free_text()) - length) <= 2 for each in emissions)
    for check_alphabet in (_DIGITS, _PRINTED_AS_CHECK_DIGIT)[: 1 + is_counted]:
        alphabets = [_alphabets(fmt, line, check_alphabet) for line in range(len(emissions))]
        lines = [
            emission.fixed_text(each)[0]
            for emission, each in zip(emissions, alphabets, strict=True)
        ]
        lines = with_proven_lookalikes(_with_german_states(lines, fmt), emissions, fmt)
        parsed = parsed_as(lines, fmt) or parsed
        if parsed is not None and parsed.is_valid:
            break
    return parsed


def _with_german_states(lines: list[str], fmt: MrzFormat) -> list[str]:
    """The lines with `D` where a state of the one letter `O` was read: there is no such state."""
    settled = list(lines)
    for name in ("issuing_state", "nationality"):
        span = LAYOUTS[fmt].span(name)
        if span is not None and span.of(settled) == "O<<":
            line = settled[span.line]
            settled[span.line] = f"{line[: span.start]}D{line[span.start + 1 :]}"
    return settled


def _line_choices(emissions: Sequence[MrzEmission]) -> list[Sequence[MrzEmission]]:
    # A line of print above a two-line zone may have been taken for its first line.
    if len(emissions) == 3:
        return [emissions, emissions[1:], emissions[:2]]
    return [emissions]


def _may_be(raw: Sequence[str], fmt: MrzFormat, least: float) -> bool:
    length = LAYOUTS[fmt].line_length
    longest, shortest = max(map(len, raw)), min(map(len, raw))
    return least * length <= longest <= length + 4 and shortest >= (least - 0.2) * length


@cache
def _alphabets(fmt: MrzFormat, line: int, check_digits: str) -> tuple[str, ...]:
    """What may stand at each place of one line, as far as the recogniser can tell it apart."""
    layout = LAYOUTS[fmt]
    alphabets = [FieldKind.ALPHANUMERIC.alphabet] * layout.line_length
    for each in layout.fields_of_line(line):
        for position in range(each.span.start, each.span.end):
            alphabets[position] = (
                check_digits if each.kind is FieldKind.CHECK_DIGIT else each.kind.alphabet
            )
    if line == 0:
        # Not pinned to the format's own letter: a passport must never be read into a visa, whose
        # fewer check digits might then all hold.
        alphabets[0] = FieldKind.ALPHANUMERIC.alphabet
        alphabets[1] = _SECOND_OF_DOCUMENT_CODE
    return tuple(alphabets)


def parsed_as(lines: Sequence[str], fmt: MrzFormat) -> Mrz | None:
    """The lines as a zone of that format, None when they are none."""
    if not all(lines):
        return None
    try:
        mrz = parse_mrz([_OPENS_AS.get(lines[0][0], lines[0][0]) + lines[0][1:], *lines[1:]])
    except MrzParseError:
        return None
    return mrz if mrz.format is fmt else None
