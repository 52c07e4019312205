"""Whether a face that turned moved like a body or like a flat picture.

Whatever is done to a flat picture, two views of it differ by a homography. A head does not, for the
nose stands out. Features inside the face are tracked from a frontal to a turned frame; what the
best homography leaves unexplained is the score. Five landmarks alone do not do: a print turned
about a slanted axis shears, and moves the nose against the eyes as a turning head does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import to_gray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.vision.faces import Landmarks
    from app.vision.image import GrayImage, Image

    Points = NDArray[np.float32]

_SIDE_PX = 240  # of the face, levelled and scaled so that its eyes are _EYE_SPAN_PX apart
_EYE_SPAN_PX = 110
_EYE_LINE_PX = 85
_FACE_CENTRE_PX = (120, 120)
_FACE_AXES_PX = (75, 95)
_MAX_FEATURES = 150
_MIN_FEATURES = 25
_ROUND_TRIP_PX = 2.0  # a feature that does not come back was lost on the way
_WINDOW_PX = 25


@dataclass(frozen=True, slots=True)
class ThreeDimensionality:
    """What no homography explains, in outer eye distances; higher is more three-dimensional."""

    score: float
    feature_count: int


def measure_three_dimensionality(
    frames: Sequence[Image], landmarks: Sequence[Landmarks]
) -> ThreeDimensionality | None:
    """The score of a turn that begins frontal and ends turned.

    Shapes and units: `frames` (H, W, 3) uint8 RGB in their order; `landmarks` (5, 2) px of each.
    Returns: None when fewer than 25 features survive, as in the dark or across a large jump.
    Cost: 5 ms a frame.
    """
    faces = [_levelled(*pair) for pair in zip(frames, landmarks, strict=True)]
    if len(faces) < 2:
        return None
    start, end = _tracked(faces)
    if len(start) < _MIN_FEATURES:
        return None
    homography, _ = cv2.findHomography(start, end, cv2.LMEDS)
    if homography is None:
        return None
    explained = cv2.perspectiveTransform(start[:, None], homography)[:, 0]
    left_over = np.hypot(*(explained - end).T) / _EYE_SPAN_PX
    return ThreeDimensionality(round(float(np.percentile(left_over, 75)), 4), len(start))


def _levelled(image: Image, landmarks: Landmarks) -> GrayImage:
    along = landmarks[3] - landmarks[0]
    span_px = max(1.0, float(np.hypot(*along)))
    cosine, sine = along / span_px
    turn = np.array([[cosine, sine], [-sine, cosine]]) * (_EYE_SPAN_PX / span_px)
    shift = np.array([_SIDE_PX / 2, _EYE_LINE_PX]) - turn @ landmarks[:4].mean(axis=0)
    face = cv2.warpAffine(to_gray(image), np.column_stack([turn, shift]), (_SIDE_PX, _SIDE_PX))
    # Webcams by lamplight leave too little contrast for corners without it.
    return np.asarray(cv2.createCLAHE(2.0, (4, 4)).apply(face), dtype=np.uint8)


def _tracked(faces: list[GrayImage]) -> tuple[Points, Points]:
    oval = np.zeros((_SIDE_PX, _SIDE_PX), dtype=np.uint8)
    cv2.ellipse(oval, _FACE_CENTRE_PX, _FACE_AXES_PX, 0, 0, 360, (255,), -1)
    start = cv2.goodFeaturesToTrack(faces[0], _MAX_FEATURES, 0.005, 6, mask=oval)
    if start is None:
        return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
    here = np.asarray(start, dtype=np.float32)
    alive = np.ones(len(here), dtype=np.bool_)
    for before, after in pairwise(faces):
        there, found = _flow(before, after, here)
        back, found_back = _flow(after, before, there)
        alive &= found & found_back & (np.abs(back - here).max(axis=(1, 2)) < _ROUND_TRIP_PX)
        here = there
    return np.asarray(start, dtype=np.float32)[alive, 0], here[alive, 0]


def _flow(before: GrayImage, after: GrayImage, points: Points) -> tuple[Points, NDArray[np.bool_]]:
    moved, status, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points, points.copy(), winSize=(_WINDOW_PX, _WINDOW_PX), maxLevel=3
    )
    return np.asarray(moved, dtype=np.float32), np.asarray(status).ravel() == 1
