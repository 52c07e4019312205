from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from app.specimens.head import turn_head
from app.specimens.portraits import load_selfie
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_quality import FaceQuality, measure_face_quality

if TYPE_CHECKING:
    from app.vision.faces import Face

ENGINE = DlibFaceEngine()
SELFIE = load_selfie("astronaut")


@cache
def faces() -> list[Face]:
    return ENGINE.detect(SELFIE)


def quality(picture: np.ndarray) -> FaceQuality:
    # The face stays where it was, so that only the picture of it is worse.
    return measure_face_quality(np.asarray(picture, np.uint8), faces())


def test_a_good_selfie() -> None:
    good = quality(SELFIE)

    assert good.single_face_present == 1
    assert 0.2 < good.head_size < 0.8
    assert good.under_exposure_prevention > 0.9
    assert good.over_exposure_prevention > 0.9
    assert abs(good.head_pose_yaw) < 10


def test_each_fault_shows_in_the_measure_of_its_name() -> None:
    good, box = quality(SELFIE), faces()[0].box
    mouth = faces()[0].landmarks[4] + (0, 0.3 * box.width_px)
    covered = SELFIE.copy()
    cv2.circle(covered, (int(mouth[0]), int(mouth[1])), box.width_px // 3, (90, 90, 90), -1)

    assert quality(SELFIE // 12).under_exposure_prevention < 0.5
    assert quality(np.clip(SELFIE.astype(int) * 4, 0, 255)).over_exposure_prevention < 0.6
    assert quality(cv2.GaussianBlur(SELFIE, (0, 0), 8)).sharpness < 0.2 * good.sharpness
    assert quality(covered).mouth_occlusion_prevention < 0.5 * good.mouth_occlusion_prevention
    assert quality(SELFIE // 3).luminance_mean == pytest.approx(good.luminance_mean / 3, abs=0.02)


def test_size_is_told_in_pixels_and_in_shares() -> None:
    small = cv2.resize(SELFIE, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    half = measure_face_quality(np.asarray(small, np.uint8), ENGINE.detect(small))

    assert half.inter_eye_distance == pytest.approx(quality(SELFIE).inter_eye_distance / 2, rel=0.1)
    assert half.head_size == pytest.approx(quality(SELFIE).head_size, rel=0.2)


def test_a_second_person_and_a_turn_are_told() -> None:
    pair = np.hstack([SELFIE, load_selfie("grace_hopper")[: SELFIE.shape[0]]])
    turned = turn_head(SELFIE, 25)

    assert measure_face_quality(pair, ENGINE.detect(pair)).single_face_present == 0
    assert measure_face_quality(turned, ENGINE.detect(turned)).head_pose_yaw > 10
