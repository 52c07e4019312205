"""Where in a selfie's frame a hint's fault lies: another face, covered eyes, a covered mouth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.proofing.operating_points import FACE_MIN_EYE_CONTRAST
from app.vision.image import around

if TYPE_CHECKING:
    from app.vision.face_observation import FaceObservation
    from app.vision.faces import Landmarks
    from app.vision.image import Region

# From the average face: sizes in outer eye distances.
_EYES_SIZE = (1.3, 0.5)
_MOUTH_SIZE = (0.9, 0.6)
_NOSE_TO_MOUTH = 0.6  # of the way from the eyes to the base of the nose, and on


def hint_region(seen: FaceObservation, hint: str | None) -> Region | None:
    """The place that the hint is about, as fractions of the un-mirrored frame.

    Returns: None for a hint without a place, such as too little light.
    """
    if hint == "multiple_faces" and seen.other_box is not None:
        return _region(seen.other_box, seen)
    if hint == "face_covered" and seen.landmarks:
        is_eyes = seen.eye_contrast < FACE_MIN_EYE_CONTRAST
        return _region(_around_eyes(seen.points) if is_eyes else _around_mouth(seen.points), seen)
    return None


def _around_eyes(points: Landmarks) -> tuple[float, ...]:
    return _edges(points[:4].mean(axis=0), _span_px(points), _EYES_SIZE)


def _around_mouth(points: Landmarks) -> tuple[float, ...]:
    eyes, nose = points[:4].mean(axis=0), points[4]
    return _edges(nose + _NOSE_TO_MOUTH * (nose - eyes), _span_px(points), _MOUTH_SIZE)


def _span_px(points: Landmarks) -> float:
    return float(np.hypot(*(points[3] - points[0])))


def _edges(centre: Landmarks, span_px: float, size: tuple[float, float]) -> tuple[float, ...]:
    half = np.array(size) * span_px / 2
    return (*(centre - half).tolist(), *(centre + half).tolist())


def _region(edges: tuple[float, ...], seen: FaceObservation) -> Region:
    corners = np.array([edges[:2], edges[2:]], dtype=np.float64)
    return around(corners, (seen.height_px, seen.width_px))
