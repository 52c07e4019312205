"""A document that runs out of the picture, and at which side of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.vision.image import Region
from app.vision.localisation import COMPLETE_SIDE, outlines_to_border
from app.vision.print_layout import lines_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.vision.image import Image, Quad
    from app.vision.localisation import DocumentLocation

LEAST_CUT_LINES = 2  # one may be the edge of a newspaper or of a keyboard
_BORDER_SHARE = 0.004  # of the picture's longer side
_STRIP_SHARE = 0.06  # how deep the marked place reaches into the picture
_LEAST_LINES = 4


def cut_off_region(
    image: Image, location: DocumentLocation | None, lines: Sequence[Quad]
) -> Region | None:
    """The border strip where the document leaves the picture; None when it is all there.

    Shapes and units: `image` (H, W, 3) uint8 RGB; `lines` from `printed_lines`, in its px.
    A document that fills the picture to all four sides is a tight crop, not a cut one, as long as
    no line of its print is cut.
    """
    height_px, width_px = image.shape[:2]
    if location is not None and _is_complete(location, lines):
        return None
    side = _side_with_cut_lines(lines, (width_px, height_px))
    if side is None:
        side = _side_of_outline(image, lines)
    return None if side is None else _strip(side)


def _is_complete(location: DocumentLocation, lines: Sequence[Quad]) -> bool:
    """Whether all four sides lie in the picture, around most of the print."""
    is_most = 2 * len(lines_within(lines, location.quad)) > len(lines)
    return location.weakest_side >= COMPLETE_SIDE and is_most


def _side_with_cut_lines(lines: Sequence[Quad], size_px: tuple[int, int]) -> int | None:
    """0 left, 1 top, 2 right, 3 bottom: where at least two lines of print run into the border."""
    width_px, height_px = size_px
    near_px = max(2.0, _BORDER_SHARE * max(size_px))
    counts = [0, 0, 0, 0]
    for quad in lines:
        along = np.abs(quad[1] - quad[0])
        is_level = along[0] >= along[1]
        ends = (
            (quad[:, 0].min(), width_px - quad[:, 0].max())
            if is_level
            else (quad[:, 1].min(), height_px - quad[:, 1].max())
        )
        for place, distance in zip((0, 2) if is_level else (1, 3), ends, strict=True):
            counts[place] += distance <= near_px
    most = max(range(4), key=counts.__getitem__)
    return most if counts[most] >= LEAST_CUT_LINES else None


def _side_of_outline(image: Image, lines: Sequence[Quad]) -> int | None:
    for outline in outlines_to_border(image):
        if len(lines_within(lines, outline.quad)) >= max(_LEAST_LINES, len(lines) // 2):
            return outline.side
    return None


def _strip(side: int) -> Region:
    deep = _STRIP_SHARE
    strips = ((0, 0, deep, 1), (0, 0, 1, deep), (1 - deep, 0, deep, 1), (0, 1 - deep, 1, deep))
    return Region(*map(float, strips[side]))
