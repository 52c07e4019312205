"""What covers a face is noticed, and an uncovered one is not taken for it."""

from random import Random

import pytest

from app.proofing.presence_tracker import frame_hint
from app.specimens.covered_face import COVERS
from app.specimens.head import turn_head
from app.specimens.portraits import PORTRAIT_NAMES, load_selfie
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_cover import feature_contrasts
from app.vision.face_observation import FaceObservation, observe_frame

ENGINE = DlibFaceEngine()


@pytest.mark.parametrize("name", PORTRAIT_NAMES)
@pytest.mark.parametrize("yaw_deg", [-24, 0, 24])
def test_an_uncovered_head_is_never_told_to_uncover(name: str, yaw_deg: int) -> None:
    seen = observe_frame(turn_head(load_selfie(name), yaw_deg), ENGINE)

    assert frame_hint(seen) != "face_covered"


@pytest.mark.parametrize("cover", COVERS)
def test_a_cover_takes_the_contrast_where_it_lies(cover: str) -> None:
    selfie = load_selfie("astronaut")
    (face,) = ENGINE.detect(selfie)
    covered = COVERS[cover](selfie, face.landmarks, Random(3))

    eyes, mouth = feature_contrasts(selfie, face.landmarks)
    eyes_left, mouth_left = feature_contrasts(covered, face.landmarks)

    if cover == "dark_glasses":
        assert (eyes_left < eyes / 2, mouth_left > 0.8 * mouth) == (True, True)
    else:
        assert (mouth_left < mouth, eyes_left > 0.8 * eyes) == (True, True)


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        ({"mouth_contrast": 0.03}, "face_covered"),
        ({"eye_contrast": 0.03}, "face_covered"),
        ({"mouth_contrast": 0.03, "nose_ratio": 0.12}, None),
        ({"mouth_contrast": 0.03, "sharpness": 1.0}, "hold_still"),
        ({}, None),
    ],
)
def test_only_a_sharp_frontal_face_is_said_to_be_covered(
    values: dict[str, float], hint: str | None
) -> None:
    plain = {
        "face_count": 1, "width_px": 640, "height_px": 480, "pixel_digest": "d", "sharpness": 40.0,
        "brightness": 120.0, "box": (200, 100, 420, 320), "landmarks": (), "detector_score": 1.0,
        "nose_ratio": 0.0, "yaw_deg": 0.0, "roll_deg": 0.0,
    }  # fmt: skip

    assert frame_hint(FaceObservation.from_dict(plain | values)) == hint
