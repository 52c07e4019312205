"""Straight edges around a face that move: the rim of a print, or of a display in the hand.

Edges of doors, shelves and pictures on the wall stay where they are, whoever moves before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import to_gray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from app.vision.image import GrayImage, Image

    Vector = NDArray[np.float64]

# In widths of the face: the shortest edge, and how far from the face's middle its line may pass.
_SHORTEST = 0.6
_NEAREST, _FARTHEST = 0.55, 2.2
_ASIDE = 1.15  # farther to the sides than this lies what is behind
_MOVED_PX = 2.0  # tracking is good to 1 px
_REACH_PX = 28  # an edge is sought as far as that to both sides
_PROFILE_PX = 4  # and known by its profile as far as that
_LEAST_LIKENESS = 0.6
_MOST_POINTS, _LEAST_POINTS = 80, 12


def moving_border(before: Image, after: Image, face: tuple[int, int, int, int]) -> float | None:
    """The length of the long straight edges around a face that moved, in widths of the face.

    Shapes and units: pictures (H, W, 3) uint8 RGB of one size, a second or less apart; `face` as
    left, top, right, bottom, px of the first. Motion is taken against that of the picture's sides,
    so that a camera in the hand moves nothing.
    Returns: None where the sides show nothing that could be tracked. Cost: 30 ms at 640 x 480.
    """
    first, second = to_gray(before), to_gray(after)
    width_px = float(face[2] - face[0])
    middle = np.array([face[0] + face[2], face[1] + face[3]]) / 2
    behind = _motion_aside(first, second, float(middle[0]), width_px)
    if behind is None:
        return None
    moved = 0.0
    for start, end in _long_edges(first, middle, width_px):
        along = end - start
        length_px = float(np.hypot(*along))
        normal = np.array([-along[1], along[0]]) / length_px
        shift_px = _shift(first, second, start, end, normal)
        if shift_px is not None and abs(shift_px - float(behind @ normal)) >= _MOVED_PX:
            moved += length_px / width_px
    return moved


def _motion_aside(
    first: GrayImage, second: GrayImage, middle_px: float, width_px: float
) -> Vector | None:
    """(2,) px by which the sides of the picture moved; None where they show nothing."""
    mask = np.zeros(first.shape, np.uint8)
    mask[:, np.abs(np.arange(first.shape[1]) - middle_px) > _ASIDE * width_px] = 255
    points = cv2.goodFeaturesToTrack(first, _MOST_POINTS, 0.02, 8, mask=mask)
    if points is None:
        return None
    tracked, is_found, _ = cv2.calcOpticalFlowPyrLK(first, second, points, np.zeros_like(points))
    moved = (tracked - points).reshape(-1, 2)[is_found.ravel() == 1]
    if len(moved) < _LEAST_POINTS:
        return None
    return np.asarray(np.median(moved, axis=0), dtype=np.float64)


def _long_edges(
    gray: GrayImage, middle: Vector, width_px: float
) -> Iterator[tuple[Vector, Vector]]:
    found = cv2.createLineSegmentDetector().detect(gray)[0]
    for line in [] if found is None else found.reshape(-1, 2, 2).astype(np.float64):
        start, end = line
        along = end - start
        length_px = float(np.hypot(*along))
        if length_px < _SHORTEST * width_px:
            continue
        to_middle = middle - (start + end) / 2
        away_px = abs(float(along[0] * to_middle[1] - along[1] * to_middle[0])) / length_px
        if _NEAREST * width_px <= away_px <= _FARTHEST * width_px:
            yield start, end


def _shift(
    first: GrayImage, second: GrayImage, start: Vector, end: Vector, normal: Vector
) -> float | None:
    """By how many px along its normal the edge lies elsewhere; None where it is not found."""
    slopes, slopes_after = (_slopes(gray, start, end, normal) for gray in (first, second))
    sought = slopes[_REACH_PX - _PROFILE_PX : _REACH_PX + _PROFILE_PX + 1]
    windows = np.lib.stride_tricks.sliding_window_view(slopes_after, len(sought), axis=0)
    products = np.einsum("sjw,wj->s", windows, sought)
    strengths = np.sqrt((windows**2).sum(axis=(1, 2)) * (sought**2).sum()) + 1e-6
    likeness = products / strengths
    best = int(likeness.argmax())
    return float(best + _PROFILE_PX - _REACH_PX) if likeness[best] >= _LEAST_LIKENESS else None


def _slopes(gray: GrayImage, start: Vector, end: Vector, normal: Vector) -> NDArray[np.float64]:
    """(2 * reach + 1, samples) how brightness changes across the edge, at places along it."""
    count = max(12, int(np.hypot(*(end - start))) // 3)
    places = start + np.linspace(0.1, 0.9, count)[:, None] * (end - start)
    across = np.arange(-_REACH_PX, _REACH_PX + 1)[:, None, None] * normal
    grid = (places[None] + across).astype(np.float32)
    values = cv2.remap(
        gray, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(np.gradient(values.astype(np.float64), axis=0))
