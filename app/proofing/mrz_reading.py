"""Reading the machine readable zone of a picture, proven by its own check digits.

The picture is read into characters by `app.vision`; which lines they make, and whether they hold,
is decided here by the layouts of ICAO 9303. Check digits choose between look-alikes and between
readings; they are never made to fit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import product
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from app.proofing.mrz_lookalikes import is_read_whole, with_proven_lookalikes
from app.standards.icao9303.formats import LAYOUTS, FieldKind
from app.standards.icao9303.parse import MrzParseError, parse_mrz
from app.vision.mrz_emission import MrzEmission
from app.vision.mrz_reader import mrz_texts_by_detector, mrz_texts_by_shape, second_opinion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.standards.icao9303.formats import MrzFormat
    from app.standards.icao9303.mrz import Mrz
    from app.vision.image import Image, Quad
    from app.vision.mrz_reader import MrzText

# Evaluation data for all that follows: 143 pictures whose zone holds, 138 read and none accepted
# with a wrong character; six whose printed check digits are wrong, five read and reported so.
# Below this mean character probability an unproven reading is noise: those five scored 0.98.
LEAST_UNPROVEN_CONFIDENCE = 0.80
# From here on, with every line of the right length at once, nothing is gained by another band.
SURE_UNPROVEN_CONFIDENCE = 0.96
# A line without check digits, read less surely than this, may hold wrong letters: another try.
CLEAR_LINE_CONFIDENCE = 0.90
# The recogniser of all print alone accepted one wrong name at 0.75 and none at 0.80.
LEAST_LINE_CONFIDENCE = 0.80
LEAST_READABLE_CONFIDENCE = 0.75  # a line below it could not make a credible zone
# Of a format's line length, how much must have come out before its length is tried: the recogniser
# of all print loses fillers, the project's own does not.
LEAST_SEEN, LEAST_READ = 0.8, 0.9
# Without asking for this of each character, three of the pictures were accepted with A for 0, O for
# 0, M for N: a name has no check digit, and two look-alikes can make up for each other in a number.
SURE_CHARACTER = 0.8
# In nats. In two pictures whose recognisers differed in what check digits do not tell, both
# together held the truth for likelier by 8 and by 30.
LEAST_AGREEMENT = 3.0  # between two zones that may be printed
MOST_DOUBT = 5.0  # of one recogniser in a line of the other's: less than one character ruled out
LEAST_BELIEF = -6.9  # of any character: neither is believed more than a thousand times over
MAX_TEXTS_AFTER_VALID = 2  # further looks at a zone that holds but was not clear in every line
_DIGITS = "0123456789<"
_PRINTED_AS_CHECK_DIGIT = _DIGITS + "ACEFHJKMNPRTVWXY"  # without the letters that look like digits
# No state prints O or Q second; the United States print A1, C1 and C2 on residents' cards.
_SECOND_OF_DOCUMENT_CODE = "ABCDEFGHIJKLMNPRSTUVWXYZ12<"
_OPENS_AS = {"1": "I", "L": "I"}  # the only opening letter with look-alikes


@dataclass(frozen=True, slots=True)
class MrzReading:
    """The zone as read, where it lies, and how it is turned in the picture.

    `quad` is clockwise from the text's own top-left; `quarter_turn` counts clockwise turns of the
    text. `raw_lines` is what the recogniser saw before the layout was applied.
    """

    mrz: Mrz
    quad: Quad = field(repr=False)
    quarter_turn: int
    tilt_deg: float
    raw_lines: tuple[str, ...] = field(repr=False)
    confidence: float
    is_settled: bool  # whether another look cannot be expected to tell more
    ms: float

    @property
    def is_valid(self) -> bool:
        """Whether every check digit of the format holds."""
        return self.mrz.is_valid


def read_mrz(image: Image, *, with_detector: bool = True) -> MrzReading | None:
    """The picture's MRZ: one whose check digits all hold if there is one, else the best reading.

    Shapes and units: `image` (H, W, 3) uint8 RGB, at any turn. `with_detector`: the text detector
    looks for it too where its shape does not lead to a valid zone.
    Returns: None when nothing in the picture reads like an MRZ. A zone printed with wrong check
    digits comes back as it is printed, `is_valid` false.
    Cost: about 70 ms on one core when the first band is the one, 0.2 to 0.4 s where a check digit
    fails, 0.5 to 1 s when nothing is found.
    """
    by_shape = _best_reading(image, mrz_texts_by_shape(image))
    return read_mrz_by_detector(image, by_shape) if with_detector else by_shape


def read_mrz_by_detector(image: Image, known: MrzReading | None) -> MrzReading | None:
    """The better of a reading by shape and what the text detector leads to; `read_mrz`'s sequel."""
    if known is not None and known.is_settled:
        return known
    # What was read by shape has been looked at twice already.
    by_detector = _best_reading(image, mrz_texts_by_detector(image), may_ask=known is None)
    return _better(known, by_detector)


def _better(one: MrzReading | None, other: MrzReading | None) -> MrzReading | None:
    found = [each for each in (one, other) if each is not None]
    return max(
        found, key=lambda each: (each.is_valid, each.is_settled, each.confidence), default=None
    )


@dataclass(frozen=True, slots=True)
class _Found:
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


