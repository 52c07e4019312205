"""Each sign of an injection is told by itself, and none decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.domain.checks import Outcome
from app.domain.frame_origin import NOTHING_KNOWN, CameraSource, FrameOrigin
from app.domain.presence import PresenceWay
from app.domain.reasons import ReasonCode
from app.proofing.injection_signals import injection_signals
from app.proofing.operating_points import POINTS
from app.proofing.presence_check import presence_check
from app.proofing.presence_signals import PresenceFrame
from app.specimens.clips import head_clip
from app.specimens.portraits import load_selfie
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_observation import FaceObservation, observe_frame

if TYPE_CHECKING:
    from app.vision.image import Image

NOBODY = FaceObservation(0, 160, 160, "0", 100.0)


def scene() -> Image:
    noise = np.random.default_rng(7)
    coarse = noise.integers(30, 220, (20, 20, 3), dtype=np.uint8)
    return np.kron(coarse, np.ones((8, 8, 1), np.uint8))


def frames(count: int = 6, *, noise: int) -> list[PresenceFrame]:
    dice = np.random.default_rng(3)
    still = scene().astype(np.int16)
    return [
        PresenceFrame(
            place / 5,
            NOBODY,
            np.clip(still + dice.integers(-noise, noise + 1, still.shape), 0, 255).astype(np.uint8),
        )
        for place in range(count)
    ]


def told(shown: list[PresenceFrame], origin: FrameOrigin) -> dict[str, Outcome]:
    return {signal.name: signal.outcome for signal in injection_signals(shown, origin)}


def test_a_page_with_a_camera_shows_no_sign() -> None:
    found = told(frames(noise=2), FrameOrigin(CameraSource.DEVICE))

    assert list(found) == [
        "posted_without_page",
        "camera_stand_in",
        "frames_seen_before",
        "failed_challenges",
        "frozen_noise",
    ]
    assert set(found.values()) == {Outcome.PASSED}


@pytest.mark.parametrize("source", [CameraSource.VIRTUAL, CameraSource.FILE])
def test_what_stands_in_for_a_camera_is_told(source: CameraSource) -> None:
    found = told(frames(noise=2), FrameOrigin(source))

    assert [name for name, said in found.items() if said is Outcome.FAILED] == ["camera_stand_in"]


def test_a_camera_without_a_name_says_nothing() -> None:
    found = told(frames(noise=2), FrameOrigin(CameraSource.UNNAMED))

    assert found["camera_stand_in"] is Outcome.INCONCLUSIVE
    assert found["posted_without_page"] is Outcome.PASSED


def test_frames_that_no_page_asked_for_are_told() -> None:
    found = told(frames(noise=2), NOTHING_KNOWN)

    assert found["posted_without_page"] is Outcome.FAILED
    assert found["camera_stand_in"] is Outcome.INCONCLUSIVE


def test_frames_that_were_seen_before_are_told() -> None:
    seen = FrameOrigin(CameraSource.DEVICE, frames_seen_before=3)
    (signal,) = (
        each for each in injection_signals(frames(noise=2), seen) if each.name.startswith("frames")
    )

    assert (signal.score, signal.outcome) == (0.5, Outcome.FAILED)


def test_noise_that_stands_still_is_told() -> None:
    found = told(frames(noise=0), FrameOrigin(CameraSource.DEVICE))

    assert found["frozen_noise"] is Outcome.FAILED


def test_an_even_picture_shows_no_noise_either_way() -> None:
    black = [PresenceFrame(at, NOBODY, np.zeros((160, 160, 3), np.uint8)) for at in (0.0, 0.2)]

    assert told(black, NOTHING_KNOWN)["frozen_noise"] is Outcome.INCONCLUSIVE


def test_no_sign_decides_and_all_are_in_the_check() -> None:
    engine = DlibFaceEngine()
    clean, marked = (
        presence_check(
            frames(noise=2),
            (),
            engine,
            recording_tolerated=False,
            points=POINTS,
            way=PresenceWay.TURNS,
            origin=origin,
        )
        for origin in (FrameOrigin(CameraSource.DEVICE), FrameOrigin(CameraSource.VIRTUAL, 6))
    )

    assert (clean.outcome, clean.reason) == (marked.outcome, marked.reason)
    assert marked.detail["reported"]["camera_stand_in"] == ["failed", 1.0]  # type: ignore[index]
    assert marked.detail["signals"] == clean.detail["signals"]


def test_who_met_a_challenge_after_many_is_left_to_a_person() -> None:
    engine = DlibFaceEngine()
    clip = head_clip(load_selfie("astronaut"), ("center", "yaw_left"), 5)
    shown = [
        PresenceFrame(place / 5, observe_frame(image, engine), image)
        for place, image in enumerate(clip)
    ]

    third, fourth = (
        presence_check(
            shown,
            ("yaw_left",),
            engine,
            recording_tolerated=False,
            points=POINTS,
            origin=FrameOrigin(CameraSource.DEVICE, challenges_failed=failed),
        )
        for failed in (2, 3)
    )

    assert third.outcome is Outcome.PASSED
    assert (fourth.outcome, fourth.reason) == (
        Outcome.INCONCLUSIVE,
        ReasonCode.CHALLENGE_MET_LATE,
    )
