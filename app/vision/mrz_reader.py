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
from app.vision.mrz_cells import in_cells, text_extent, without_strays
from app.vision.mrz_emission import MrzEmission, mrz_emission
from app.vision.mrz_lines import read_mrz_lines
from app.vision.rectification import rectify
from app.vision.text_networks import recognise_lines, text_probability_map
from app.vision.text_strips import find_strips, ink_mask

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from app.vision.image import Image, Quad
    from app.vision.mrz_band import MrzBand
    from app.vision.mrz_cells import TextExtent

LEAST_CONFIDENCE = 0.60
LEAST_WIDENED_CONFIDENCE = 0.75  # lines less legible than that do not read better when longer
MRZ_LINE_LENGTHS = {2: (36, 44), 3: (30,)}
MIRROR_DOUBT = 0.97  # of a line: mirrored text reads at 0.96 at the most, sound text seldom less
MAX_SPARE_CELLS = 8  # of what stands beside a line, and of the gap between
_WAYS = ((False, False), (False, True), (True, False), (True, True))  # mirrored, upside down
DETECTOR_SIDE_PX = 704  # 0.3 s; MRZ characters are still 8 px wide on a card that fills half of it
DETECTOR_BLACKHAT_PX = 13
_DETECTOR_LEVEL = 0.3
_LEAST_CHARACTERS = 12
_MAX_DETECTED_SEEDS = 8
_LEAST_FILLERS = 3
_REFITS = 2
_ROOM_BEYOND = 1.7  # of a pitch: one more character than expected would be seen
_TOUCHING = 0.9  # of a pitch from the middle of the last character to the end of the crop


@dataclass(frozen=True, slots=True)
class MrzText:
    """One reading of one band: `seen` along its lines, `emissions` with one character a cell.

    Where `is_mirrored`, the band is one of the picture with left and right exchanged.
    """

    band: MrzBand
    seen: tuple[MrzEmission, ...]
    emissions: tuple[MrzEmission, ...]
    raw_lines: tuple[str, ...]
    confidence: float
    is_celled: bool  # whether it fills the cells of a format's lines
    may_go_on: bool = False  # whether it fills a short format, but nothing shows that it ends there
    is_trimmed: bool = False  # whether some of what was read is left out as no part of the lines
    is_mirrored: bool = False
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


def mrz_texts_by_shape(image: Image, *, looks: int = 2) -> Iterator[MrzText]:
    """Readings that may be the picture's MRZ, most likely first, lazily.

    Shapes and units: `image` (H, W, 3) uint8 RGB, the document in it at any turn; `looks` at the
    ink, of which the second finds what is coarser.
    Returns: nothing at all for a picture without anything like an MRZ.
    Cost: about 60 ms to the first reading on one core.
    """
    for band in find_mrz_bands(image, looks=looks):
        yield from _readings(image, band)


def mrz_texts_by_detector(image: Image) -> Iterator[MrzText]:
    """Readings, most likely first, lazily, of what the text detector takes for lines.

    Cost: 0.3 s for finding on one core, 20 ms a band for reading.
    """
    for band in _detected_bands(image):
        yield from _readings(image, band)


def second_opinion(image: Image, text: MrzText, lines: Collection[int]) -> MrzText:
    """The same text with those lines, counted from 0, as the recogniser of all print reads them.

    Cost: 100 ms a line on one core.
    """
    asked = sorted(lines)
    picture = mirrored(image) if text.is_mirrored else image
    seen = recognise_lines([rectify(picture, text.band.lines[index]) for index in asked])
    others = dict(zip(asked, map(mrz_emission, seen), strict=True))
    emissions = tuple(others.get(index, own) for index, own in enumerate(text.emissions))
    return replace(_with_emissions(text, emissions), is_second_opinion=True)


def mirrored(image: Image) -> Image:
    """The picture with left and right exchanged, as front cameras show it."""
    return np.ascontiguousarray(image[:, ::-1])


def _readings(image: Image, band: MrzBand) -> Iterator[MrzText]:
    text = _read_either_way(image, band)
    if text is None:
        return
    yield from _as_read(text)
    picture = mirrored(image) if text.is_mirrored else image
    for _ in range(_REFITS):
        refitted = [
            replace(_read(picture, _levelled(picture, each)), is_mirrored=text.is_mirrored)
            for each in _refitted_bands(text)
        ]
        for each in refitted:
            yield from _as_read(each)
        text = max(text, *refitted, key=lambda each: each.confidence)
        if least_confidence(text) < LEAST_WIDENED_CONFIDENCE:
            return


def _levelled(image: Image, band: MrzBand) -> MrzBand:
    return replace(band, lines=levelled(image, band.lines))


def _read(image: Image, band: MrzBand) -> MrzText:
    return _settled(band, read_mrz_lines([rectify(image, quad) for quad in band.lines]))


