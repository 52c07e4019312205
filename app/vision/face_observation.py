"""What one frame of a selfie shows: faces, pose, light and sharpness, as plain numbers."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import cv2
import numpy as np

from app.vision.face_cover import feature_contrasts
from app.vision.image import resize_to_fit, to_gray, within
from app.vision.pose import estimate_pose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.vision.faces import Face, FaceEngine, Facing, Landmarks
    from app.vision.image import Image

_SHARPNESS_SIDE_PX = 128
_FACINGS = ("ahead", "left", "right")
_SECOND_FACE_SHARE = 0.4  # a face this wide, relative to the main one, is a second person present


@dataclass(frozen=True, slots=True)
class FaceObservation:
    """One frame in numbers; `box` and `landmarks` in px of a frame of `width_px` x `height_px`.

    `brightness` is the mean luminance of the face, 0 to 255; `sharpness` the variance of its
    Laplacian at 128 px; `pixel_digest` is equal only for frames with equal pixels. The contrasts of
    eyes and mouth are small where these are covered; frames of older releases have none.
    `other_box` is the face of a second person, `facing` where the detector itself saw the head
    turned; frames of older releases have none.
    """

    face_count: int
    width_px: int
    height_px: int
    pixel_digest: str
    brightness: float
    sharpness: float = 0.0
    box: tuple[int, int, int, int] | None = None
    landmarks: tuple[tuple[float, float], ...] = ()
    detector_score: float = 0.0
    nose_ratio: float = 0.0
    yaw_deg: float = 0.0
    roll_deg: float = 0.0
    eye_contrast: float = 1.0
    mouth_contrast: float = 1.0
    other_box: tuple[int, int, int, int] | None = None
    facing: Facing | None = None

    @property
    def side(self) -> int:
        """1 where the detector saw the head turned to the person's own left, -1 to the right.

        0 where it looks ahead, and where the engine does not tell.
        """
        return {"left": 1, "right": -1}.get(self.facing or "", 0)

    @property
    def face_width_share(self) -> float:
        """The width of the face's box as a share of the frame's shorter side."""
        if self.box is None:
            return 0.0
        return (self.box[2] - self.box[0]) / min(self.width_px, self.height_px)

    @property
    def face_aside_share(self) -> float:
        """How far the face is from the middle, of the frame's width; positive to its right."""
        if self.box is None:
            return 0.0
        return (self.box[0] + self.box[2]) / 2 / self.width_px - 0.5

    @property
    def points(self) -> Landmarks:
        """The five landmarks as an array (5, 2); (0, 2) without a face."""
        return np.array(self.landmarks, dtype=np.float64).reshape(-1, 2)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The observation that `as_dict` wrote, each value forced to its type.

        Raises: KeyError, TypeError or ValueError for anything else.
        """
        numbers = ("detector_score", "nose_ratio", "yaw_deg", "roll_deg", "sharpness", "brightness")
        return cls(
            face_count=int(values["face_count"]),
            width_px=int(values["width_px"]),
            height_px=int(values["height_px"]),
            pixel_digest=str(values["pixel_digest"])[:64],
            box=_edges(values["box"]),
            landmarks=tuple((float(x), float(y)) for x, y in values["landmarks"]),
            **{name: float(values[name]) for name in numbers},
            **{name: float(values.get(name, 1.0)) for name in ("eye_contrast", "mouth_contrast")},
            other_box=_edges(values.get("other_box")),
            facing=facing if (facing := values.get("facing")) in _FACINGS else None,
        )


def observe_frame(image: Image, engine: FaceEngine) -> FaceObservation:
    """The numbers of one selfie frame.

    Shapes and units: `image` (H, W, 3) uint8 RGB, upright, not mirrored.
    Cost: 40 ms at 640 x 480 with the dlib engine.
    """
    height_px, width_px = image.shape[:2]
    digest = hashlib.sha256(np.ascontiguousarray(image).tobytes()).hexdigest()
    faces = engine.detect(image)
    if not faces:
        brightness = float(to_gray(image).mean())
        return FaceObservation(0, width_px, height_px, digest, brightness)
    main = faces[0]
    brightness, sharpness = light_and_sharpness(image, main)
    pose = estimate_pose(main.landmarks)
    eye_contrast, mouth_contrast = feature_contrasts(image, main.landmarks)
    present = count_present(faces)
    return FaceObservation(
        face_count=present,
        width_px=width_px,
        height_px=height_px,
        pixel_digest=digest,
        brightness=round(brightness, 1),
        sharpness=round(sharpness, 1),
        box=_edges_of(main),
        landmarks=tuple((round(float(x), 2), round(float(y), 2)) for x, y in main.landmarks),
        detector_score=round(main.score, 3),
        nose_ratio=round(pose.nose_ratio, 4),
        yaw_deg=round(pose.yaw_deg, 1),
        roll_deg=round(pose.roll_deg, 1),
        eye_contrast=round(eye_contrast, 4),
        mouth_contrast=round(mouth_contrast, 4),
        other_box=_edges_of(faces[1]) if present > 1 else None,
        facing=main.facing,
    )


def _edges_of(face: Face) -> tuple[int, int, int, int]:
    return face.box.left_px, face.box.top_px, face.box.right_px, face.box.bottom_px


def _edges(box: Any) -> tuple[int, int, int, int] | None:
    if not box:
        return None
    left, top, right, bottom = (int(edge) for edge in box)
    return left, top, right, bottom


def count_present(faces: list[Face]) -> int:
    """How many people these faces are, largest first: small ones are pictures on the wall."""
    widest_px = faces[0].box.width_px
    return sum(1 for face in faces if face.box.width_px >= _SECOND_FACE_SHARE * widest_px)


def light_and_sharpness(image: Image, face: Face) -> tuple[float, float]:
    """The mean luminance in the face's box, and the variance of its Laplacian at 128 px."""
    shown = within(image, face.box)
    if shown.size == 0:
        return float(to_gray(image).mean()), 0.0
    gray = to_gray(resize_to_fit(shown, _SHARPNESS_SIDE_PX))
    return float(gray.mean()), float(cv2.Laplacian(gray, cv2.CV_64F).var())
