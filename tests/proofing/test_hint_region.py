from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.proofing.hint_region import hint_region
from app.proofing.presence_tracker import frame_hint
from app.specimens.portraits import load_selfie
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_observation import FaceObservation, observe_frame
from app.vision.image import Region

ENGINE = DlibFaceEngine()
SELFIE = load_selfie("astronaut")
LEFT, TOP, RIGHT, BOTTOM = 200, 100, 440, 340  # of a face in 640 x 480
LANDMARKS = ((250.0, 180.0), (290.0, 180.0), (350.0, 180.0), (390.0, 180.0), (320.0, 240.0))


def seen(**changes: object) -> FaceObservation:
    values = {"box": (LEFT, TOP, RIGHT, BOTTOM), "landmarks": LANDMARKS} | changes
    return FaceObservation(1, 640, 480, "0", 120.0, 80.0, **values)  # type: ignore[arg-type]


def middle(region: Region | None) -> tuple[float, float]:
    assert region is not None
    return (region.x + region.w / 2) * 640, (region.y + region.h / 2) * 480


def test_covered_eyes_and_a_covered_mouth_are_told_apart_by_their_place() -> None:
    eyes = middle(hint_region(seen(eye_contrast=0.01), "face_covered"))
    mouth = middle(hint_region(seen(mouth_contrast=0.01), "face_covered"))

    assert eyes == pytest.approx((320, 180), abs=1)
    assert mouth == pytest.approx((320, 276), abs=1)


def test_the_other_face_is_where_it_was_found() -> None:
    pair = np.hstack([SELFIE, cv2.resize(load_selfie("grace_hopper"), SELFIE.shape[1::-1])])
    observation = observe_frame(np.asarray(pair, np.uint8), ENGINE)
    region = hint_region(observation, frame_hint(observation))

    assert frame_hint(observation) == "multiple_faces"
    assert region is not None
    assert observation.box is not None
    is_main_left = observation.box[0] < SELFIE.shape[1]
    assert (region.x > 0.5) == is_main_left
    assert FaceObservation.from_dict(observation.as_dict()) == observation


def test_a_place_stays_within_the_frame() -> None:
    region = hint_region(seen(other_box=(-40, 300, 90, 520)), "multiple_faces")

    assert region == Region(0.0, 0.625, 0.140625, 0.375)


@pytest.mark.parametrize("hint", [None, "too_dark", "turn_more", "multiple_faces"])
def test_what_has_no_place_is_given_none(hint: str | None) -> None:
    assert hint_region(seen(), hint) is None
