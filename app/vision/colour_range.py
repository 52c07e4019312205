"""How much colour a document shows beside the tint that the light gives to all of it."""

from __future__ import annotations

import cv2
import numpy as np

from app.vision.image import Image, resize_to_fit

_WORK_SIDE_PX = 400
_BLUR_PX = 1.5  # noise and chroma subsampling are colour too, but not of the print
_LIGHTNESS = (12.0, 97.0)  # CIE L*; beyond, cameras lose the colour
_LEAST_PIXELS = 500
_PERCENTILE = 90


def colour_range(document: Image) -> float | None:
    """The chroma that nine of ten px stay under, the light's own tint taken away.

    Shapes and units: `document` (H, W, 3) uint8 RGB, cut to its outline: the table around a copy
    has colour. Returns CIE Lab units, under 1.2 for gray print; None for a picture that is nearly
    all black or blown out. Cost: 10 ms.
    """
    small = cv2.GaussianBlur(resize_to_fit(document, _WORK_SIDE_PX), (0, 0), _BLUR_PX)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    low, high = _LIGHTNESS
    lab = lab[(lab[:, 0] > low) & (lab[:, 0] < high)]
    if len(lab) < _LEAST_PIXELS:
        return None
    # A lamp tints gray in proportion to its lightness, a camera's curve bends that a little.
    lightness = lab[:, 0] / 100
    terms = np.stack([np.ones_like(lightness), lightness, lightness**2], axis=1)
    tint, *_ = np.linalg.lstsq(terms, lab[:, 1:], rcond=None)
    left = lab[:, 1:] - terms @ tint
    return float(np.percentile(np.hypot(left[:, 0], left[:, 1]), _PERCENTILE))
