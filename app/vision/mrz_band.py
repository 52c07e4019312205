"""Finding the lines of a machine readable zone by shape, at any turn, before any text is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import to_gray
from app.vision.text_strips import find_strips, ink_mask, normal_of, work_copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from app.vision.image import Image, Quad
    from app.vision.text_strips import Strip

CLOSING_SIZES_PX = (9, 15, 6, 22)  # joins characters (gap about 1 mm), not lines (gap 3.5 mm)
BLACKHAT_SIZES_PX = (13, 23)
MAX_SEEDS = 24
MAX_BANDS = 6
_ALONG = 0.7  # how far beyond a seed's ends its line may go on, in seed lengths
_ACROSS_HEIGHTS = 9.0  # how far above and below a seed its neighbours may lie
_ROW_LEVEL = 0.45  # rows with this part of the seed's ink belong to a line
_NEIGHBOUR_INK = 0.5
_PITCH_RANGE_HEIGHTS = (1.25, 4.2)
_MAX_WORD_GAP_HEIGHTS = 1.6
_MAX_LINES = 3


@dataclass(frozen=True, slots=True)
class MrzBand:
    """Two or three neighbouring lines of equal length, top line first if the turn is right."""

    lines: tuple[Quad, ...]
    score: float

    def turned_over(self) -> MrzBand:
        """The same band read from the other end."""
        flipped = tuple(np.roll(line, 2, axis=0) for line in reversed(self.lines))
        return MrzBand(flipped, self.score)

    def between(self, ends: Sequence[tuple[float, float]]) -> MrzBand:
        """The band with each line from its start to its end, 0 being left now and 1 right."""
        lines = []
        for line, (start, end) in zip(self.lines, ends, strict=True):
            top, bottom = line[1] - line[0], line[2] - line[3]
            shifts = np.stack([top * start, top * (end - 1), bottom * (end - 1), bottom * start])
            lines.append(line + shifts)
        return MrzBand(tuple(lines), self.score)

    def mirrored(self, width_px: int) -> MrzBand:
        """The band in the picture with left and right exchanged."""
        flipped = ((width_px, 0) - line * (1, -1) for line in self.lines)
        return MrzBand(tuple(line[[1, 0, 3, 2]] for line in flipped), self.score)

    @property
    def quad(self) -> Quad:
        """The corners of the whole band, clockwise from its text's top-left."""
        first, last = self.lines[0], self.lines[-1]
        return np.stack([first[0], first[1], last[2], last[3]])


def find_mrz_bands(image: Image, *, looks: int = 2) -> Iterator[MrzBand]:
    """Bands that may be an MRZ, up to six a look at the ink, most likely first, lazily.

    Shapes and units: `image` (H, W, 3) uint8 RGB; quads in its px, text running from the first to
    the second corner, which may be upside down: the shape alone cannot tell.
    Cost: about 40 ms on one core for the first look, as much for the second.
    """
    small = work_copy(to_gray(image))
    scale = image.shape[1] / small.shape[1]
    known: list[MrzBand] = []
    for blackhat_px in BLACKHAT_SIZES_PX[:looks]:
        ink = ink_mask(small, blackhat_px)
        seeds: list[Strip] = []
        for closing_px in CLOSING_SIZES_PX:
            for strip in find_strips(ink, closing_px):
                if not any(_is_same_strip(strip, other) for other in seeds):
                    seeds.append(strip)
        seeds.sort(key=lambda strip: -strip.half_length_px)
        bands: list[MrzBand] = []
        for seed in seeds[:MAX_SEEDS]:
            band = band_around(ink, seed, scale)
            if band is not None and not any(is_same_band(band, each) for each in known):
                bands.append(band)
                known.append(band)
        yield from sorted(bands, key=lambda band: -band.score)[:MAX_BANDS]


@dataclass(frozen=True, slots=True)
class _Neighbourhood:
    """The ink around a seed, laid flat: column 0 and row 0 at `origin`, one px a px."""

    ink: NDArray[np.float32]
    origin: NDArray[np.float64]
    direction: NDArray[np.float64]
    core: tuple[int, int]

    def quad(self, left: float, top: float, right: float, bottom: float) -> Quad:
        normal = normal_of(self.direction)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return np.stack([self.origin + self.direction * x + normal * y for x, y in corners])


