"""Edges within a document that are sharper than the lens drew its rim: laid on, not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import Region, to_gray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.vision.image import Image, Quad

_Edge = tuple[float, "NDArray[np.float64]"]

_SHORTEST_SHARE = 0.025  # of the picture's longer side; portraits have sides five times that
_SCALE = 0.4  # a quarter of the time at the default scale; profiles reach farther than it errs
_ENDS_PX = 4.0  # where a line meets another, its profile is no edge
_REACH_PX, _STEP_PX = 5.0, 0.5
_PLATEAU = 5  # samples at each end of a profile, 2 px
_LEAST_STEP = 16.0  # gray levels; noise and JPEG blur what is weaker
_EDGE_SHARE = 0.7  # of the profile's span: less is a thin line, not an edge
_FEWEST_ROWS = 30
_FEWEST_WITHIN, _FEWEST_AROUND = 8, 2
_WITHIN_OUTLINE_SHARE = 0.02  # of the picture's longer side: nearer to it is the rim


def cut_out_edge(image: Image, outline: Quad) -> tuple[float | None, Region | None]:
    """How much sharper than the lens draws are the two sharpest edges printed, and their place.

    An edge's sharpness is the share of its step that is taken within one px. The document's own rim
    and what lies around it tell how sharp the lens draws; so does most of the print, where a rim is
    soft because a page bends. What was laid on in an editor kept the editor's edge.

    Shapes and units: `image` (H, W, 3) uint8 RGB at its full size, `outline` of the document in px.
    Returns the second sharpest edge within over the sharpness of the lens, and None where there are
    too few edges to compare. Cost: 120 ms a megapixel.
    """
    gray = to_gray(image)
    within: list[_Edge] = []
    around: list[_Edge] = []
    for line in _lines(gray):
        sharpness = _sharpness(gray, line)
        if sharpness is not None:
            (within if _is_within(line, outline, gray.shape) else around).append((sharpness, line))
    if len(within) < _FEWEST_WITHIN or len(around) < _FEWEST_AROUND:
        return None, None
    usual = float(np.median([sharpness for sharpness, _ in within]))
    sharpest = sorted(within, key=_first, reverse=True)[:2]
    of_lens = max(usual, sorted((sharpness for sharpness, _ in around), reverse=True)[1])
    return sharpest[1][0] / of_lens, _around([line for _, line in sharpest], gray.shape)


def _lines(gray: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
    """The straight lines (x0, y0, x1, y1) in px that are long enough."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD, _SCALE).detect(gray)[0]
    if found is None:
        return []
    shortest = _SHORTEST_SHARE * max(gray.shape)
    lines = np.asarray(found, np.float64).reshape(-1, 4)
    return [line for line in lines if np.hypot(*(line[2:] - line[:2])) >= shortest]


def _is_within(line: NDArray[np.float64], outline: Quad, shape: tuple[int, ...]) -> bool:
    middle = ((line[0] + line[2]) / 2, (line[1] + line[3]) / 2)
    depth_px = cv2.pointPolygonTest(outline.astype(np.float32), middle, True)
    return depth_px > _WITHIN_OUTLINE_SHARE * max(shape)


def _sharpness(gray: NDArray[np.uint8], line: NDArray[np.float64]) -> float | None:
    """The median share of the step within one px, across the line; None where it is no edge."""
    start, end = line[:2], line[2:]
    length = float(np.hypot(*(end - start)))
    along = (end - start) / length
    across = np.array([-along[1], along[0]])
    places = np.arange(_ENDS_PX, length - _ENDS_PX)[:, None, None]
    offsets = np.arange(-_REACH_PX, _REACH_PX + _STEP_PX / 2, _STEP_PX)[None, :, None]
    x, y = np.moveaxis((start + places * along + offsets * across).astype(np.float32), 2, 0)
    if not len(x):
        return None
    profiles = np.asarray(cv2.remap(gray, x, y, cv2.INTER_LINEAR), np.float32)
    step = np.abs(profiles[:, :_PLATEAU].mean(axis=1) - profiles[:, -_PLATEAU:].mean(axis=1))
    span = np.ptp(profiles, axis=1)
    is_edge = (step >= _LEAST_STEP) & (step >= _EDGE_SHARE * span)
    if is_edge.sum() < _FEWEST_ROWS:
        return None
    rise = np.abs(profiles[is_edge, 2:] - profiles[is_edge, :-2]).max(axis=1)
    return float(np.median(rise / span[is_edge]))


def _around(lines: Sequence[NDArray[np.float64]], shape: tuple[int, ...]) -> Region:
    points = np.concatenate([line.reshape(2, 2) for line in lines])
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    rows, columns = shape[:2]
    return Region(
        left / columns, top / rows, max(1.0, right - left) / columns, max(1.0, bottom - top) / rows
    )


def _first(edge: _Edge) -> float:
    return edge[0]