def _best_reading(
    image: Image, texts: Iterator[MrzText], *, may_ask: bool = True
) -> MrzReading | None:
    started = perf_counter()
    best: _Found | None = None
    patience = MAX_TEXTS_AFTER_VALID
    for text in texts:
        if best is not None and best.mrz.is_valid:
            patience -= 1
        best = _better_found(best, _best_found(text))
        if best is not None and (best.is_settled or patience <= 0):
            break
    if may_ask and best is not None and not (best.mrz.is_valid and best.is_whole):
        best = _with_second_opinion(image, best)
    if best is None or not _is_credible(best):
        return None
    return _reading(best, started)


def _with_second_opinion(image: Image, own: _Found) -> _Found:
    """The better reading where a check digit fails or a line is unclear."""
    other = _best_found(second_opinion(image, own.text))
    if other is None:
        return own
    agreed = _agreed(own, other)
    if agreed is not None or other.mrz.is_valid:
        return agreed or own
    return max(own, other, key=lambda each: each.rank)


def _agreed(own: _Found, other: _Found) -> _Found | None:
    """The one valid zone that two readings make line by line, None when they leave it open.

    A line counts that one of them reads clearly, or the first with the other's help. Check digits
    only choose where both together are undecided: a wrong one that is printed stays wrong. A name
    has none: where two readings of it count, what both have seen must speak for one.
    """
    if own.mrz.format is not other.mrz.format:
        is_proven = other.mrz.is_valid and other.is_whole and not own.mrz.is_valid
        return other if is_proven else None
    scored = [
        (_support(own, lines) + _support(other, lines), _parsed(lines, own.mrz.format))
        for lines in product(*_reliable_lines(own, other))
    ]
    scored.sort(key=lambda each: -each[0])
    valid = [(score, mrz) for score, mrz in scored if mrz is not None and mrz.is_valid]
    if not valid or scored[0][0] - valid[0][0] > LEAST_AGREEMENT:
        return None
    if len(valid) > 1 and valid[0][0] - valid[1][0] < LEAST_AGREEMENT:
        return None
    clearest = max(own.text, other.text, key=_least_confidence)
    return _Found(clearest, valid[0][1], own.emissions, (True,) * len(own.emissions))


def _reliable_lines(own: _Found, other: _Found) -> list[set[str]]:
    proven = {span.line for rule in LAYOUTS[own.mrz.format].check_digits for span in rule.covers}
    reliable = []
    for index, (mine, theirs) in enumerate(zip(own.mrz.lines, other.mrz.lines, strict=True)):
        lines = {mine} if own.are_clear[index] else set()
        if not lines and is_read_whole([other.emissions[index].free_text()], [theirs]):
            lines = _mended(own.emissions[index], mine, theirs)
        if other.are_clear[index] and (
            index in proven or _doubt(own.emissions[index], (theirs, mine)) < MOST_DOUBT
        ):
            lines |= {theirs}
        reliable.append(lines)
    return reliable


def _mended(emission: MrzEmission, mine: str, theirs: str) -> set[str]:
    """The line with the other recogniser's characters where the first is not sure of its own."""
    sure = emission.character_confidences() >= SURE_CHARACTER
    if len(sure) != len(mine):
        return set()
    mended = "".join(
        one if is_sure else other for one, other, is_sure in zip(mine, theirs, sure, strict=True)
    )
    return {mended} if _doubt(emission, (mended, mine)) < MOST_DOUBT else set()


def _doubt(emission: MrzEmission, pair: tuple[str, str]) -> float:
    """By how much, in nats, a recogniser holds its own line, the second, for likelier."""
    mine, theirs = (_belief(emission, line) for line in pair)
    return theirs - mine


def _support(found: _Found, lines: Sequence[str]) -> float:
    return sum(map(_belief, found.emissions, lines))


def _belief(emission: MrzEmission, line: str) -> float:
    tempered = MrzEmission(np.maximum(emission.thinned().log_p, LEAST_BELIEF))
    return tempered.fixed_text(tuple(line), trust_types=False)[1]


def _least_confidence(text: MrzText) -> float:
    return min(each.confidence() for each in text.emissions)


def _better_found(one: _Found | None, other: _Found | None) -> _Found | None:
    found = [each for each in (one, other) if each is not None]
    return max(found, key=lambda each: each.rank, default=None)


def _best_found(text: MrzText) -> _Found | None:
    found = list(_candidates(text))
    return max(found, key=lambda each: each.rank, default=None)


def _is_credible(found: _Found) -> bool:
    """Whether to speak of the reading at all; a name line has no check digit to prove it."""
    if not found.mrz.is_valid:
        return found.text.confidence >= LEAST_UNPROVEN_CONFIDENCE
    return found.is_whole and _least_confidence(found.text) >= LEAST_LINE_CONFIDENCE


def _reading(found: _Found, started: float) -> MrzReading:
    text = found.text
    return MrzReading(
        mrz=found.mrz,
        quad=text.quad,
        quarter_turn=text.quarter_turn,
        tilt_deg=text.tilt_deg,
        raw_lines=text.raw_lines,
        confidence=text.confidence,
        is_settled=found.is_settled or found.mrz.is_valid,
        ms=(perf_counter() - started) * 1000,
    )


def _candidates(text: MrzText) -> Iterator[_Found]:
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
                yield _Found(text, mrz, emissions, are_clear)


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
        parsed = _parsed(lines, fmt) or parsed
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


def _parsed(lines: Sequence[str], fmt: MrzFormat) -> Mrz | None:
    if not all(lines):
        return None
    try:
        mrz = parse_mrz([_OPENS_AS.get(lines[0][0], lines[0][0]) + lines[0][1:], *lines[1:]])
    except MrzParseError:
        return None
    return mrz if mrz.format is fmt else None
