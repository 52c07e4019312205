"""The same frames end in the same check, however often they are judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from app.domain.checks import Outcome
from app.domain.examination import FrameEvidence
from app.domain.policy import Tier
from app.domain.presence import PresenceWay
from app.domain.reasons import ReasonCode
from app.proofing.operating_points import POINTS
from app.proofing.presence_check import PresenceJudge, presence_check
from app.proofing.presence_signals import PresenceFrame
from app.proofing.screen_light import ScreenLight, deal_lights
from app.specimens.clips import head_clip
from app.specimens.portraits import load_selfie
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_observation import FaceObservation, observe_frame
from app.vision.image import encode_jpeg
from app.vision.passive_pad import PadNetwork, PassivePad
from tests.builders.tiny_networks import pad_network

if TYPE_CHECKING:
    from app.domain.checks import CheckResult
    from app.vision.sandbox import Sandbox

ENGINE = DlibFaceEngine()
BEGAN = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def frames() -> list[FrameEvidence]:
    clip = head_clip(load_selfie("astronaut"), ("center", "yaw_left"), 5)
    return [
        FrameEvidence(
            encode_jpeg(image, 90),
            BEGAN + timedelta(seconds=place / 5),
            observe_frame(image, ENGINE).as_dict(),
        )
        for place, image in enumerate(clip)
    ]


def test_the_same_engine_comes_to_the_same_check(
    sandbox: Sandbox, frames: list[FrameEvidence]
) -> None:
    judge = PresenceJudge(sandbox, ENGINE)
    once, again, anew = (
        judge(frames, ["yaw_left"], Tier(), recording_tolerated=True, observes_anew=anew)
        for anew in (False, False, True)
    )

    assert once == again
    assert once.detail["verdict"] == anew.detail["verdict"] == "present"
    assert "moving_border" in once.detail["reported"]  # type: ignore[operator]


def test_what_passive_networks_say_is_reported_and_changes_no_verdict(
    sandbox: Sandbox, frames: list[FrameEvidence]
) -> None:
    tiny = PassivePad("tiny", [PadNetwork(2.7, pad_network)])
    without, told = (
        PresenceJudge(sandbox, ENGINE, passive_pad)(
            frames, ["yaw_left"], Tier(), recording_tolerated=True, observes_anew=False
        )
        for passive_pad in (None, tiny)
    )

    outcome, score = told.detail["reported"].pop("passive_pad")  # type: ignore[attr-defined]
    assert (outcome, score < 0.5) == ("failed", True)  # skin is redder than blue
    assert told == without


@pytest.fixture(scope="module")
def looks() -> dict[str, list[PresenceFrame]]:
    """Two people who look into the camera for three seconds each, moving as the living do."""
    return {
        name: [
            PresenceFrame(place / 5, observe_frame(image, ENGINE), image)
            for place, image in enumerate(head_clip(load_selfie(name), ("center",) * 3, 5))
        ]
        for name in ("astronaut", "grace_hopper")
    }


def _check(frames: list[PresenceFrame]) -> CheckResult:
    return presence_check(
        frames,
        ("still:3000",),
        ENGINE,
        recording_tolerated=False,
        points=POINTS,
        way=PresenceWay.STILL,
    )


def test_a_look_without_turns_is_left_to_a_person(looks: dict[str, list[PresenceFrame]]) -> None:
    check = _check(looks["astronaut"])

    assert (check.outcome, check.reason) == (
        Outcome.INCONCLUSIVE,
        ReasonCode.CHALLENGE_NOT_POSSIBLE,
    )
    assert (check.detail["way"], check.detail["verdict"]) == ("still", "left_to_people")


def test_a_look_with_something_against_it_is_not_left_to_a_person(
    looks: dict[str, list[PresenceFrame]],
) -> None:
    first, second = looks["astronaut"], looks["grace_hopper"]
    half = len(first) // 2
    swapped = _check([*first[:half], *second[half:]])
    frozen = _check([replace(first[0], at_s=frame.at_s) for frame in first])
    nobody = _check(
        [
            replace(frame, observation=replace(_NOBODY, pixel_digest=str(place)))
            for place, frame in enumerate(first)
        ]
    )

    assert (swapped.outcome, swapped.reason) == (Outcome.FAILED, ReasonCode.NOT_LIVE)
    assert (frozen.outcome, frozen.reason) == (Outcome.FAILED, ReasonCode.REPLAY_SUSPECTED)
    assert (nobody.outcome, nobody.reason) == (Outcome.INCONCLUSIVE, ReasonCode.NO_FACE)


def test_turns_without_the_light_that_is_asked_for_are_left_to_a_person(
    sandbox: Sandbox, frames: list[FrameEvidence]
) -> None:
    judge = PresenceJudge(sandbox, ENGINE)
    check = judge(
        frames,
        ["yaw_left"],
        Tier(presence_light=True),
        recording_tolerated=True,
        observes_anew=False,
    )

    assert (check.outcome, check.reason) == (
        Outcome.INCONCLUSIVE,
        ReasonCode.CHALLENGE_NOT_POSSIBLE,
    )
    assert check.detail["light"] == "declined"


def test_a_face_that_keeps_the_light_is_no_longer_present(
    sandbox: Sandbox, frames: list[FrameEvidence]
) -> None:
    colours = ScreenLight.start_dealt(deal_lights(Random(1))).colours
    lit = [
        replace(frame, observation={**frame.observation, "light": colour, "light_age_s": 0.5})
        for frame, colour in zip(frames, [*colours, *[None] * len(frames)], strict=False)
    ]
    judge = PresenceJudge(sandbox, ENGINE)
    live = judge(lit, [], Tier(), recording_tolerated=False, observes_anew=False)
    recorded = judge(lit, [], Tier(), recording_tolerated=True, observes_anew=False)

    assert live.detail["signals"]["reflected_light"][0] == "failed"  # type: ignore[index]
    assert live.outcome is not Outcome.PASSED
    assert "reflected_light" not in recorded.detail["signals"]  # type: ignore[operator]


_NOBODY = FaceObservation(0, 640, 480, "0", 120.0)
