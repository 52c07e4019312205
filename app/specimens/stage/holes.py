"""What scissors do to a print: holes for eyes and mouth, or the outline of the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.specimens.portraits import PASSPORT_FRAMING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.specimens.stage.camera import Light

_EYES = ((-0.36, 0.02), (0.36, 0.02))
_EYE_SIZE = (0.17, 0.09)
_MOUTH, _MOUTH_SIZE = (0.0, 0.80), (0.27, 0.12)


def with_holes(paper: Light) -> Light:
    """The print of a portrait without rim, with holes through which eyes and mouth are seen."""
    holes = _oval(paper, _MOUTH, _MOUTH_SIZE)
    for eye in _EYES:
        holes = np.maximum(holes, _oval(paper, eye, _EYE_SIZE))
    return _cut(paper, 1 - holes)


def cut_out(paper: Light) -> Light:
    """The head and neck alone."""
    head = _oval(paper, (0.0, -0.12), (1.0, 1.52))
    neck = _oval(paper, (0.0, 1.6), (0.55, 0.9))
    return _cut(paper, np.maximum(head, neck))


def _cut(paper: Light, kept: NDArray[np.float32]) -> Light:
    return np.asarray(paper * cv2.GaussianBlur(kept, (0, 0), 1.2)[..., None], np.float32)


def _oval(
    paper: Light, middle: tuple[float, float], size: tuple[float, float]
) -> NDArray[np.float32]:
    height, width = paper.shape[:2]
    unit_px = PASSPORT_FRAMING.eye_span * width
    x = (np.arange(width) - PASSPORT_FRAMING.eye_middle * width) / unit_px
    y = (np.arange(height) - PASSPORT_FRAMING.eye_line * height) / unit_px
    across, down = np.meshgrid((x - middle[0]) / size[0], (y - middle[1]) / size[1])
    return np.asarray(across**2 + down**2 < 1, np.float32)
