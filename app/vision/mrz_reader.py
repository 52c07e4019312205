"""Reading the text of a machine readable zone: bands by shape first, the text detector as fallback.

This module knows nothing of check digits: it offers readings, best guess first, and the caller
stops when one of them proves itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from app.vision.image import resize_to_fit, to_gray
from app.vision.line_levelling import levelled
from app.vision.mrz_band import band_around, find_mrz_bands, is_same_band
from app.vision.mrz_emission import MrzEmission, mrz_emission
from app.vision.mrz_lines import read_mrz_lines
from app.vision.rectification import rectify
from app.vision.text_networks import recognise_lines, text_probability_map
from app.vision.text_strips import find_strips, ink_mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.vision.image import Image, Quad
    from app.vision.mrz_band import MrzBand

LEAST_CONFIDENCE = 0.60
LEAST_WIDENED_CONFIDENCE = 0.75  # lines less legible than that do not read better when longer
LINE_LENGTHS = (30, 36, 44)
DETECTOR_SIDE_PX = 704  # 0.3 s; MRZ characters are still 8 px wide on a card that fills half of it
DETECTOR_BLACKHAT_PX = 13
_DETECTOR_LEVEL = 0.3
_LEAST_CHARACTERS = 12
_MAX_DETECTED_SEEDS = 8
_LEAST_FILLERS = 3


@dataclass(frozen=True, slots=True)
class MrzText:
    """One reading of one band."""

    band: MrzBand
    emissions: tuple[MrzEmission, ...]
    raw_lines: tuple[str, ...]
    confidence: float
    is_second_opinion: bool = False  # of the recogniser of all print

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
    Cost: about 60 ms to the first reading on one core.
    """
    for band in find_mrz_bands(image):
        yield from _readings(image, band)


def mrz_texts_by_detector(image: Image) -> Iterator[MrzText]:
    """As `mrz_texts_by_shape`, from the bands around the lines that the text detector finds.

    Cost: 0.3 s for finding on one core, 20 ms a band for reading.
    """
    for band in _detected_bands(image):
        yield from _readings(image, band)


def second_opinion(image: Image, text: MrzText) -> MrzText:
    """The same lines as the recogniser of all print reads them.

    Cost: 65 ms a line on one core.
    """
    seen = recognise_lines([rectify(image, quad) for quad in text.band.lines])
    return _text(text.band, [mrz_emission(line) for line in seen], is_second_opinion=True)


def _readings(image: Image, band: MrzBand) -> Iterator[MrzText]:
    text = _read_either_way(image, band)
    if text is None:
        return
    yield text
    level = _read(image, _levelled(image, text.band))
    yield level
    best = max(text, level, key=lambda each: each.confidence)
    if min(emission.confidence() for emission in best.emissions) < LEAST_WIDENED_CONFIDENCE:
        return
    for extra in _missing_parts(best):
        yield _read(image, _levelled(image, best.band.widened(extra)))


def _levelled(image: Image, band: MrzBand) -> MrzBand:
    # Twice: what lay far off comes within reach of the first look.
    lines = tuple(levelled(image, levelled(image, quad)) for quad in band.lines)
    return replace(band, lines=lines)


def _read(image: Image, band: MrzBand) -> MrzText:
    return _settled(band, read_mrz_lines([rectify(image, quad) for quad in band.lines]))


def _read_either_way(image: Image, band: MrzBand) -> MrzText | None:
    # The second line first: of three, the first may be a line of print and the last the card's
    # edge. Of two, upside down, it is the first that comes second.
    crops = [rectify(image, quad) for quad in band.lines]
    upright, reversed_ = (read_mrz_lines([each])[0] for each in (crops[1], np.rot90(crops[1], 2)))
    if _legibility(reversed_) > _legibility(upright):
        band, upright = band.turned_over(), reversed_
        crops = [np.rot90(crop, 2) for crop in reversed(crops)]
        probed = len(crops) - 2
    else:
        probed = 1
    if not _is_text(upright):
        return None
    emissions = [
        upright if index == probed else read_mrz_lines([crop])[0]
        for index, crop in enumerate(crops)
    ]
    fillers = sum(emission.free_text().count("<") for emission in emissions)
    if fillers < _LEAST_FILLERS:
        return None
    return _settled(band, emissions)


def _legibility(emission: MrzEmission) -> float:
    """How much of a line is read, and how surely: print on its head is read in part."""
    return float(np.maximum(emission.character_confidences() - 0.5, 0).sum())


def _is_text(emission: MrzEmission) -> bool:
    is_long = len(emission.free_text()) >= _LEAST_CHARACTERS
    return is_long and emission.confidence() >= LEAST_CONFIDENCE


def _settled(band: MrzBand, emissions: Sequence[MrzEmission]) -> MrzText:
    """The text without lines that are none, unless fewer than two would be left."""
    read = list(zip(band.lines, emissions, strict=True))
    lines = [each for each in read if _is_text(each[1])]
    lines = lines if len(lines) > 1 else read
    kept = replace(band, lines=tuple(quad for quad, _ in lines))
    return _text(kept, [emission for _, emission in lines])


def _text(
    band: MrzBand, emissions: Sequence[MrzEmission], *, is_second_opinion: bool = False
) -> MrzText:
    confidence = float(np.mean([emission.confidence() for emission in emissions]))
    raw_lines = tuple(emission.free_text() for emission in emissions)
    return MrzText(band, tuple(emissions), raw_lines, confidence, is_second_opinion)


def _missing_parts(text: MrzText) -> list[float]:
    """How far each end must move out, in line lengths, for each line length that it may have."""
    longest = max(len(line) for line in text.raw_lines)
    if longest in LINE_LENGTHS:
        return []
    return [(length - longest + 0.5) / longest for length in LINE_LENGTHS if longest < length]


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
