from __future__ import annotations

import json
from random import Random

import pytest

from app.proofing.operating_points import FIRST_PROMPT_WINDOW_S, PROMPT_WINDOW_S
from app.proofing.presence_tracker import PresenceTracker, deal_turns, frame_hint
from app.vision.face_observation import FaceObservation

LEFT, RIGHT, CENTRE = 0.2, -0.2, 0.0
DEFAULTS = {
    "face_count": 1,
    "width_px": 640,
    "height_px": 480,
    "pixel_digest": "0",
    "brightness": 120.0,
    "sharpness": 80.0,
    "box": (220, 140, 420, 340),
    "landmarks": ((0.0, 0.0),) * 5,
}


def seen(nose_ratio: float = CENTRE, **changes: object) -> FaceObservation:
    values = DEFAULTS | {"nose_ratio": nose_ratio} | changes
    return FaceObservation(**values)  # type: ignore[arg-type]


def after(tracker: PresenceTracker, *ratios: float, pace_s: float = 0.5) -> PresenceTracker:
    at_s = tracker.step_started_s
    for ratio in ratios:
        at_s += pace_s
        tracker = tracker.observe(seen(ratio), at_s)
    return tracker


def test_the_prompts_come_one_after_the_other_with_the_centre_between() -> None:
    tracker = PresenceTracker.start(("yaw_left", "yaw_right"), 0.0)
    prompts = [tracker.prompt]
    for ratio in (CENTRE, CENTRE, LEFT, CENTRE, RIGHT):
        tracker = after(tracker, ratio)
        prompts.append(tracker.prompt)

    assert prompts == ["center", "center", "yaw_left", "center", "yaw_right", None]
    assert tracker.met


def test_a_turn_is_held_against_the_own_frontal_pose() -> None:
    tracker = after(PresenceTracker.start(("yaw_left",), 0.0), 0.08, 0.08)

    assert not after(tracker, 0.15).met
    assert after(tracker, 0.19).met


def test_one_wrong_turn_is_forgiven_at_the_price_of_the_reserve() -> None:
    start = PresenceTracker.start(("yaw_left",), 0.0, ("yaw_right", "yaw_left", "yaw_left"))
    tracker = after(start, CENTRE, CENTRE, RIGHT)

    assert (tracker.hint, tracker.prompt, tracker.wrong_turns) == ("other_way", "center", 1)
    assert not after(tracker, CENTRE, RIGHT).met
    assert after(tracker, CENTRE, RIGHT, CENTRE, LEFT, CENTRE, LEFT).met


def test_a_second_wrong_turn_fails_the_challenge() -> None:
    start = PresenceTracker.start(("yaw_left",), 0.0)
    tracker = after(start, CENTRE, CENTRE, RIGHT, CENTRE, RIGHT)

    assert (tracker.failure, tracker.prompt) == ("challenge_failed", None)


def test_a_held_wrong_turn_counts_once() -> None:
    start = PresenceTracker.start(("yaw_left",), 0.0)

    assert after(start, CENTRE, CENTRE, RIGHT, RIGHT, RIGHT).wrong_turns == 1


@pytest.mark.parametrize(
    ("ratios", "window_s"), [((), FIRST_PROMPT_WINDOW_S), ((CENTRE, CENTRE), PROMPT_WINDOW_S)]
)
def test_a_prompt_ends_with_its_window_on_the_servers_clock(
    ratios: tuple[float, ...], window_s: float
) -> None:
    tracker = after(PresenceTracker.start(("yaw_left",), 100.0), *ratios)
    shown_s = tracker.step_started_s

    assert not tracker.observe(seen(LEFT), shown_s + window_s - 0.1).failed
    late = tracker.observe(seen(LEFT), shown_s + window_s + 0.1)
    assert late.failure == "challenge_timeout"


def test_a_finished_challenge_takes_no_further_answer() -> None:
    met = after(PresenceTracker.start(("yaw_left",), 0.0), CENTRE, CENTRE, LEFT)

    assert met.observe(seen(RIGHT), 99.0) is met


