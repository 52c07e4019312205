"""A head that turns, simulated from one frontal portrait by a three-dimensional warp.

Sign of the yaw: positive is the person's own left. In an unmirrored picture the nose then moves
towards the picture's right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from app.specimens.portraits import PASSPORT_FRAMING, SELFIE_FRAMING, Framing

if TYPE_CHECKING:
    from app.vision.image import Image

MAX_YAW_DEG = 35.0
"""Beyond it the smooth surface would fold over itself."""

MAX_PITCH_DEG = 20.0
"""The same limit for nodding."""

_Field = NDArray[np.float32]

# The head in units of the distance between the outer eye corners, origin between the eyes.
_HEAD_CENTRE_Y = 0.05  # halfway between crown (-1.47) and chin (1.2), nearer the face
_HEAD_HALF_WIDTH = 1.20  # the ears stand at 0.85; the rest eases out into hair and background
_HEAD_HALF_HEIGHT = 1.75
_HEAD_DEPTH = 0.90  # of the face before the axis about which the neck turns
_NOSE_Y = 0.46
_NOSE_HEIGHT = 0.34
_NOSE_RADIUS = (0.30, 0.45)

# Against 300 rounds on every pixel of a selfie: 99.9 % of pixels lie within 0.3 px at 28 degrees
# of yaw and within 1.1 px at 35; the iteration contracts by 0.65 to 0.83 a round.
_GRID_STEP_PX = 4
_ROUNDS = 20
_SIDE_LIGHT = 0.10  # the side that turns away from the window darkens by this share


def turn_head(
    portrait: Image, yaw_deg: float, pitch_deg: float = 0.0, *, framing: Framing | None = None
) -> Image:
    """The same picture with the head turned; shoulders and background stay.

    Shapes and units: `portrait` (H, W, 3) uint8 RGB; `yaw_deg` -35 to 35, positive to the person's
    own left; `pitch_deg` -20 to 20, positive up. `framing` says where the face is; without it the
    picture's shape decides: upright is framed as a passport portrait, wide as a selfie.
    Raises: ValueError outside these angles.
    """
    if abs(yaw_deg) > MAX_YAW_DEG or abs(pitch_deg) > MAX_PITCH_DEG:
        message = f"a head turns within {MAX_YAW_DEG:g} and nods within {MAX_PITCH_DEG:g} degrees"
        raise ValueError(message)
    height_px, width_px = portrait.shape[:2]
    framing = framing or (PASSPORT_FRAMING if height_px > width_px else SELFIE_FRAMING)
    map_x, map_y, light = _warp(framing, (width_px, height_px), yaw_deg, pitch_deg)
    turned = cv2.remap(portrait, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip(turned * light[..., None], 0, 255), dtype=np.uint8)


def _warp(
    framing: Framing, size: tuple[int, int], yaw_deg: float, pitch_deg: float
) -> tuple[_Field, _Field, _Field]:
    """Where each pixel comes from, x and y, and how bright it becomes."""
    width_px, height_px = size
    unit_px = framing.eye_span * width_px
    origin = (framing.eye_middle * width_px, framing.eye_line * height_px)
    grid = np.mgrid[
        0 : height_px + _GRID_STEP_PX : _GRID_STEP_PX, 0 : width_px + _GRID_STEP_PX : _GRID_STEP_PX
    ]
    target_y = (grid[0] - origin[1]) / unit_px
    target_x = (grid[1] - origin[0]) / unit_px
    yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
    x, y = target_x, target_y
    for _ in range(_ROUNDS):
        shift_x, shift_y = _displacement(x, y, yaw, pitch)
        x, y = target_x - shift_x, target_y - shift_y
    light = 1 - _SIDE_LIGHT * np.sin(yaw) * np.clip(x, -1, 1) * _falloff(x, y)
    return (
        _enlarged(x * unit_px + origin[0], size),
        _enlarged(y * unit_px + origin[1], size),
        _enlarged(light, size),
    )


def _displacement(
    x: NDArray[np.float64], y: NDArray[np.float64], yaw: float, pitch: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far a point of the frontal picture moves when the head turns."""
    falloff = _falloff(x, y)
    nose = np.exp(-((x / _NOSE_RADIUS[0]) ** 2) - ((y - _NOSE_Y) / _NOSE_RADIUS[1]) ** 2)
    depth = _HEAD_DEPTH * falloff + _NOSE_HEIGHT * nose
    # Foreshortening belongs to the head only; the falloff keeps it from the background.
    shift_x = depth * np.sin(yaw) - falloff * (1 - np.cos(yaw)) * x
    shift_y = -depth * np.sin(pitch) - falloff * (1 - np.cos(pitch)) * y
    return shift_x, shift_y


def _falloff(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 at the middle of the face, 0 outside the head, without an edge at which it could tear."""
    across = x / _HEAD_HALF_WIDTH
    down = (y - _HEAD_CENTRE_Y) / _HEAD_HALF_HEIGHT
    return np.asarray(np.clip(1 - across**2 - down**2, 0, 1) ** 1.5)


def _enlarged(field: NDArray[np.float64], size: tuple[int, int]) -> _Field:
    rows, columns = field.shape
    # Grid nodes lie on pixel 0, 4, 8, ...: a pure scaling, not cv2.resize's half-pixel one.
    matrix = np.array([[_GRID_STEP_PX, 0, 0], [0, _GRID_STEP_PX, 0]], np.float64)
    big = cv2.warpAffine(
        field.astype(np.float32),
        matrix,
        (columns * _GRID_STEP_PX, rows * _GRID_STEP_PX),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(big[: size[1], : size[0]], dtype=np.float32)
