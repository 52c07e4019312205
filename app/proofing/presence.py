"""The judgement over a whole presence challenge, made from its frames once more.

What it can and cannot tell: a flat or bent print, a still picture and a swap of pictures are
rejected by their motion. A recording of a turning head is stopped by the deal of the prompts and
rests only: `clip_pass_share` counts how many deals a given recording would answer. A live,
real-time forgery that obeys the prompts is not recognised here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from app.domain.checks import Outcome
from app.domain.reasons import ReasonCode
from app.proofing.operating_points import MAX_WRONG_TURNS, POINTS
from app.proofing.presence_signals import (
    Frontal,
    PresenceFrame,
    challenge_signals,
    continuity_signal,
    face_signals,
    frozen_signal,
    passage_signal,
    replay_signal,
    same_person_signal,
    three_dimensionality_signals,
)
from app.proofing.presence_tracker import (
    TURNS_ASKED,
    TURNS_FOR_A_SLIP,
    TURNS_IN_RESERVE,
    PresenceTracker,
)
from app.proofing.reflected_light import reflected_light_signals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.proofing.presence_signals import (
        Signal,
    )
    from app.vision.faces import FaceEngine

__all__ = ["PresenceFrame", "PresenceReport", "clip_pass_share", "judge_presence"]

Verdict = Literal["present", "attack", "inconclusive"]

# These can only fail when something else than one live person stood before the camera.
_ATTACK_SIGNALS = frozenset(
    {
        "three_dimensionality",
        "nose_lead",
        "repeated_frames",
        "frozen_frames",
        "same_person",
        "discontinuities",
    }
)


@dataclass(frozen=True, slots=True)
class PresenceReport:
    """The verdict with all signals; `reasons` in the order in which they weigh.

    What is only `reported` has no part in the verdict.
    """

    verdict: Verdict
    signals: tuple[Signal, ...]
    reasons: tuple[ReasonCode, ...]
    reported: tuple[Signal, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "verdict": self.verdict,
            "signals": [signal.as_dict() for signal in self.signals],
            "reasons": [reason.value for reason in self.reasons],
        }


def judge_presence(
    frames: Sequence[PresenceFrame],
    dealt: Sequence[str],
    engine: FaceEngine,
    *,
    is_recording: bool = False,
    tolerates_wrong_turns: bool = False,
    turns_head: bool = True,
    points: Mapping[str, float] = POINTS,
) -> PresenceReport:
    """Whether one live person answered the challenge in these frames.

    `frames` in the order of their arrival; `dealt` as `deal_turns` gives it, or plain turns. In a
    file that is judged afterwards (`is_recording`) nobody waited for prompts, so the quickness of
    the answers says nothing. Of a head that was not to turn (`turns_head`) nothing is asked that
    only a turn shows. `points` are the operating points.
    Returns: `present` only when every signal passed; `attack` when one failed that an honest person
    cannot fail; otherwise `inconclusive`. Without `dealt` only the other signals are judged.
    Cost: 0.5 s for 60 frames of 640 x 480, of which half compares four faces.
    """
    if not frames:
        return PresenceReport("inconclusive", (), (ReasonCode.NO_FACE,))
    tracker = PresenceTracker.start_dealt(
        dealt, frames[0].at_s, tolerates_wrong_turns=tolerates_wrong_turns
    )
    for frame in frames:
        tracker = tracker.observe(frame.observation, frame.at_s)
    # Without a challenge nobody was asked to look ahead: where the head first rested says nothing.
    frontal = _frontal(tracker if dealt else None, frames)
    signals = (
        *face_signals(frames, points),
        *(challenge_signals(tracker, is_recording=is_recording) if dealt else ()),
        replay_signal(frames, points),
        frozen_signal(frames),
        continuity_signal(frames),
        same_person_signal(frames, engine, points),
        *(_turn_signals(frames, frontal, points, len(tracker.turns)) if turns_head else ()),
        # Before a recording nobody sat whom the screen could light.
        *([] if is_recording else reflected_light_signals(frames)),
    )
    return _report(signals)


def clip_pass_share(excursions: Sequence[str], asked: int = TURNS_ASKED) -> float:
    """The share of random deals that a recording with these turns, in this order, would answer.

    A recording cannot wait for a prompt, so its next turn either is the one asked or counts as
    wrong. With four turns asked, and six once one was wrong, no order of turns answers more than 3
    of 32 deals (9.4 %), however well it happens to rest between them. Attempts are to be counted.
    """
    deals = list(product(("yaw_left", "yaw_right"), repeat=asked + TURNS_IN_RESERVE))
    answered = sum(1 for deal in deals if _answers(excursions, deal, asked))
    return answered / len(deals)


def _answers(excursions: Sequence[str], deal: tuple[str, ...], asked: int) -> bool:
    turns, reserve, met, wrong = deal[:asked], deal[asked:], 0, 0
    for turn in excursions:
        if met == len(turns):
            break
        if turn == turns[met]:
            met += 1
            continue
        wrong += 1
        if wrong > MAX_WRONG_TURNS:
            return False
        turns = turns[:met] + reserve[: asked - met + TURNS_FOR_A_SLIP]
    return met == len(turns)


def _turn_signals(
    frames: Sequence[PresenceFrame], frontal: Frontal, points: Mapping[str, float], asked: int
) -> list[Signal]:
    return [
        passage_signal(frames, frontal.ratio),
        *three_dimensionality_signals(frames, frontal, points, asked=asked),
    ]


def _frontal(tracker: PresenceTracker | None, frames: Sequence[PresenceFrame]) -> Frontal:
    if tracker is not None and tracker.baseline is not None:
        return Frontal(tracker.baseline, tracker.frontal_score, tracker.frontal_side)
    found = [frame.observation for frame in frames if frame.observation.face_count]
    # Where the points say straight ahead and the detector does not, it is the points that err.
    straightest = min(found, key=lambda seen: (abs(seen.side), abs(seen.nose_ratio)), default=None)
    if straightest is None:
        return Frontal(0.0)
    return Frontal(straightest.nose_ratio, straightest.detector_score, straightest.side)


def _report(signals: tuple[Signal, ...]) -> PresenceReport:
    failed = [signal for signal in signals if signal.outcome is Outcome.FAILED]
    attacks = [signal for signal in failed if signal.name in _ATTACK_SIGNALS]
    ordered = (*attacks, *(signal for signal in failed if signal not in attacks))
    reasons = tuple(dict.fromkeys(signal.reason for signal in ordered if signal.reason))
    if attacks:
        return PresenceReport("attack", signals, reasons)
    if all(signal.outcome is Outcome.PASSED for signal in signals):
        return PresenceReport("present", signals, ())
    return PresenceReport("inconclusive", signals, reasons)