def test_the_state_travels_as_json() -> None:
    tracker = after(PresenceTracker.start_dealt(deal_turns(Random(1)), 0.0), CENTRE, CENTRE, 0.05)

    assert PresenceTracker.from_dict(json.loads(json.dumps(tracker.as_dict()))) == tracker


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"face_count": 0, "box": None}, "no_face"),
        ({"face_count": 2}, "multiple_faces"),
        ({"brightness": 12.0}, "too_dark"),
        ({"brightness": 240.0}, "too_bright"),
        ({"box": (300, 200, 360, 260)}, "move_closer"),
        ({"box": (100, 20, 540, 460)}, "move_back"),
        ({"box": (400, 140, 600, 340)}, "move_right"),
        ({"box": (40, 140, 240, 340)}, "move_left"),
        ({"sharpness": 2.0}, "hold_still"),
        ({}, None),
    ],
)
def test_the_hint_says_what_to_change(changes: dict[str, object], hint: str | None) -> None:
    assert frame_hint(seen(**changes)) == hint  # type: ignore[arg-type]


def test_a_second_face_answers_no_prompt() -> None:
    tracker = after(PresenceTracker.start(("yaw_left",), 0.0), CENTRE, CENTRE)

    assert not tracker.observe(seen(LEFT, face_count=2), tracker.step_started_s + 1).met


def test_every_order_of_turns_is_dealt() -> None:
    chance = Random(7)

    deals = [deal_turns(chance) for _ in range(600)]

    turns = {tuple(turn.partition(":")[0] for turn in deal[:4]) for deal in deals}
    assert len(turns) == 16
    rests_ms = [int(turn.partition(":")[2]) for deal in deals for turn in deal]
    assert (min(rests_ms), max(rests_ms)) == (300, 1500)


def test_the_next_prompt_waits_until_the_head_has_rested() -> None:
    start = PresenceTracker.start_dealt(("yaw_left:900",), 0.0)
    resting = after(start, *[CENTRE] * 3)

    assert (resting.prompt, resting.hint) == ("center", "hold_still")
    assert after(start, *[CENTRE] * 4).prompt == "yaw_left"


def test_a_second_turn_before_it_was_asked_for_fails_the_challenge() -> None:
    start = PresenceTracker.start_dealt(("yaw_left:0", "yaw_left:900"), 0.0)
    once = (CENTRE, CENTRE, LEFT, CENTRE, RIGHT, RIGHT)

    early = after(start, *once)
    assert (early.early_turns, early.prompt, early.failed) == (1, "center", False)
    assert after(start, *once[:-1]).early_turns == 0  # landmarks may jump for one frame
    assert after(start, *once, CENTRE, RIGHT, RIGHT).failure == "challenge_failed"
    assert after(start, *once, *[CENTRE] * 3, LEFT).met


def test_who_looks_aside_at_first_gets_time_to_look_straight() -> None:
    start = PresenceTracker.start_dealt(("yaw_left:300",), 0.0)

    assert after(start, *[CENTRE] * 3).prompt == "yaw_left"
    assert after(start, *[0.08] * 5).prompt == "center"
    straight = after(start, *[0.08] * 4, *[CENTRE] * 3)
    assert (straight.prompt, straight.baseline) == ("yaw_left", CENTRE)


def test_a_recording_that_is_tolerated_need_not_rest() -> None:
    start = PresenceTracker.start_dealt(("yaw_left:900",), 0.0, tolerates_wrong_turns=True)

    assert after(start, CENTRE, CENTRE, LEFT).met


def test_who_began_by_looking_aside_gets_a_new_baseline() -> None:
    start = PresenceTracker.start(("yaw_right", "yaw_left"), 0.0)

    assert after(start, 0.09, 0.09, -0.11, *[CENTRE] * 5, 0.11).met


def test_an_unknown_turn_is_refused() -> None:
    with pytest.raises(ValueError, match="yaw_left and yaw_right"):
        PresenceTracker.start(("nod",), 0.0)


def test_a_head_that_is_turned_too_far_is_not_taken_for_a_straight_one() -> None:
    """Its points may lie anywhere, and so the nose in the middle; the detector is unsure of it."""
    start = PresenceTracker.start(("yaw_left", "yaw_right"), 0.0)
    tracker = start.observe(seen(detector_score=1.6), 0.5).observe(seen(detector_score=1.6), 1.0)
    tracker = tracker.observe(seen(LEFT, detector_score=0.3), 1.5)

    far = tracker.observe(seen(CENTRE, detector_score=0.3), 2.0)

    assert (tracker.prompt, far.prompt) == ("center", "center")
    assert far.observe(seen(CENTRE, detector_score=1.5), 2.5).prompt == "yaw_right"


