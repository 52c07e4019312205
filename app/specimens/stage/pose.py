"""Where a body stands before the camera and how it is turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """Centimetres and degrees; x to the picture's right, y down, z away from the camera.

    Yaw is positive to the person's own left (the picture's right), pitch when looking up, roll when
    the line of the eyes falls to the picture's right.
    """

    x_cm: float = 0.0
    y_cm: float = 0.0
    z_cm: float = 45.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0

    @property
    def place(self) -> Matrix:
        """(3,) the body's origin, cm."""
        return np.array([self.x_cm, self.y_cm, self.z_cm])

    @property
    def rotation(self) -> Matrix:
        """(3, 3) from the body's axes, whose third points towards the camera, to the camera's."""
        yaw, pitch, roll = np.radians([self.yaw_deg, self.pitch_deg, self.roll_deg])
        about_y = [[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]]
        about_x = [[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]]
        about_z = [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
        turned = np.array(about_z) @ np.array(about_y) @ np.array(about_x)
        return np.asarray(turned @ np.diag([1.0, 1.0, -1.0]))
