"""Faces cut out upright and at one size, as the networks that describe them were taught."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import Image

_SHRINK_FIRST = 0.6  # bilinear sampling skips pixels when it shrinks by more than that


def align(
    image: Image,
    points: NDArray[np.float64],
    template: NDArray[np.float64],
    side_px: int,
) -> Image:
    """The picture turned, scaled and cut so that `points` come to lie on `template`.

    Shapes and units: `image` (H, W, 3) uint8; `points` (n, 2) px in it, `template` (n, 2) px in the
    answer, which is (side_px, side_px, 3). What lies outside of the picture is black.
    """
    matrix = similarity(points, template)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < _SHRINK_FIRST:
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        matrix[:, 0] *= image.shape[1] / small.shape[1]
        matrix[:, 1] *= image.shape[0] / small.shape[0]
        image = np.asarray(small, dtype=np.uint8)
    return np.asarray(cv2.warpAffine(image, matrix, (side_px, side_px)), dtype=np.uint8)


def similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """The turn, scale and shift (2, 3) that bring `source` nearest to `target`.

    Source: Umeyama, IEEE PAMI 13 (1991), in the plane and without reflection.
    """
    source_middle, target_middle = source.mean(axis=0), target.mean(axis=0)
    from_middle, to_middle = source - source_middle, target - target_middle
    spread = max(float((from_middle**2).sum()), 1e-9)
    along = float((from_middle * to_middle).sum()) / spread
    across = from_middle[:, 0] @ to_middle[:, 1] - from_middle[:, 1] @ to_middle[:, 0]
    across = float(across) / spread
    turn = np.array([[along, -across], [across, along]])
    return np.column_stack([turn, target_middle - turn @ source_middle])
