"""Preparing the picture of one text line for a second look by the recogniser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import to_gray

if TYPE_CHECKING:
    from app.vision.image import Image

_DARKEST, _LIGHTEST = 40, 240  # pure black on pure white is not what the recogniser saw in training


def flattened(crop: Image) -> Image:
    """The line on even paper: what changes slower than the strokes is divided away.

    Shapes and units: `crop` (h, w, 3) uint8 RGB, one line of dark text; the same size comes back.
    """
    gray = to_gray(crop)
    reach = max(3, crop.shape[0] // 2) | 1
    closed = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.GaussianBlur(closed, (0, 0), reach)
    ratio = gray.astype(np.float32) / np.maximum(paper, 8)
    low, high = np.percentile(ratio, (2, 90))
    even = np.clip((ratio - low) / (high - low + 1e-3), 0, 1)
    levels = (_DARKEST + even * (_LIGHTEST - _DARKEST)).astype(np.uint8)
    return np.repeat(levels[:, :, None], 3, axis=2)


def sharpened(crop: Image) -> Image:
    """The line with its edges raised, for strokes that the lens has spread.

    Shapes and units: as `flattened`.
    """
    softened = cv2.GaussianBlur(crop, (0, 0), max(0.8, crop.shape[0] / 16))
    return np.asarray(cv2.addWeighted(crop, 2, softened, -1, 0), dtype=np.uint8)
