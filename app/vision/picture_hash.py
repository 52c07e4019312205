"""A hash by which a picture is known again after it was saved anew, made smaller or brightened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import to_gray

if TYPE_CHECKING:
    from app.vision.image import Image

_SIDE_PX = 64
_BITS = 256
_PIECES = 16
# The 256 lowest frequencies but for the mean, which says only how bright the picture is.
_LOWEST = sorted(
    (row + column, row, column) for row in range(_SIDE_PX) for column in range(_SIDE_PX)
)
_ROWS = np.array([row for _, row, _ in _LOWEST[1 : _BITS + 1]])
_COLUMNS = np.array([column for _, _, column in _LOWEST[1 : _BITS + 1]])
# Each piece gets frequencies of every height: what changes in a picture changes neighbours.
_SPREAD = np.arange(_BITS).reshape(-1, _PIECES).T.ravel()


def picture_hash(image: Image) -> bytes:
    """32 bytes, of which two pictures have most bits in common when one was made of the other.

    Shapes and units: `image` (H, W, 3) uint8 RGB, the whole picture as it came. The bytes are 16
    pieces of two, each over all frequencies: of two hashes that differ in n bits at least 16 - n
    pieces are equal.
    Source: the signs of the lowest frequencies of the discrete cosine transform, as pHash takes
    them. Two photographs of one paper have nothing in common: see docs/evaluation.md.
    Cost: 2 ms for 1600 x 1200 px.
    """
    small = cv2.resize(to_gray(image), (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    waves = cv2.dct(small.astype(np.float32))
    return np.packbits((waves[_ROWS, _COLUMNS] > 0)[_SPREAD]).tobytes()
