from __future__ import annotations

import json
from dataclasses import replace
from random import Random

from app.proofing.operating_points import FIRST_PROMPT_WINDOW_S
from app.proofing.still_look import StillLook, deal_look
from app.vision.face_observation import FaceObservation

FACE = FaceObservation(
    1, 640, 480, "0", 120.0, 80.0, (220, 140, 420, 340), ((0.0, 0.0),) * 5, nose_ratio=0.18
)
NOBODY = replace(FACE, face_count=0, box=None)
TWO = replace(FACE, face_count=2)


def after(look: StillLook, *frames: FaceObservation, pace_s: float = 0.5) -> StillLook:
    at_s = look.step_started_s
    for frame in frames:
        at_s += pace_s
        look = look.observe(frame, at_s)
    return look


def test_a_face_that_is_seen_for_long_enough_meets_it_wherever_it_looks() -> None:
    look = StillLook.start_dealt(("still:3000",), 10.0)

    assert not after(look, *[FACE] * 6).met
    assert after(look, *[FACE] * 7).met
    assert after(look, *[FACE] * 7).prompt is None


def test_time_without_a_face_does_not_count() -> None:
    look = StillLook.start_dealt(("still:1000",), 0.0)

    gone = after(look, FACE, NOBODY, FACE, NOBODY, FACE)
    assert (gone.seen_s, gone.met) == (0.0, False)
    several = after(look, *[TWO] * 9)
    assert (several.hint, several.seen_s) == ("multiple_faces", 0.0)


def test_of_the_time_between_two_frames_a_second_counts_at_the_most() -> None:
    look = StillLook.start_dealt(("still:3000",), 0.0)

    assert not after(look, FACE, FACE, FACE, pace_s=4.0).met
    assert after(look, FACE, FACE, FACE, FACE, pace_s=4.0).met


def test_it_ends_when_nobody_comes() -> None:
    look = StillLook.start_dealt(("still:3000",), 0.0)

    late = look.observe(FACE, FIRST_PROMPT_WINDOW_S + 0.1)
    assert (late.failed, late.failure) == (True, "challenge_timeout")
    assert late.observe(FACE, FIRST_PROMPT_WINDOW_S + 1) == late


def test_how_far_it_is_grows_with_the_time_that_was_seen() -> None:
    look = StillLook.start_dealt(("still:4000",), 0.0)

    assert [after(look, *[FACE] * count).step_index for count in (0, 3, 5, 7, 9)] == [0, 1, 2, 3, 4]


def test_the_state_survives_being_stored() -> None:
    look = after(StillLook.start_dealt(("still:3000",), 0.0), FACE, FACE)

    assert StillLook.from_dict(json.loads(json.dumps(look.as_dict()))) == look


def test_how_long_it_takes_is_dealt_by_chance() -> None:
    deals = {deal_look(Random(seed)) for seed in range(50)}
    lengths_s = {StillLook.start_dealt(deal, 0.0).look_s for deal in deals}

    assert len(deals) > 40
    assert min(lengths_s) >= 3.0
    assert max(lengths_s) <= 5.0