def _read_either_way(image: Image, band: MrzBand) -> MrzText | None:
    # The second line first: of three, the first may be a line of print and the last the card's
    # edge. Of two, upside down, it is the first that comes second.
    probe = rectify(image, band.lines[1])
    ways = {(flip, over): _flipped(probe, flip, over) for flip, over in _WAYS[:2]}
    seen = {way: read_mrz_lines([crop])[0] for way, crop in ways.items()}
    best = max(seen, key=lambda way: _legibility(seen[way]))
    if _is_text(seen[best]) and seen[best].confidence() < MIRROR_DOUBT:
        seen |= {way: read_mrz_lines([_flipped(probe, *way)])[0] for way in _WAYS[2:]}
        best = max(seen, key=lambda way: _legibility(seen[way]))
    if not _is_text(seen[best]):
        return None
    is_mirrored, is_over = best
    crops = [_flipped(rectify(image, quad), *best) for quad in band.lines]
    emissions = [
        seen[best] if index == 1 else read_mrz_lines([crop])[0] for index, crop in enumerate(crops)
    ]
    if is_mirrored:
        band = band.mirrored(image.shape[1])
    if is_over:
        # Mirrored bands run upside down the other way round, but are turned over all the same.
        band, emissions = band.turned_over(), emissions[::-1]
    if sum(emission.free_text().count("<") for emission in emissions) < _LEAST_FILLERS:
        return None
    return replace(_settled(band, emissions), is_mirrored=is_mirrored)


def _flipped(crop: Image, is_mirrored: bool, is_over: bool) -> Image:
    crop = mirrored(crop) if is_mirrored else crop
    return np.ascontiguousarray(np.rot90(crop, 2)) if is_over else crop


def _legibility(emission: MrzEmission) -> float:
    """How much of a line is read, and how surely: print on its head is read in part."""
    return float(np.maximum(emission.character_confidences() - 0.5, 0).sum())


def _is_text(emission: MrzEmission) -> bool:
    is_long = len(emission.free_text()) >= _LEAST_CHARACTERS
    return is_long and emission.confidence() >= LEAST_CONFIDENCE


def least_confidence(text: MrzText) -> float:
    """How sure the line is that is read least surely."""
    return min(each.confidence() for each in text.emissions)


def _settled(band: MrzBand, emissions: Sequence[MrzEmission]) -> MrzText:
    """The text without lines that are none, unless fewer than two would be left."""
    read = list(zip(band.lines, emissions, strict=True))
    lines = [each for each in read if _is_text(each[1])]
    lines = lines if len(lines) > 1 else read
    kept = replace(band, lines=tuple(quad for quad, _ in lines))
    return _text(kept, [emission for _, emission in lines])


def _text(band: MrzBand, seen: Sequence[MrzEmission]) -> MrzText:
    extent = text_extent(seen)
    lengths = MRZ_LINE_LENGTHS[len(band.lines)]
    if extent is None or extent.count not in lengths:
        return _text_of(band, seen, seen, is_celled=False)
    text = _text_of(band, seen, in_cells(seen, extent), is_celled=True)
    return replace(text, may_go_on=extent.count < lengths[-1] and any(_touches(extent)))


def _touches(extent: TextExtent) -> tuple[bool, bool]:
    """Whether the text reaches the left and the right end of what was cut out."""
    reach = _TOUCHING * extent.pitch
    return (
        min(start for start, _ in extent.ends) < reach,
        1 - max(end for _, end in extent.ends) < reach,
    )


def _as_read(text: MrzText) -> Iterator[MrzText]:
    """The text, and without strays if it has any."""
    yield text
    trimmed = _without_strays(text)
    if trimmed is not None:
        yield trimmed


def _without_strays(text: MrzText) -> MrzText | None:
    """The text less the few characters that it has too many, None when it has not."""
    extent = text_extent(text.seen)
    lengths = MRZ_LINE_LENGTHS[len(text.band.lines)]
    if extent is None or extent.count in lengths:
        return None
    length = max((each for each in lengths if each < extent.count), default=0)
    if not extent.count - MAX_SPARE_CELLS <= length:
        return None
    cells = in_cells(text.seen, extent)
    kept = without_strays(cells, length, may_be_longer=length < lengths[-1])
    if kept is None:
        return None
    return replace(_with_emissions(text, tuple(kept)), is_celled=True, is_trimmed=True)


def _text_of(
    band: MrzBand,
    seen: Sequence[MrzEmission],
    emissions: Sequence[MrzEmission],
    *,
    is_celled: bool,
) -> MrzText:
    blank = MrzText(band, tuple(seen), (), (), 0.0, is_celled=is_celled)
    return _with_emissions(blank, tuple(emissions))


def _with_emissions(text: MrzText, emissions: tuple[MrzEmission, ...]) -> MrzText:
    confidence = float(np.mean([emission.confidence() for emission in emissions]))
    raw_lines = tuple(emission.free_text() for emission in emissions)
    return replace(text, emissions=emissions, raw_lines=raw_lines, confidence=confidence)


def _refitted_bands(text: MrzText) -> list[MrzBand]:
    """The band with its ends where the characters begin and end, for each length it may have."""
    extent = text_extent(text.seen)
    if extent is None:
        return [text.band]
    lengths = MRZ_LINE_LENGTHS[len(text.band.lines)]
    if extent.count in lengths:
        return [_margined(text.band, extent, 1.0, 1.0)]
    touches = _touches(extent)
    grows_left, grows_right = touches if any(touches) else (True, True)
    bands = []
    for length in lengths:
        if length > extent.count:
            more = length - extent.count + _ROOM_BEYOND
            bands.append(
                _margined(
                    text.band, extent, more if grows_left else 1.0, more if grows_right else 1.0
                )
            )
    return bands or [text.band]


def _margined(band: MrzBand, extent: TextExtent, left: float, right: float) -> MrzBand:
    """The band with so many characters' room beside the middles of its first and last one."""
    pitch = extent.pitch
    return band.between([(start - left * pitch, end + right * pitch) for start, end in extent.ends])


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
