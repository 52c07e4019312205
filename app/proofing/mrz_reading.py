"""Reading the machine readable zone of a picture, proven by its own check digits.

The picture is read into characters by `app.vision`; which lines they make, and whether they hold,
is decided here by the layouts of ICAO 9303. Check digits choose between look-alikes and between
readings; they are never made to fit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.proofing.mrz_agreement import with_second_opinion
from app.proofing.mrz_candidates import best_candidate, better_of
from app.vision.mrz_reader import (
    least_confidence,
    mrz_texts_by_detector,
    mrz_texts_by_shape,
)
from app.vision.rectification import picture_points, rectify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.proofing.mrz_candidates import MrzCandidate
    from app.standards.icao9303.mrz import Mrz
    from app.vision.image import Image, Quad
    from app.vision.mrz_reader import MrzText

# Evaluation data for all that follows: 143 pictures whose zone holds, 137 read and none accepted
# with a wrong character; six whose printed check digits are wrong, five read and reported so.
# Below this mean character probability an unproven reading is noise: those five scored 0.98.
LEAST_UNPROVEN_CONFIDENCE = 0.80
# The recogniser of all print alone accepted one wrong name at 0.75 and none at 0.80.
LEAST_LINE_CONFIDENCE = 0.80
MAX_TEXTS_AFTER_VALID = 2  # further looks at a zone that holds but was not clear in every line
# How many readings are tried in one look. Of the 143 pictures none was read after the ninth.
MAX_TEXTS = 12
MAX_OUTLINE_AREA = 0.5  # of the picture: what fills more is seen as large in the whole
_OUTLINE_MARGIN = 0.03  # of a document's shorter edge, when it alone is looked at


@dataclass(frozen=True, slots=True)
class MrzReading:
    """The zone as read, where it lies, and how it is turned in the picture.

    `quad` is clockwise from the text's own top-left; `quarter_turn` counts clockwise turns of the
    text. `raw_lines` is what the recogniser saw before the layout was applied. Where `is_mirrored`,
    quad and turn are those of the picture with left and right exchanged.
    """

    mrz: Mrz
    quad: Quad = field(repr=False)
    quarter_turn: int
    tilt_deg: float
    raw_lines: tuple[str, ...] = field(repr=False)
    confidence: float
    is_settled: bool  # whether another look cannot be expected to tell more
    ms: float
    is_mirrored: bool = False

    @property
    def is_valid(self) -> bool:
        """Whether every check digit of the format holds."""
        return self.mrz.is_valid


@dataclass(frozen=True, slots=True)
class MrzSearch:
    """What looking for a zone by its shape brought, and whether the text detector may know more."""

    reading: MrzReading | None
    is_over: bool

    @property
    def is_mirrored(self) -> bool:
        """Whether a zone that holds proves that the picture is mirrored."""
        return self.reading is not None and self.reading.is_mirrored and self.reading.is_valid


def _unknown() -> Quad | None:
    return None


def read_mrz(image: Image, outline: Callable[[], Quad | None] = _unknown) -> MrzReading | None:
    """The picture's MRZ: one whose check digits all hold if there is one, else the best reading.

    Shapes and units: `image` (H, W, 3) uint8 RGB, at any turn; `outline` answers where a document
    lies in it, clockwise in px. It is asked only when the whole picture shows no zone.
    Returns: None when nothing in the picture reads like an MRZ. A zone printed with wrong check
    digits comes back as it is printed, `is_valid` false.
    Cost: about 70 ms on one core when the first band is the one, 0.2 to 0.4 s where a check digit
    fails, 0.4 to 0.7 s when nothing is found.
    """
    return read_mrz_by_detector(image, search_mrz(image, outline))


def search_mrz(image: Image, outline: Callable[[], Quad | None] = _unknown) -> MrzSearch:
    """The picture's MRZ as far as its shape leads to it, without the text detector.

    Looked at are the whole picture, then the document in it, then the picture as a negative; each
    only where those before it show no zone. Mirrored ones, as of front cameras, are read too.
    Shapes and units: as `read_mrz`.
    """
    started = perf_counter()
    found = _best(image, mrz_texts_by_shape(image))
    quad = None if _is_legible(found) else outline()
    if quad is not None and _is_small(quad, image):
        found = better_of(found, _best_within(image, quad))
    if not _is_legible(found):
        found = better_of(found, _best(255 - image, mrz_texts_by_shape(255 - image, looks=1)))
    return MrzSearch(_credible(found, started), is_over=_is_zone(found))


def read_mrz_by_detector(image: Image, search: MrzSearch) -> MrzReading | None:
    """The better of what was found by shape and what the text detector leads to."""
    if search.is_over:
        return search.reading
    started = perf_counter()
    by_detector = _credible(_best(image, mrz_texts_by_detector(image)), started)
    readings = [each for each in (search.reading, by_detector) if each is not None]
    return max(
        readings, key=lambda each: (each.is_valid, each.is_settled, each.confidence), default=None
    )


def _best(image: Image, texts: Iterator[MrzText]) -> MrzCandidate | None:
    """The best of the readings, with the second recogniser's help where it is not settled."""
    best: MrzCandidate | None = None
    patience, looks_left = MAX_TEXTS_AFTER_VALID, MAX_TEXTS
    for text in texts:
        if not text.is_trimmed:  # the same look once more
            looks_left -= 1
            patience -= best is not None and best.mrz.is_valid
        best = better_of(best, best_candidate(text))
        if best is not None and best.is_settled:
            break
        if patience <= 0 or looks_left <= 0:
            break
    if best is not None and best.text.is_celled and not (best.mrz.is_valid and best.is_whole):
        best = with_second_opinion(image, best)
    return best


def _best_within(image: Image, outline: Quad) -> MrzCandidate | None:
    """As `_best`, in the document cut out and laid flat: its lines are larger and level there."""
    flat = rectify(image, outline, margin=_OUTLINE_MARGIN)
    found = _best(flat, mrz_texts_by_shape(flat))
    if found is None or found.text.is_mirrored:
        return None
    lines = tuple(
        picture_points(line, outline, margin=_OUTLINE_MARGIN) for line in found.text.band.lines
    )
    return replace(found, text=replace(found.text, band=replace(found.text.band, lines=lines)))


def _is_small(outline: Quad, image: Image) -> bool:
    area = float(cv2.contourArea(outline.astype(np.float32)))
    return bool(area < MAX_OUTLINE_AREA * image.shape[0] * image.shape[1])


def _is_zone(found: MrzCandidate | None) -> bool:
    """Whether this is the zone, read well or not: looking elsewhere would lead back to it."""
    if found is None:
        return False
    return found.mrz.is_valid or (found.text.is_celled and _is_legible(found))


def _is_legible(found: MrzCandidate | None) -> bool:
    """Whether the print stands the right way round and is dark on light: else it reads as noise."""
    return found is not None and found.text.confidence >= LEAST_UNPROVEN_CONFIDENCE


def _credible(found: MrzCandidate | None, started: float) -> MrzReading | None:
    """The reading, unless it is too unsure to speak of; a name has no check digit to prove it."""
    if found is None:
        return None
    if not found.mrz.is_valid:
        is_credible = found.text.confidence >= LEAST_UNPROVEN_CONFIDENCE
    else:
        is_credible = found.is_whole and least_confidence(found.text) >= LEAST_LINE_CONFIDENCE
    return _reading(found, started) if is_credible else None


def _reading(found: MrzCandidate, started: float) -> MrzReading:
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
        is_mirrored=text.is_mirrored,
    )
