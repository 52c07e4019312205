"""Where print stands in a picture, by the text detector: enough to tell a document from a letter.

What the lines say is read later, by `text`; these are their places only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.rectification import quad_size_px
from app.vision.text import find_text_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.vision.image import Image, Quad

LEAST_ASPECT = 2.0  # fur, grain and eyes are taken for print in blots, words are longer
PROSE_ASPECT = (
    18.0  # of a letter's lines; of a document's only the MRZ and a few others are so long
)


def printed_lines(image: Image) -> list[Quad]:
    """The corners of each printed line, at whatever slant.

    Shapes and units: `image` (H, W, 3) uint8 RGB; quads in its px, long side first.
    Cost: 0.15 s.
    """
    return [quad for quad in find_text_lines(image) if _aspect(quad) >= LEAST_ASPECT]


def prose_lines(lines: Sequence[Quad]) -> list[Quad]:
    """Those that are as long as the lines of a letter or a book."""
    return [quad for quad in lines if _aspect(quad) >= PROSE_ASPECT]


def lines_within(lines: Sequence[Quad], outline: Quad) -> list[Quad]:
    """Those whose middle lies within the outline."""
    contour = outline.astype(np.float32)
    return [
        quad
        for quad in lines
        if cv2.pointPolygonTest(contour, tuple(map(float, quad.mean(axis=0))), measureDist=False)
        >= 0
    ]


def _aspect(quad: Quad) -> float:
    length, height = quad_size_px(quad)
    return length / max(height, 1.0)
