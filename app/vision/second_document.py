"""Two documents in one picture, told from one document with frames printed on it."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.localisation import COMPLETE_SIDE
from app.vision.print_layout import lines_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.vision.image import Image, Quad
    from app.vision.localisation import DocumentLocation

LEAST_LINES = 4
LEAST_SCORE = 0.75
LEAST_RELATIVE_AREA = 0.3
_NEARLY_ALL = 0.9
_GAP_SHARE = 0.004  # of the picture's longer side: the pages of an open passport touch each other


def two_documents(
    image: Image, lines: Sequence[Quad], found: Sequence[DocumentLocation]
) -> tuple[Quad, Quad] | None:
    """The corners of two documents that lie apart, each with print of its own; None without.

    Shapes and units: `image` (H, W, 3) uint8 RGB; `lines` from `printed_lines`, `found` from
    `document_candidates`; quads in its px.
    """
    if len(lines) < 2 * LEAST_LINES:
        return None
    printed = [
        each
        for each in found
        if each.score >= LEAST_SCORE and len(lines_within(lines, each.quad)) >= LEAST_LINES
    ]
    wholes = [each.quad for each in found if each.weakest_side >= COMPLETE_SIDE and each.score > 0]
    for one, other in combinations(sorted(printed, key=lambda each: -each.score), 2):
        if not _are_two(one, other, max(image.shape)):
            continue
        if not any(_holds(whole, one.quad) and _holds(whole, other.quad) for whole in wholes):
            return one.quad, other.quad
    return None


def _are_two(one: DocumentLocation, other: DocumentLocation, longer_side_px: int) -> bool:
    small, large = sorted((_area(one.quad), _area(other.quad)))
    if small < LEAST_RELATIVE_AREA * large:
        return False
    middle = one.quad.mean(axis=0)
    reach_px = float(np.linalg.norm(one.quad - middle, axis=1).mean())
    grown = middle + (one.quad - middle) * (1 + _GAP_SHARE * longer_side_px / max(reach_px, 1.0))
    shared, _ = cv2.intersectConvexConvex(grown.astype(np.float32), other.quad.astype(np.float32))
    return shared <= 0.0


def _holds(whole: Quad, part: Quad) -> bool:
    shared, _ = cv2.intersectConvexConvex(whole.astype(np.float32), part.astype(np.float32))
    return shared >= _NEARLY_ALL * _area(part)


def _area(quad: Quad) -> float:
    return float(cv2.contourArea(quad.astype(np.float32)))