def _neighbourhood(ink: NDArray[np.uint8], seed: Strip) -> _Neighbourhood:
    length, height = seed.half_length_px * 2, seed.half_height_px * 2
    before = length * _ALONG
    above = height * _ACROSS_HEIGHTS
    normal = normal_of(seed.direction)
    origin = seed.middle - seed.direction * (length / 2 + before) - normal * (height / 2 + above)
    size = (round(length + 2 * before), round(height + 2 * above))
    # warpAffine with the inverse map: picture = origin + x * direction + y * normal.
    matrix = np.column_stack([seed.direction, normal, origin])
    flat = cv2.warpAffine(
        ink.astype(np.float32), matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    core = (round(before), round(before + length))
    return _Neighbourhood(np.asarray(flat, dtype=np.float32), origin, seed.direction, core)


def band_around(ink: NDArray[np.uint8], seed: Strip, scale: float) -> MrzBand | None:
    """The band of evenly spaced lines to which a seed belongs, None when it stands alone.

    Shapes and units: `ink` (H, W) uint8 0 or 1; the band's quads are multiplied by `scale`.
    """
    around = _neighbourhood(ink, seed)
    rows = _line_rows(around)
    if len(rows) < 2:
        return None
    left, right, coverage = _columns(around, rows)
    height = float(np.mean([bottom - top for top, bottom in rows]))
    lines = tuple(
        around.quad(
            left - height * 0.5, top - height * 0.3, right + height * 0.5, bottom + height * 0.3
        )
        * scale
        for top, bottom in rows
    )
    return MrzBand(lines, (right - left) * coverage)


def _line_rows(around: _Neighbourhood) -> list[tuple[int, int]]:
    """Top and bottom of the seed's line and of those beside it at an even pitch."""
    profile = around.ink[:, around.core[0] : around.core[1]].mean(axis=1)
    middle = len(profile) // 2
    height = len(profile) / (2 * _ACROSS_HEIGHTS + 1)
    peak = float(profile[max(0, middle - round(height / 2)) : middle + round(height / 2) + 1].max())
    runs = _runs(profile > _ROW_LEVEL * peak)
    seed = next(
        (run for run in runs if run[0] <= middle + height / 3 and run[1] >= middle - height / 3),
        None,
    )
    if seed is None:
        return []
    own = seed[1] - seed[0]
    fellows = [
        run
        for run in runs
        if 0.55 * own <= run[1] - run[0] <= 1.7 * own
        and float(profile[run[0] : run[1]].mean()) > _NEIGHBOUR_INK * peak
    ]
    return _evenly_spaced(seed, fellows, own)


def _evenly_spaced(
    seed: tuple[int, int], fellows: list[tuple[int, int]], height: int
) -> list[tuple[int, int]]:
    def pitch(one: tuple[int, int], other: tuple[int, int]) -> float:
        return abs((one[0] + one[1]) - (other[0] + other[1])) / 2

    low, high = (each * height for each in _PITCH_RANGE_HEIGHTS)
    near = [run for run in fellows if run != seed and low <= pitch(seed, run) <= high]
    if not near:
        return []
    first = min(near, key=lambda run: pitch(seed, run))
    step = pitch(seed, first)
    rows = [seed, first]
    for run in fellows:
        nearest = min(pitch(run, row) for row in rows)
        if run not in rows and abs(nearest - step) < 0.2 * step and len(rows) < _MAX_LINES:
            rows.append(run)
    return sorted(rows)


def _columns(around: _Neighbourhood, rows: list[tuple[int, int]]) -> tuple[int, int, float]:
    """Left and right end of the text that crosses the core, and how evenly the lines fill it."""
    height = float(np.mean([bottom - top for top, bottom in rows]))
    per_line = np.stack([around.ink[top:bottom].mean(axis=0) > 0.08 for top, bottom in rows])
    gap = max(3, round(height * _MAX_WORD_GAP_HEIGHTS)) | 1
    filled = _closed(np.asarray(per_line.any(axis=0)), gap)
    start, end = around.core
    run = max(
        _runs(filled),
        key=lambda each: min(each[1], end) - max(each[0], start),
        default=around.core,
    )
    # Printed words leave gaps of two characters and ragged ends; an MRZ fills every line evenly.
    dense = [_closed(line, max(3, round(height * 0.9)) | 1) for line in per_line]
    return run[0], run[1], float(min(line[run[0] : run[1]].mean() for line in dense))


def _closed(row: NDArray[np.bool_], gap_px: int) -> NDArray[np.bool_]:
    kernel = np.ones((1, gap_px), np.uint8)
    closed = cv2.morphologyEx(row.astype(np.uint8)[None], cv2.MORPH_CLOSE, kernel)
    return np.asarray(closed, dtype=np.bool_).reshape(-1)


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _is_same_strip(one: Strip, other: Strip) -> bool:
    distance = float(np.abs(one.middle - other.middle).max())
    return (
        distance < one.half_height_px
        and abs(one.half_length_px - other.half_length_px) < 0.05 * one.half_length_px
    )


def is_same_band(one: MrzBand, other: MrzBand) -> bool:
    """Whether two bands cover the same lines, read the same way."""
    if len(one.lines) != len(other.lines):
        return False
    size = float(np.linalg.norm(one.quad[1] - one.quad[0]))
    return float(np.abs(one.quad - other.quad).max()) < 0.03 * size
