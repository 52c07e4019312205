"""How much there is to see where eyes and mouth belong: little under cloth, lenses or a hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.vision.dlib_faces import AVERAGE_FACE
from app.vision.face_alignment import align
from app.vision.image import to_gray

if TYPE_CHECKING:
    from app.vision.faces import Landmarks
    from app.vision.image import GrayImage, Image

_CHIP_PX = 64
_MARGIN = 0.35
# Left, right, top and bottom on the average face, whose outer eye corners are 0.74 apart.
_LEFT_EYE = (0.08, 0.37, 0.12, 0.32)
_RIGHT_EYE = (0.61, 0.90, 0.12, 0.32)
_MOUTH = (0.28, 0.72, 0.74, 0.98)
_BETWEEN = (0.30, 0.70, 0.28, 0.42)  # the bridge of the nose, which is seldom covered
_BLACK = 10.0  # keeps the division sane in the dark


def feature_contrasts(image: Image, landmarks: Landmarks) -> tuple[float, float]:
    """The contrast of the eyes, the livelier of both, and of the mouth.

    Shapes and units: `image` (H, W, 3) uint8 RGB; `landmarks` (5, 2) px of a face in it. Standard
    deviations of the luminance, as a share of the brightness of the bridge of the nose.
    Cost: 0.5 ms at 640 x 480.
    """
    template = (AVERAGE_FACE + _MARGIN) / (2 * _MARGIN + 1) * _CHIP_PX
    gray = to_gray(align(image, landmarks, template, _CHIP_PX))
    light = float(np.median(_part(gray, _BETWEEN))) + _BLACK
    eyes = max(float(_part(gray, eye).std()) for eye in (_LEFT_EYE, _RIGHT_EYE))
    return eyes / light, float(_part(gray, _MOUTH).std()) / light


def _part(gray: GrayImage, place: tuple[float, float, float, float]) -> GrayImage:
    left, right, top, bottom = (
        round((edge + _MARGIN) / (2 * _MARGIN + 1) * _CHIP_PX) for edge in place
    )
    return gray[top:bottom, left:right]
