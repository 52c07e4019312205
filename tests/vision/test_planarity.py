from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from app.proofing.operating_points import NOSE_LEAD, THREE_DIMENSIONALITY
from app.specimens.clips import flat_photo_clip, head_clip
from app.specimens.portraits import load_portrait, load_selfie
from app.specimens.stage.motion import Recorded
from app.specimens.stage.presentation_set import presentation
from app.specimens.stage.presenters import Person
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.planarity import measure_three_dimensionality

if TYPE_CHECKING:
    from app.vision.image import Image

ENGINE = DlibFaceEngine()
NAMES = ("astronaut", "grace_hopper")


def scores_of(frames: list[Image]) -> tuple[float, float]:
    """Against the plane, and of the nose; above 1 is a head."""
    landmarks = [ENGINE.detect(frame)[0].landmarks for frame in frames]
    measured = measure_three_dimensionality(frames, landmarks)
    assert measured is not None
    return measured.left_over / THREE_DIMENSIONALITY, measured.nose_lead / NOSE_LEAD


def slanted(picture: Image, angle_deg: float) -> Image:
    """The picture as a plane turned about its own diagonal, which moves the nose as a head does."""
    height, width = picture.shape[:2]
    focal = 1.6 * width
    axis = np.radians(angle_deg) * np.array([1.0, 1.0, 0.0]) / np.sqrt(2)
    plane = cv2.Rodrigues(axis)[0] @ np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 0]])
    plane[2, 2] += focal
    centre = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1]])
    homography = centre @ np.diag([focal, focal, 1]) @ plane
    return cv2.warpPerspective(
        picture, homography, (width, height), borderMode=cv2.BORDER_REPLICATE
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_turning_head_is_no_plane(name: str) -> None:
    clip = head_clip(load_selfie(name), ("center", "yaw_left"), 10)

    assert min(scores_of(clip[5:12])) > 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bend_deg", [0.0, 60.0])
def test_a_print_is_told_however_it_is_bent(name: str, bend_deg: float) -> None:
    clip = flat_photo_clip(load_portrait(name), ("center", "yaw_left"), 10, bend_deg=bend_deg)

    assert min(scores_of(clip[5:12])) < 1


@pytest.mark.parametrize("name", NAMES)
def test_a_print_turned_about_a_slanted_axis_is_told(name: str) -> None:
    held = flat_photo_clip(load_portrait(name), ("center",), 10)[0]

    assert max(scores_of([slanted(held, angle) for angle in (0, 10, 20, 30)])) < 1


def test_a_print_bent_as_far_as_a_face_has_no_nose() -> None:
    held = presentation("print_worn", 9303, 1).presenter
    clip = [held.picture(0.1, "center")]
    clip += [held.picture(1 + at / 10, "yaw_left") for at in range(12)]
    turned = [frame for frame in clip if ENGINE.detect(frame)][:12]

    assert scores_of(turned)[1] < 1


def test_two_unrelated_frames_are_not_measured() -> None:
    face = load_selfie("astronaut")
    landmarks = ENGINE.detect(face)[0].landmarks

    assert measure_three_dimensionality([face, np.zeros_like(face)], [landmarks] * 2) is None


@pytest.mark.parametrize("number", [4, 5, 7])
def test_what_a_quick_turn_loses_is_found_where_the_rest_says(number: int) -> None:
    """In the noise of a webcam, and 26 degrees farther from one frame to the next."""
    person = presentation("bona_fide", 1, number).presenter
    assert isinstance(person, Person)
    frames = []
    for yaw_deg in (0.0, 26.0):
        person.mover = Recorded(((0.0, yaw_deg), (60.0, yaw_deg)))
        frames.append(person.picture(0.1, "center"))
    measured = measure_three_dimensionality(
        frames, [ENGINE.detect(frame)[0].landmarks for frame in frames]
    )

    assert measured is not None
    assert measured.feature_count >= 60
    assert measured.nose_lead > NOSE_LEAD
