"""The scene before the camera: bodies keep their shape, and only the asked know what is asked."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest

from app.specimens.portraits import load_portrait
from app.specimens.stage.camera import VideoCamera
from app.specimens.stage.motion import Habits, Obedient, Recorded, other_turns, swinging
from app.specimens.stage.pose import Pose
from app.specimens.stage.presentation_set import (
    BONA_FIDE,
    SPECIES,
    presentation,
    presentation_names,
)
from app.specimens.stage.presenters import InjectedStills
from app.specimens.stage.sheet import Sheet
from app.specimens.stage.solid_head import SolidHead

CAMERA = VideoCamera()


def scene() -> np.ndarray:
    return np.zeros((480, 640, 3), np.float32)


def test_yaw_is_to_the_pictures_right_and_pitch_up() -> None:
    towards = np.array([0.0, 0.0, 1.0])  # of a body that looks at the camera

    assert (Pose(yaw_deg=20).rotation @ towards)[0] > 0.3
    assert (Pose(pitch_deg=20).rotation @ towards)[1] < -0.3


@pytest.mark.parametrize("bend_deg", [0.0, 90.0, -90.0])
def test_a_sheet_is_seen_where_the_camera_projects_its_middle(bend_deg: float) -> None:
    surface = np.zeros((60, 40, 4), np.float32)
    surface[28:32, 18:22] = 1.0
    light = scene()
    pose = Pose(x_cm=4, y_cm=-3, yaw_deg=15)

    Sheet(surface, 20.0).show(light, CAMERA, pose, bend_deg=bend_deg)

    found = np.argwhere(light[..., 0] > 0.3).mean(axis=0)[::-1]
    assert np.abs(found - CAMERA.project(pose.place[None])[0]).max() < 3


def test_a_bent_sheet_is_narrower_than_a_flat_one() -> None:
    paper = np.ones((60, 40, 4), np.float32)
    widths = []
    for bend_deg in (0.0, 120.0):
        light = scene()
        Sheet(paper, 20.0).show(light, CAMERA, Pose(), bend_deg=bend_deg)
        widths.append(np.ptp(np.argwhere(light[240, :, 0] > 0.5)))

    assert widths[1] < 0.9 * widths[0]


def test_the_nose_of_a_turned_head_hides_more_than_a_print_would() -> None:
    marked = np.full((675, 525, 3), 120, np.uint8)
    places = {"eyes": (262, 310), "nose": (262, 400)}  # px of the portrait: between, and the tip
    for colour, place in enumerate(places.values()):
        cv2.circle(marked, place, 8, [255 * (colour == channel) for channel in range(3)], -1)
    light = scene()

    SolidHead(marked).show(light, CAMERA, Pose(z_cm=45, yaw_deg=25), with_body=False)

    eyes, nose = (
        np.argwhere(light[..., colour] > 2 * light[..., 1 - colour] + 0.05)[:, 1].mean()
        for colour in (0, 1)
    )
    assert nose - eyes > 6  # a flat picture keeps them on one upright line


def test_a_person_does_what_is_asked_and_a_recording_does_not() -> None:
    person = Obedient(Habits(slip_share=0.0, tremor_deg=0.0), Random(1))
    for at_s in np.arange(0, 4, 0.2):
        turned = person.bearing(float(at_s), "yaw_right")
    assert turned.yaw_deg < -20

    clip = other_turns(Random(2))
    assert clip.bearing(5.0, "yaw_left") == clip.bearing(5.0, "yaw_right")


def test_a_swinging_clip_reaches_both_sides() -> None:
    clip: Recorded = swinging(Random(3))
    yaws = [clip.bearing(at_s, "center").yaw_deg for at_s in np.arange(0, 20, 0.1)]

    assert min(yaws) < -24
    assert max(yaws) > 24


def test_stills_change_only_when_something_else_is_asked() -> None:
    one, other = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 9, np.uint8)
    stills = InjectedStills({"center": one, "yaw_left": other}, fade_s=0.0, reaction_s=0.5)

    assert stills.picture(0.0, "center").max() == 0
    assert stills.picture(1.0, "yaw_left").max() == 0
    assert stills.picture(1.6, "yaw_left").max() == 9


@pytest.mark.parametrize(
    "species", ["bona_fide", "print_flexed", "cut_out_worn", "screen_swinging"]
)
def test_a_presentation_is_the_same_for_the_same_seed(species: str) -> None:
    once, again = (presentation(species, 1, 0).presenter.picture(0.1, "center") for _ in range(2))

    assert once.shape == (480, 640, 3)
    assert np.array_equal(once, again)
    other = presentation(species, 2, 0).presenter.picture(0.1, "center")
    assert not np.array_equal(once, other)


def test_every_species_has_its_count() -> None:
    names = list(presentation_names(3, 7))

    assert sum(species == BONA_FIDE for species, _ in names) == 7
    assert len(names) == 7 + 3 * (len(SPECIES) - 1)


def test_holes_show_what_is_behind() -> None:
    held = presentation("cut_out_eyes", 1, 0).presenter.sheet  # type: ignore[attr-defined]

    assert held.surface[..., 3].min() == 0
    assert load_portrait("astronaut").shape[0] == pytest.approx(held.surface.shape[0], abs=60)
