"""Where a head looks, from five points of the face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from app.vision.faces import Landmarks

# The base of the nose stands before the eyes' plane by this share of the outer eye distance.
# With s = sin(yaw), the nose moves by about NOSE_DEPTH * s against a distance that shrinks by cos.
NOSE_DEPTH = 0.46


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Turn of a head: positive yaw is to the person's own left, to +x in an un-mirrored picture."""

    nose_ratio: float
    yaw_deg: float
    roll_deg: float


def estimate_pose(landmarks: Landmarks) -> HeadPose:
    """The pose of a head from its five points.

    Shapes and units: `landmarks` (5, 2) px in the order of `vision.faces.Landmarks`; roll positive
    when the line of the eyes falls to the right in the picture.
    Returns: `nose_ratio` = shift of the nose from the eyes' middle along their line, in outer eye
    distances; it moves by 0.22 over 60 degrees of yaw for a head, by less than 0.03 for a picture.
    """
    outer_left, inner_left, inner_right, outer_right, nose = landmarks
    along = outer_right - outer_left
    distance_px = float(np.hypot(*along))
    if distance_px == 0:
        return HeadPose(0.0, 0.0, 0.0)
    axis = along / distance_px
    middle = (outer_left + inner_left + inner_right + outer_right) / 4
    nose_ratio = float((nose - middle) @ axis) / distance_px
    yaw_deg = float(np.degrees(np.arctan(nose_ratio / NOSE_DEPTH)))
    roll_deg = float(np.degrees(np.arctan2(axis[1], axis[0])))
    return HeadPose(nose_ratio, yaw_deg, roll_deg)
