from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import pytest

from app.domain.checks import Outcome
from app.domain.reasons import ReasonCode
from app.proofing.operating_points import POINTS
from app.proofing.presence import clip_pass_share, judge_presence
from app.proofing.presence_signals import (
    Frontal,
    PresenceFrame,
    three_dimensionality_signals,
)
from app.specimens.clips import flat_photo_clip, head_clip
from app.specimens.portraits import load_portrait, load_selfie
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_observation import observe_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.proofing.presence import PresenceReport

ENGINE = DlibFaceEngine()
FPS = 10
TURNS = ("yaw_left", "yaw_right")
MOVES = ("center", "yaw_left", "center", "yaw_right")


@cache
def frames_of(kind: str, name: str = "astronaut") -> tuple[PresenceFrame, ...]:
    if kind == "head":
        images = head_clip(load_selfie(name), MOVES, FPS)
    else:
        bend_deg = 60.0 if kind == "bent" else 0.0
        images = flat_photo_clip(load_portrait(name), MOVES, FPS, bend_deg=bend_deg)
    return tuple(
        PresenceFrame(place / FPS, observe_frame(image, ENGINE), image)
        for place, image in enumerate(images)
    )


def outcome(report: PresenceReport, name: str) -> Outcome:
    return next(signal.outcome for signal in report.signals if signal.name == name)


@pytest.mark.parametrize("name", ["astronaut", "grace_hopper"])
def test_a_head_that_follows_the_prompts_is_present(name: str) -> None:
    report = judge_presence(frames_of("head", name), TURNS, ENGINE)

    assert (report.verdict, report.reasons) == ("present", ())


@pytest.mark.parametrize("kind", ["flat", "bent"])
def test_a_print_turned_in_the_hand_is_an_attack(kind: str) -> None:
    report = judge_presence(frames_of(kind), TURNS, ENGINE)

    assert report.verdict == "attack"
    assert report.reasons[0] is ReasonCode.NOT_LIVE
    assert outcome(report, "three_dimensionality") is Outcome.FAILED


def test_a_tier_moves_the_points_that_signals_are_judged_by() -> None:
    moved = {
        **POINTS,
        "presence_three_dimensionality": 9.0,
        "presence_same_person_score": 9.0,
        "presence_repeated_frame_share": -1.0,
        "presence_face_share": 9.0,
    }
    frames = frames_of("head")
    usual = judge_presence(frames, TURNS, ENGINE)
    strict = judge_presence(frames, TURNS, ENGINE, points=moved)

    for name in ("three_dimensionality", "same_person", "repeated_frames", "face_present"):
        assert outcome(usual, name) is Outcome.PASSED
        assert outcome(strict, name) is Outcome.FAILED


def test_the_wrong_order_is_not_present() -> None:
    report = judge_presence(frames_of("head"), ("yaw_right", "yaw_right"), ENGINE)

    assert report.verdict == "inconclusive"
    assert ReasonCode.CHALLENGE_FAILED in report.reasons


def test_frames_that_come_round_again_are_a_replay() -> None:
    once = frames_of("head")[:12]
    again = [replace(frame, at_s=frame.at_s + 1.2 * turn) for turn in range(4) for frame in once]

    report = judge_presence(again, TURNS, ENGINE)

    assert report.verdict == "attack"
    assert ReasonCode.REPLAY_SUSPECTED in report.reasons


def test_another_person_half_way_is_an_attack() -> None:
    first, second = frames_of("head"), frames_of("head", "grace_hopper")
    half = len(first) // 2

    report = judge_presence([*first[:half], *second[half:]], TURNS, ENGINE)

    assert report.verdict == "attack"
    assert outcome(report, "same_person") is Outcome.FAILED


def test_a_still_face_proves_nothing() -> None:
    report = judge_presence(frames_of("head")[:5], TURNS, ENGINE)

    assert report.verdict == "inconclusive"
    assert outcome(report, "three_dimensionality") is Outcome.INCONCLUSIVE


def test_answers_faster_than_people_are_refused_live_only() -> None:
    hasty = [replace(frame, at_s=frame.at_s / 20) for frame in frames_of("head")]

    live = judge_presence(hasty, TURNS, ENGINE)

    assert outcome(live, "fastest_response_s") is Outcome.FAILED
    recorded = judge_presence(frames_of("head"), TURNS, ENGINE, is_recording=True)
    assert "fastest_response_s" not in [signal.name for signal in recorded.signals]


def test_no_frames_are_no_face() -> None:
    assert judge_presence((), TURNS, ENGINE).reasons == (ReasonCode.NO_FACE,)


def test_a_recording_passes_as_many_deals_as_is_written_down() -> None:
    assert clip_pass_share(TURNS * 5) == 3 / 32
    assert max(clip_pass_share(turns) for turns in product(TURNS, repeat=3)) <= 3 / 32


def test_stills_that_are_switched_are_a_replay() -> None:
    first, turned = frames_of("head")[0], frames_of("head")[14]
    stills = [replace((first, turned)[at % 2], at_s=0.4 * at) for at in range(20)]

    report = judge_presence(stills, TURNS, ENGINE)

    assert report.verdict == "attack"
    assert outcome(report, "frozen_frames") is Outcome.FAILED


def test_the_same_frames_get_the_same_report() -> None:
    frames = frames_of("head")

    assert judge_presence(frames, TURNS, ENGINE) == judge_presence(frames, TURNS, ENGINE)


def scores(frames: Sequence[PresenceFrame], asked: int) -> list[float | None]:
    frontal = Frontal(frames[0].observation.nose_ratio, frames[0].observation.detector_score)
    return [each.score for each in three_dimensionality_signals(frames, frontal, asked=asked)]


def test_one_turn_alone_says_nothing_where_more_were_asked() -> None:
    there_and_back = frames_of("head")[: 3 * len(frames_of("head")) // 4]

    assert None not in scores(there_and_back, asked=1)
    assert scores(there_and_back, asked=4) == [None, None]
    assert None not in scores(frames_of("head"), asked=4)


def test_points_that_were_lost_in_a_turn_begin_no_other_turn() -> None:
    """Such a passage leads from a turned head to a turned head, and shows no depth at all."""
    frames = list(frames_of("head"))
    turned = max(range(len(frames)), key=lambda place: frames[place].observation.nose_ratio)
    lost = replace(frames[turned].observation, nose_ratio=frames[0].observation.nose_ratio)
    frames[turned] = replace(frames[turned], observation=lost)

    assert lost.facing == "left"
    assert scores(frames, asked=1) == scores([*frames[:turned], *frames[turned + 1 :]], asked=1)


def test_a_print_without_any_challenge_is_an_attack_all_the_same() -> None:
    assert judge_presence(frames_of("flat"), (), ENGINE, is_recording=True).verdict == "attack"
