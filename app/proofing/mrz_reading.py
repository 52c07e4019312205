"""Reading the machine readable zone of a picture, proven by its own check digits.

The picture is read into characters by `app.vision`; which lines they make, and whether they hold,
is decided here by the layouts of ICAO 9303. Check digits choose between look-alikes and between
readings; they are never made to fit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING

from app.proofing.mrz_lookalikes import is_read_whole, with_proven_lookalikes
from app.standards.icao9303.formats import LAYOUTS, FieldKind
from app.standards.icao9303.parse import MrzParseError, parse_mrz
from app.vision.mrz_reader import mrz_texts_by_detector, mrz_texts_by_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.standards.icao9303.formats import MrzFormat
    from app.standards.icao9303.mrz import Mrz
    from app.vision.image import Image, Quad
    from app.vision.mrz_emission import MrzEmission
    from app.vision.mrz_reader import MrzText

# Below this mean character probability an unproven reading is noise. Evaluation data: five
# specimens that are printed with wrong check digits scored 0.97 or more, a sixth was not found.
LEAST_UNPROVEN_CONFIDENCE = 0.80
# From here on, with every line of the right length at once, nothing is gained by another band.
SURE_UNPROVEN_CONFIDENCE = 0.96
# A line without check digits, read less surely than this, may hold wrong letters: another try.
CLEAR_LINE_CONFIDENCE = 0.90
# Evaluation data, 143 pictures with a sound zone: 139 read, none accepted with a wrong character;
# at 0.75 one more was accepted, with a wrong name.
LEAST_LINE_CONFIDENCE = 0.80
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
    Cost: about 0.3 s on one core when the first band is the one, 1 to 2 s when nothing is found.
    """
    by_shape = _best_reading(mrz_texts_by_shape(image))
    if not with_detector or (by_shape is not None and by_shape.is_settled):
        return by_shape
    return _better(by_shape, _best_reading(mrz_texts_by_detector(image)))


def read_mrz_by_detector(image: Image, known: MrzReading | None) -> MrzReading | None:
    """The better of a reading by shape and what the text detector leads to; `read_mrz`'s sequel."""
    if known is not None and known.is_settled:
        return known
    return _better(known, _best_reading(mrz_texts_by_detector(image)))


def _better(one: MrzReading | None, other: MrzReading | None) -> MrzReading | None:
    found = [each for each in (one, other) if each is not None]
    return max(
        found, key=lambda each: (each.is_valid, each.is_settled, each.confidence), default=None
    )


def _best_reading(texts: Iterator[MrzText]) -> MrzReading | None:
    started = perf_counter()
    best: tuple[float, MrzText, Mrz] | None = None
    patience = MAX_TEXTS_AFTER_VALID
    for text in texts:
        if best is not None and best[2].is_valid:
            patience -= 1
        for mrz, is_whole in _candidates(text):
            rank = _rank(text, mrz, is_whole=is_whole)
            if best is None or rank > best[0]:
                best = (rank, text, mrz)
            if is_whole and (mrz.is_valid or text.confidence > SURE_UNPROVEN_CONFIDENCE):
                return _reading(text, mrz, started, is_settled=True)
        if patience <= 0:
            break
    if best is None or not _is_credible(best[1], best[2]):
        return None
    return _reading(best[1], best[2], started, is_settled=best[2].is_valid)


def _is_credible(text: MrzText, mrz: Mrz) -> bool:
    """Whether to speak of the reading at all; a name line has no check digit to prove it."""
    if mrz.is_valid:
        return min(each.confidence() for each in text.emissions) >= LEAST_LINE_CONFIDENCE
    return text.confidence >= LEAST_UNPROVEN_CONFIDENCE


def _rank(text: MrzText, mrz: Mrz, *, is_whole: bool) -> float:
    length = len(mrz.lines[0])
    miscounted = max(abs(len(line) - length) for line in text.raw_lines) / length
    return text.confidence - miscounted + (10 if mrz.is_valid else 0) + (1 if is_whole else 0)


def _reading(text: MrzText, mrz: Mrz, started: float, *, is_settled: bool) -> MrzReading:
    return MrzReading(
        mrz=mrz,
        quad=text.quad,
        quarter_turn=text.quarter_turn,
        tilt_deg=text.tilt_deg,
        raw_lines=text.raw_lines,
        confidence=text.confidence,
        is_settled=is_settled,
        ms=(perf_counter() - started) * 1000,
    )


def _candidates(text: MrzText) -> Iterator[tuple[Mrz, bool]]:
    """Parsed zones of each layout that fits, and whether the lines were read in full."""
    for emissions in _line_choices(text.emissions):
        raw = [emission.free_text() for emission in emissions]
        for fmt, layout in LAYOUTS.items():
            if layout.line_count != len(emissions) or not _may_be(raw, fmt):
                continue
            mrz = _best_parse(emissions, fmt)
            if mrz is not None:
                is_clear = min(each.confidence() for each in emissions) >= CLEAR_LINE_CONFIDENCE
                yield mrz, is_clear and is_read_whole(raw, mrz.lines)


def _best_parse(emissions: Sequence[MrzEmission], fmt: MrzFormat) -> Mrz | None:
    # A check digit that is no digit is a fault of the paper, but only if a digit there, where the
    # picture allows one, does not hold.
    parsed = None
    for check_alphabet in (_DIGITS, _PRINTED_AS_CHECK_DIGIT):
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


def _may_be(raw: Sequence[str], fmt: MrzFormat) -> bool:
    length = LAYOUTS[fmt].line_length
    longest = max(len(line) for line in raw)
    return 0.8 * length <= longest <= length + 4


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
