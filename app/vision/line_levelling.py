"""Laying the outlines of evenly spaced text lines along their ink, all of them together.

Line by line the ink of a neighbour would pull: on some cards the next line begins a third of a
line's height further on. Together they make a comb, of which place, slant and pitch are sought.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import to_gray
from app.vision.rectification import quad_size_px, warp_to_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.vision.image import Image, Quad

_PITCH_PX = 32  # from line to line, in the copy that is looked at
_MAX_WIDTH_PX = 1024
_STROKE_PX = 13  # of that copy: thicker than any stroke
_WINDOWS = 16
_PLACES = (np.arange(_WINDOWS) + 0.5) / _WINDOWS - 0.5  # along the lines, their middle being 0
_AWAY_PX = np.linspace(-_PITCH_PX, _PITCH_PX, 17)
_HALF = 4  # of those steps: a pitch's half, how far off the band may lie
_SLANTS_PX = np.linspace(-1.2, 1.2, 17) * _PITCH_PX  # from end to end
_STRAY = 0.02  # what each pitch of shift or slant must win: few bands are found far off
_ROUNDS = 4
_SPREAD = 0.22  # of a pitch: ink further off rather belongs to the next line
_INK_LEVEL = 0.35  # of the darkest row: rows as dark are within the characters
_CAPITALS_PART = 0.60  # of a crop's height, as the recogniser was trained
_CAPITALS_RANGE = (0.28, 0.80)  # of a pitch; 0.4 on a passport


def levelled(image: Image, lines: Sequence[Quad]) -> tuple[Quad, ...]:
    """The quads, two or more, moved and made as high as the ink of their lines asks for.

    Shapes and units: `image` (H, W, 3) uint8 RGB; `lines` in its px, from the top one down, each
    clockwise from the text's top-left, dark text. Come back as they were without ink to go by.
    Cost: 4 ms on one core.
    """
    block = _block(lines)
    width_px, height_px = quad_size_px(block)
    rows_px = _PITCH_PX * (len(lines) + 1)
    scaled_px = round(width_px * rows_px / max(height_px, 1.0))
    size = (min(max(scaled_px, 4 * _WINDOWS), _MAX_WIDTH_PX), rows_px)
    profiles = _ink_profiles(to_gray(warp_to_size(image, block, size)))
    if not profiles.any():
        return tuple(lines)
    comb = _fitted(profiles, _sought(profiles, len(lines)), len(lines))
    height = _capitals_px(profiles, comb, len(lines)) / _CAPITALS_PART
    ends = _rows(comb, len(lines), np.array([-0.5, 0.5])).T
    corners = [[[0, a], [size[0], b], [size[0], b], [0, a]] for a, b in ends]
    up_down = np.array([[0, -height], [0, -height], [0, height], [0, height]]) / 2
    return _back(np.array(corners) + up_down, block, size)


def _block(lines: Sequence[Quad]) -> Quad:
    """From one pitch above the first line's middle to one below the last one's."""
    first, last = (np.stack([(q[0] + q[3]) / 2, (q[1] + q[2]) / 2]) for q in (lines[0], lines[-1]))
    pitch = (last - first) / (len(lines) - 1)
    top, bottom = first - pitch, last + pitch
    return np.stack([top[0], top[1], bottom[1], bottom[0]])


def _back(corners: NDArray[np.float64], block: Quad, size: tuple[int, int]) -> tuple[Quad, ...]:
    flat = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, block.astype(np.float32))
    return tuple(np.asarray(cv2.perspectiveTransform(corners, matrix), np.float64))


def _ink_profiles(gray: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How dark each row is (windows, rows), window after window along the lines."""
    kernel = np.ones((_STROKE_PX, _STROKE_PX), np.uint8)
    ink = cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, kernel).astype(np.float64)
    full = float(np.percentile(ink, 97))
    ink = np.clip(ink - 0.35 * full, 0, full)
    return np.stack([part.mean(axis=1) for part in np.array_split(ink, _WINDOWS, axis=1)])