def test_who_turned_too_far_is_told_to_come_back() -> None:
    start = PresenceTracker.start(("yaw_left",), 0.0)
    tracker = start.observe(seen(detector_score=1.6), 0.5).observe(seen(detector_score=1.6), 1.0)

    far = tracker.observe(seen(0.06, detector_score=0.2), 1.5)
    lost = far.observe(seen(face_count=0), 2.0)

    assert (tracker.prompt, far.hint, lost.hint) == ("yaw_left", "turn_back", "turn_back")
    assert lost.observe(seen(LEFT, detector_score=0.4), 2.5).met


def test_a_face_that_is_lost_before_it_turned_is_only_missing() -> None:
    tracker = after(PresenceTracker.start(("yaw_left",), 0.0), CENTRE, CENTRE)

    assert tracker.observe(seen(face_count=0), 2.0).hint == "no_face"


def test_points_that_lie_in_the_middle_of_a_turned_head_are_not_looking_ahead() -> None:
    """The detector saw it from the side, and is sure of it; its points may lie anywhere."""
    tracker = after(PresenceTracker.start(("yaw_left", "yaw_right"), 0.0), CENTRE, CENTRE, LEFT)

    lost = tracker.observe(seen(CENTRE, facing="left"), 2.0)

    assert (tracker.prompt, lost.prompt) == ("center", "center")
    assert lost.observe(seen(CENTRE, facing="ahead"), 2.5).prompt == "yaw_right"


@pytest.mark.parametrize("ratio", [LEFT, RIGHT])
def test_points_on_the_other_side_than_the_detector_saw_are_no_turn(ratio: float) -> None:
    tracker = after(PresenceTracker.start(("yaw_left",), 0.0), CENTRE, CENTRE)

    lost = tracker.observe(seen(ratio, facing="right" if ratio > 0 else "left"), 1.5)

    assert (lost.prompt, lost.hint, lost.wrong_turns) == ("yaw_left", "turn_back", 0)
    assert lost.observe(seen(LEFT, facing="left"), 2.0).met


def test_who_is_seen_from_the_side_looks_ahead_for_a_camera_beside_the_screen() -> None:
    """Nearly straight faces are seen so, one in seven; who stays so is taken at their word."""
    tracker = PresenceTracker.start(("yaw_left",), 0.0)
    for number in range(7):
        assert tracker.baseline is None
        tracker = tracker.observe(seen(0.04, facing="left"), 0.5 * (number + 1))

    assert (tracker.baseline, tracker.frontal_side, tracker.prompt) == (0.04, 1, "yaw_left")
    assert tracker.observe(seen(0.04 + LEFT, facing="left"), 4.0).met


def test_a_turn_that_was_over_before_the_next_frame_asks_for_slower_ones() -> None:
    start = PresenceTracker.start(("yaw_left", "yaw_right"), 0.0)
    ready = after(start, CENTRE, CENTRE)

    quick = after(ready, CENTRE, LEFT)
    slow = after(ready, CENTRE, 0.07, 0.14)

    assert (quick.prompt, quick.hint) == ("center", "turn_slower")
    assert (slow.prompt, slow.hint) == ("center", None)
    # It stays to be read, gives way to what is in the way, and is gone before long.
    assert after(quick, CENTRE).hint == "turn_slower"
    assert quick.observe(seen(brightness=10.0), 3.0).hint == "too_dark"
    assert after(quick, CENTRE, CENTRE, pace_s=2.0).hint is None


def test_who_turned_far_to_the_wrong_side_is_told_though_the_points_are_lost() -> None:
    start = PresenceTracker.start(("yaw_left",), 0.0, ("yaw_left",))
    tracker = start.observe(seen(detector_score=1.6), 0.5).observe(seen(detector_score=1.6), 1.0)

    for number in range(3):
        assert (tracker.prompt, tracker.wrong_turns) == ("yaw_left", 0)
        lost = seen(0.08, facing="right", detector_score=0.1)
        tracker = tracker.observe(lost, 1.5 + 0.5 * number)

    assert (tracker.prompt, tracker.hint, tracker.wrong_turns) == ("center", "other_way", 1)
