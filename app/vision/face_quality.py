"""How good a picture of a face is, in the words of ISO/IEC 29794-5:2025.

The names are those of the standard's quality components, the measures are ours and raw: they are
not its algorithms and not its scores from 0 to 100. Nothing is decided by them; who reads a low
comparison score sees what the pictures were like.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.vision.face_cover import feature_contrasts
from app.vision.face_observation import count_present, light_and_sharpness
from app.vision.image import to_gray, within
from app.vision.pose import estimate_pose

if TYPE_CHECKING:
    from app.vision.faces import Face
    from app.vision.image import Image

_DARKEST, _LIGHTEST = 25, 247  # gray levels where skin keeps no detail


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """The measures of the largest face of one picture.

    `single_face_present` 1 or 0; `inter_eye_distance` in px between the middles of the eyes;
    `head_size` the width of the face's box as a share of the picture's shorter side;
    `luminance_mean` of the box, 0 to 1; `under_exposure_prevention` and `over_exposure_prevention`
    the shares of the box that are neither black nor blown out; `sharpness` the variance of the
    Laplacian at 128 px; `eyes_visible` and `mouth_occlusion_prevention` the contrast there, small
    under cloth, dark glasses or a hand; `head_pose_yaw` (positive to the person's own left) and
    `head_pose_roll` in degrees. There is no measure of pitch.
    """

    single_face_present: int
    inter_eye_distance: float
    head_size: float
    luminance_mean: float
    under_exposure_prevention: float
    over_exposure_prevention: float
    sharpness: float
    eyes_visible: float
    mouth_occlusion_prevention: float
    head_pose_yaw: float
    head_pose_roll: float

    def as_dict(self) -> dict[str, float]:
        """Plain values for JSON."""
        return asdict(self)


def measure_face_quality(image: Image, faces: list[Face]) -> FaceQuality:
    """The quality of the first of these faces.

    Shapes and units: `image` (H, W, 3) uint8 RGB, upright; `faces` as an engine found them in it,
    at least one. Cost: 2 ms for a face of 250 px.
    """
    face, box = faces[0], faces[0].box
    gray = to_gray(within(image, box))
    brightness, sharpness = light_and_sharpness(image, face)
    eyes, mouth = feature_contrasts(image, face.landmarks)
    pose = estimate_pose(face.landmarks)
    outer_left, inner_left, inner_right, outer_right, _ = face.landmarks
    between = (inner_right + outer_right - outer_left - inner_left) / 2
    return FaceQuality(
        single_face_present=int(count_present(faces) == 1),
        inter_eye_distance=round(float(np.hypot(*between)), 1),
        head_size=round(box.width_px / min(image.shape[:2]), 3),
        luminance_mean=round(brightness / 255, 3),
        under_exposure_prevention=round(float((gray > _DARKEST).mean()), 3),
        over_exposure_prevention=round(float((gray < _LIGHTEST).mean()), 3),
        sharpness=round(sharpness, 1),
        eyes_visible=round(eyes, 3),
        mouth_occlusion_prevention=round(mouth, 3),
        head_pose_yaw=round(pose.yaw_deg, 1),
        head_pose_roll=round(pose.roll_deg, 1),
    )
