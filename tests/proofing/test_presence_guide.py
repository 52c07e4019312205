"""What a person is told from the first prompt to the end, with colours and without."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from random import Random
from typing import Any

import pytest

from app.domain.presence import PresenceWay, TrackedPrompt
from app.proofing.presence_guide import Guide
from app.proofing.screen_light import ScreenLight, screen_code
from app.vision.face_observation import FaceObservation

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FACE = FaceObservation(
    1, 640, 480, "0", 120.0, 80.0, (220, 140, 420, 340), ((0.0, 0.0),) * 5, detector_score=1.0
)
TURNED = {"center": 0.0, "yaw_left": 0.2, "yaw_right": -0.2, "light": 0.0}
GUIDE = Guide()


def answered(way: PresenceWay, prompts: Any, pace_s: float = 0.3) -> list[TrackedPrompt]:
    """All answers to somebody who does what is asked; what is stored goes through JSON."""
    told = [GUIDE.start(prompts, NOW, recording_tolerated=False, way=way)]
    at = NOW
    while told[-1].status == "open" and len(told) < 300:
        at += timedelta(seconds=pace_s)
        seen = replace(FACE, nose_ratio=TURNED[told[-1].prompt]).as_dict()
        stored = json.loads(json.dumps(told[-1].tracker))
        told.append(GUIDE.advance(stored, seen, at, way=way))
    return told


@pytest.mark.parametrize("way", PresenceWay)
def test_the_place_of_a_hint_is_told(way: PresenceWay) -> None:
    stored = GUIDE.start(GUIDE.deal(Random(1), way), NOW, recording_tolerated=False, way=way)
    pair = replace(FACE, face_count=2, other_box=(480, 120, 640, 360)).as_dict()

    told = GUIDE.advance(stored.tracker, pair, NOW + timedelta(seconds=1), way=way)

    assert (told.hint, told.hint_region) == ("multiple_faces", (0.75, 0.25, 0.25, 0.5))


@pytest.mark.parametrize("way", PresenceWay)
def test_the_colours_come_one_by_one_after_all_else_is_met(way: PresenceWay) -> None:
    dealt = GUIDE.deal(Random(5), way, with_light=True)
    told = answered(way, dealt)

    assert told[-1].status == "met"
    assert [each.light is not None for each in told[:-1]] == [
        each.prompt == "light" for each in told[:-1]
    ]
    colours = ScreenLight.start_dealt(dealt).colours
    shown = [light for light, _ in groupby(each.light for each in told) if light]
    assert shown == [screen_code(colour) for colour in colours]
    assert told[-1].light is None


@pytest.mark.parametrize("way", PresenceWay)
def test_each_frame_is_kept_with_the_colour_it_was_taken_under(way: PresenceWay) -> None:
    told = answered(way, GUIDE.deal(Random(6), way, with_light=True))

    for before, after in pairwise(told):
        under = after.taken_under.get("light")
        assert (before.light and screen_code(str(under))) == before.light
        assert (under is None) == (before.light is None)


@pytest.mark.parametrize("way", PresenceWay)
def test_how_far_it_is_only_grows(way: PresenceWay) -> None:
    told = answered(way, GUIDE.deal(Random(7), way, with_light=True))
    places = [each.prompt_index for each in told]

    assert places == sorted(places)
    assert places[-1] == told[-1].prompts_total - 1


@pytest.mark.parametrize("way", PresenceWay)
def test_without_light_there_is_none(way: PresenceWay) -> None:
    told = answered(way, GUIDE.deal(Random(8), way))

    assert told[-1].status == "met"
    assert {each.light for each in told} == {None}
    assert all(not each.taken_under for each in told)


def test_the_light_changes_no_faster_when_frames_come_faster() -> None:
    dealt = GUIDE.deal(Random(9), PresenceWay.STILL, with_light=True)
    told = answered(PresenceWay.STILL, dealt, pace_s=0.05)
    lengths = [len(list(group)) for light, group in groupby(each.light for each in told) if light]

    assert min(lengths) * 0.05 >= 0.7
