"""Reading the text of a machine readable zone: bands by shape first, the text detector as fallback.

This module knows nothing of check digits: it offers readings, best guess first, and the caller
stops when one of them proves itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from app.vision.image import resize_to_fit, to_gray
from app.vision.line_preparation import flattened, sharpened
from app.vision.mrz_band import band_around, find_mrz_bands, is_same_band
from app.vision.mrz_emission import mrz_emission
from app.vision.rectification import rectify
from app.vision.text import decoded
from app.vision.text_networks import (
    LineProbabilities,
    recognise_lines,
    text_probability_map,
    upside_down_scores,
)
from app.vision.text_strips import find_strips, ink_mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.vision.image import Image, Quad
    from app.vision.mrz_band import MrzBand
    from app.vision.mrz_emission import MrzEmission

# Evaluation data, 73 bands: the right way up 95 % scored 0.95 or more and 2 % under 0.65 (blurred);
# upside down none above 0.78.
SURE_CONFIDENCE = 0.85
LEAST_CONFIDENCE = 0.60
WEAK_LINE_CONFIDENCE = 0.92
LINE_LENGTHS = (30, 36, 44)
DETECTOR_SIDE_PX = 704  # 0.3 s; MRZ characters are still 8 px wide on a card that fills half of it
DETECTOR_BLACKHAT_PX = 13
_DETECTOR_LEVEL = 0.3
_LEAST_CHARACTERS = 12
_MAX_DETECTED_SEEDS = 8
MAX_SMALL_LETTERS = 0.4
_LEAST_FILLERS = 3


@dataclass(frozen=True, slots=True)
class MrzText:
    """One reading of one band."""

    band: MrzBand
    emissions: tuple[MrzEmission, ...]
    raw_lines: tuple[str, ...]
    confidence: float

    @property
    def quad(self) -> Quad:
        """The band's corners in px, clockwise from the text's own top-left."""
        return self.band.quad

    @property
    def tilt_deg(self) -> float:
        """The direction of the text in the picture: 0 upright, 90 running downwards."""
        quad = self.quad
        along = (quad[1] - quad[0]) + (quad[2] - quad[3])
        return float(np.degrees(np.arctan2(along[1], along[0])))

    @property
    def quarter_turn(self) -> int:
        """How many quarter turns clockwise the text is turned, 0 to 3."""
        return round(self.tilt_deg / 90) % 4


def mrz_texts_by_shape(image: Image) -> Iterator[MrzText]:
    """Readings that may be the picture's MRZ, most likely first, lazily.

    Shapes and units: `image` (H, W, 3) uint8 RGB, the document in it at any turn.
    Returns: nothing at all for a picture without anything like an MRZ.
    Cost: 0.2 to 0.3 s to the first reading on one core.
    """
    for band in find_mrz_bands(image):
        yield from _readings(image, band)


def mrz_texts_by_detector(image: Image) -> Iterator[MrzText]:
    """As `mrz_texts_by_shape`, from the bands around the lines that the text detector finds.

    Cost: 0.4 s for finding on one core, 0.2 s a band for reading.
    """
    for band in _detected_bands(image):
        yield from _readings(image, band)


def _readings(image: Image, band: MrzBand) -> Iterator[MrzText]:
    text = _read_either_way(image, band)
    if text is None:
        return
    yield text
    extra = _missing_part(text)
    if extra:
        yield _read(image, text.band.widened(extra))


def _read_either_way(image: Image, band: MrzBand) -> MrzText | None:
    votes = upside_down_scores([rectify(image, quad) for quad in band.lines])
    if sum(votes) > len(votes) / 2:
        band = band.turned_over()
    text = _read_if_text(image, band)
    if text is not None and text.confidence >= SURE_CONFIDENCE:
        return text
    other = _read_if_text(image, band.turned_over())
    readings = [each for each in (text, other) if each is not None]
    return max(readings, key=lambda each: each.confidence, default=None)


def _read_if_text(image: Image, band: MrzBand) -> MrzText | None:
    # The second line first: of three, the first may be a line of print and the last the card's
    # edge. It has either digits or letters in all of its first half.
    crops = [rectify(image, quad) for quad in band.lines]
    probe = recognise_lines(crops[1:2])[0]
    if not _is_text(mrz_emission(probe)) or _is_prose(probe):
        return None
    plain = [*recognise_lines(crops[:1]), probe, *recognise_lines(crops[2:])]
    fillers = sum(mrz_emission(line).free_text().count("<") for line in plain)
    return _settled(band, crops, plain) if fillers >= _LEAST_FILLERS else None


def _is_text(emission: MrzEmission) -> bool:
    is_long = len(emission.free_text()) >= _LEAST_CHARACTERS
    return is_long and emission.confidence() >= LEAST_CONFIDENCE


def _is_prose(line: LineProbabilities) -> bool:
    """Whether the line is ordinary print: an MRZ has no small letters, though a few are misread."""
    text, _ = decoded(line)
    return sum(each.islower() for each in text) > MAX_SMALL_LETTERS * len(text)


def _read(image: Image, band: MrzBand) -> MrzText:
    crops = [rectify(image, quad) for quad in band.lines]
    return _settled(band, crops, recognise_lines(crops))


def _settled(band: MrzBand, crops: Sequence[Image], plain: Sequence[LineProbabilities]) -> MrzText:
    read = [
        (quad, _emission(crop, line))
        for quad, crop, line in zip(band.lines, crops, plain, strict=True)
    ]
    lines = [each for each in read if _is_text(each[1])]
    lines = lines if len(lines) > 1 else read
    emissions = tuple(emission for _, emission in lines)
    confidence = float(np.mean([emission.confidence() for emission in emissions]))
    raw_lines = tuple(emission.free_text() for emission in emissions)
    return MrzText(
        replace(band, lines=tuple(q for q, _ in lines)), emissions, raw_lines, confidence
    )


def _emission(crop: Image, plain: LineProbabilities) -> MrzEmission:
    """One line's probabilities; a weak line is read in three preparations and averaged."""
    emission = mrz_emission(plain)
    if not LEAST_CONFIDENCE < emission.confidence() < WEAK_LINE_CONFIDENCE:
        return emission
    others = recognise_lines([flattened(crop), sharpened(crop)])
    values = np.mean([plain.values, *(other.values for other in others)], axis=0)
    return mrz_emission(LineProbabilities(values), favour_fillers=True)


def _missing_part(text: MrzText) -> float:
    """How far each end must move out, in line lengths, for the next possible line length."""
    longest = max(len(line) for line in text.raw_lines)
    target = next((length for length in LINE_LENGTHS if longest <= length), None)
    if target is None or longest in LINE_LENGTHS:
        return 0.0
    return (target - longest + 0.5) / longest


def _detected_bands(image: Image) -> list[MrzBand]:
    small = resize_to_fit(image, DETECTOR_SIDE_PX)
    scale = image.shape[1] / small.shape[1]
    text = (text_probability_map(small) > _DETECTOR_LEVEL).astype(np.uint8)
    seeds = sorted(find_strips(text, 3), key=lambda strip: -strip.half_length_px)
    ink = ink_mask(to_gray(small), DETECTOR_BLACKHAT_PX)
    bands: list[MrzBand] = []
    for seed in seeds[:_MAX_DETECTED_SEEDS]:
        band = band_around(ink, seed, scale)
        if band is not None and not any(is_same_band(band, other) for other in bands):
            bands.append(band)
    return bands