def _rows(
    comb: NDArray[np.float64], n_lines: int, places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The middle row of each line at each place (places, lines).

    `comb` is shift, slant, pitch and by how much the pitch opens from end to end, in rows.
    """
    shift, slant, pitch, opening = comb
    order = np.arange(n_lines) - (n_lines - 1) / 2
    middle = _PITCH_PX * (n_lines + 1) / 2 + shift + slant * places[:, None]
    return np.asarray(middle + order * (pitch + opening * places[:, None]), np.float64)


def _sought(profiles: NDArray[np.float64], n_lines: int) -> NDArray[np.float64]:
    """The comb of the pitch given whose teeth lie in ink and whose gaps do not."""
    smooth = np.asarray(cv2.blur(profiles, (7, 1)), np.float64)
    # A window full of letters says where the lines are; one of a few fillers says as much.
    even = smooth / (smooth.max(axis=1, keepdims=True) + 0.3 * smooth.max())
    rows = _rows(np.array([0.0, 0.0, _PITCH_PX, 0.0]), n_lines, _PLACES)
    slanted = rows + (_SLANTS_PX[:, None] * _PLACES)[..., None]
    # The ink (shifts, slants) that each comb takes in, half a pitch beyond the shifts themselves.
    ink = _taken(even, slanted + _AWAY_PX[:, None, None, None]).sum(axis=(2, 3))
    gaps = ink[: -2 * _HALF] + ink[2 * _HALF :]
    shifts = _AWAY_PX[_HALF:-_HALF]
    stray = (np.abs(shifts)[:, None] + np.abs(_SLANTS_PX)) / _PITCH_PX * _STRAY * rows.size
    score = ink[_HALF:-_HALF] - gaps / 2 - stray
    shift, slant = np.unravel_index(int(score.argmax()), score.shape)
    return np.array([shifts[shift], _SLANTS_PX[slant], _PITCH_PX, 0.0])


def _taken(profiles: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ink in those rows (..., windows, lines), none beyond the copy."""
    indices = np.rint(rows - 0.5).astype(np.int64)
    last = profiles.shape[1] - 1
    values = profiles[np.arange(len(profiles))[:, None], np.clip(indices, 0, last)]
    return np.asarray(np.where((indices >= 0) & (indices <= last), values, 0.0), np.float64)


def _fitted(
    profiles: NDArray[np.float64], comb: NDArray[np.float64], n_lines: int
) -> NDArray[np.float64]:
    """The comb that the middles of the ink near each of its teeth make."""
    grid = np.arange(profiles.shape[1]) + 0.5
    order = np.arange(n_lines) - (n_lines - 1) / 2
    along, across = np.meshgrid(_PLACES, order, indexing="ij")
    design = np.stack([np.ones_like(along), along, across, across * along], axis=-1).reshape(-1, 4)
    for _ in range(_ROUNDS):
        away = (grid - _rows(comb, n_lines, _PLACES)[..., None]) / _PITCH_PX
        near = np.exp(-0.5 * (away / _SPREAD) ** 2) * (np.abs(away) < 0.5)
        ink = profiles[:, None] * near
        weights = ink.sum(axis=2)
        if not weights.any():
            break
        middles = (ink * grid).sum(axis=2) / np.maximum(weights, 1e-9)
        weights = np.minimum(weights, np.median(weights[weights > 0]))
        root = np.sqrt(weights).reshape(-1)
        wanted = (middles.reshape(-1) - _PITCH_PX * (n_lines + 1) / 2) * root
        comb = np.linalg.lstsq(design * root[:, None], wanted, rcond=None)[0]
    return comb


def _capitals_px(profiles: NDArray[np.float64], comb: NDArray[np.float64], n_lines: int) -> float:
    """How high the characters are, by the ink of all lines laid over one another."""
    rows = _rows(comb, n_lines, _PLACES)
    half = _PITCH_PX // 2
    laid = np.array([_taken(profiles, rows + away).sum() for away in range(-half, half + 1)])
    is_dark = laid > _INK_LEVEL * laid.max()
    above = int(np.argmin(is_dark[half::-1])) if not is_dark[: half + 1].all() else half
    below = int(np.argmin(is_dark[half:])) if not is_dark[half:].all() else half
    low, high = (part * _PITCH_PX for part in _CAPITALS_RANGE)
    return float(np.clip(above + below - 1, low, high))
