"""A rim that moves around the face is told from edges that stay where they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.domain.checks import Outcome
from app.proofing.border_signal import border_signal
from app.proofing.presence_signals import PresenceFrame
from app.vision.face_observation import FaceObservation

FACE = (260, 160, 380, 300)
SWAY_PX = (0, 3, 6, 3, 0, -3, -6, -3) * 3


def _room() -> np.ndarray:
    """Shelves and pictures, with edges of their own beside the face."""
    chance = np.random.default_rng(7)
    room = np.full((480, 640, 3), 120, np.uint8)
    for _ in range(60):
        x, y, w, h = chance.integers((0, 0, 10, 10), (600, 440, 90, 200))
        colour = [int(value) for value in chance.integers(40, 220, 3)]
        cv2.rectangle(room, (x, y), (x + w, y + h), colour, -1)
    room[60:420, 190:450] = 90
    return room


ROOM = _room()


def _frame(place: int, image: np.ndarray, aside_px: int) -> PresenceFrame:
    left, top, right, bottom = FACE
    seen = FaceObservation(
        face_count=1,
        width_px=640,
        height_px=480,
        pixel_digest=str(place),
        brightness=120.0,
        box=(left + aside_px, top, right + aside_px, bottom),
    )
    return PresenceFrame(place / 5, seen, np.ascontiguousarray(image))


def _shown(
    *, paper_sways: bool, camera_sways: bool, room: np.ndarray = ROOM
) -> list[PresenceFrame]:
    """A face; with paper its print is held before the room, and the hand trembles."""
    frames = []
    for place, sway_px in enumerate(SWAY_PX):
        image, aside_px = room.copy(), sway_px if paper_sways else 0
        if paper_sways:
            cv2.rectangle(image, (215 + aside_px, 100), (425 + aside_px, 380), (235,) * 3, -1)
        cv2.ellipse(image, (320 + aside_px, 230), (55, 75), 0, 0, 360, (190, 150, 130), -1)
        if camera_sways:
            image, aside_px = np.roll(image, sway_px, axis=1), aside_px + sway_px
        frames.append(_frame(place, image, aside_px))
    return frames


@pytest.mark.parametrize("camera_sways", [False, True])
def test_the_rim_of_a_print_in_the_hand_moves(*, camera_sways: bool) -> None:
    signal = border_signal(_shown(paper_sways=True, camera_sways=camera_sways))

    assert signal.outcome is Outcome.FAILED


@pytest.mark.parametrize("camera_sways", [False, True])
def test_what_is_behind_a_person_does_not_move_even_when_the_camera_does(
    *, camera_sways: bool
) -> None:
    signal = border_signal(_shown(paper_sways=False, camera_sways=camera_sways))

    assert (signal.outcome, signal.score) == (Outcome.PASSED, 0.0)


def test_before_a_bare_wall_or_without_a_face_nothing_is_said() -> None:
    wall = np.full((480, 640, 3), 128, np.uint8)
    nobody = [PresenceFrame(0.0, FaceObservation(0, 640, 480, "0", 120.0), wall)] * 9

    for frames in (_shown(paper_sways=True, camera_sways=False, room=wall), nobody, []):
        assert border_signal(frames).outcome is Outcome.INCONCLUSIVE
