"""A patch without any noise in a picture that has noise everywhere else: painted, not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import Region, to_gray

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import Image

_TILE_PX = 12
_STILL = 0.12  # mean of the diagonal detail in gray levels; JPEG leaves more of any noise
_LEVELS = (30.0, 236.0)  # darker and brighter, a sensor's noise is cut off
_MOST_TILES = 150  # more is a wall or a page that the camera has smoothed
_DIAGONAL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6


def painted_patch(image: Image) -> tuple[float, Region | None]:
    """How alone the largest patch without noise is, and its place.

    Shapes and units: `image` (H, W, 3) uint8 RGB at its full size. Returns the patch's tiles of 12
    px for each other tile without noise (plus one): 0 and None where there is no patch, or where
    the camera smooths so much that there are many. Cost: 20 ms a megapixel.
    """
    gray = to_gray(image).astype(np.float32)
    still = _tile_means(np.abs(cv2.filter2D(gray, -1, _DIAGONAL))) < _STILL
    levels = _tile_means(gray)
    still &= (levels > _LEVELS[0]) & (levels < _LEVELS[1])
    count, _, stats, _ = cv2.connectedComponentsWithStats(still.astype(np.uint8), connectivity=4)
    if count < 2:
        return 0.0, None
    largest = max(stats[1:], key=lambda blob: int(blob[cv2.CC_STAT_AREA]))
    tiles = int(largest[cv2.CC_STAT_AREA])
    if tiles > _MOST_TILES:
        return 0.0, None
    left, top, width, height = (int(value) * _TILE_PX for value in largest[:4])
    rows, columns = gray.shape
    place = Region(left / columns, top / rows, width / columns, height / rows)
    return tiles / (1 + int(still.sum()) - tiles), place


def _tile_means(values: cv2.typing.MatLike) -> NDArray[np.float32]:
    rows, columns = values.shape[0] // _TILE_PX, values.shape[1] // _TILE_PX
    trimmed = values[: rows * _TILE_PX, : columns * _TILE_PX]
    tiles = trimmed.reshape(rows, _TILE_PX, columns, _TILE_PX)
    return np.asarray(tiles.mean(axis=(1, 3)), dtype=np.float32)
