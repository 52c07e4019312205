"""The judgement over a whole presence challenge, made from its frames once more.

What it can and cannot tell: a flat or bent print, a still picture and a swap of pictures are
rejected by their motion. A recording of a turning head is stopped by the deal of the prompts only:
`clip_pass_share` counts how many deals a given recording would answer. A live, real-time forgery
that obeys the prompts is not recognised here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from app.domain.checks import Outcome
from app.domain.reasons import ReasonCode
from app.proofing.operating_points import MAX_WRONG_TURNS, POINTS
from app.proofing.presence_signals import (
    PresenceFrame,
    challenge_signals,
    continuity_signal,
    face_signals,
    replay_signal,
    same_person_signal,
    three_dimensionality_signal,
)
from app.proofing.presence_tracker import TURNS_ASKED, TURNS_IN_RESERVE, PresenceTracker

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
        "repeated_frames",
        "same_person",
        "discontinuities",
    }
)


@dataclass(frozen=True, slots=True)
class PresenceReport:
    """The verdict with all signals; `reasons` in the order in which they weigh."""

    verdict: Verdict
    signals: tuple[Signal, ...]
    reasons: tuple[ReasonCode, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "verdict": self.verdict,
            "signals": [signal.as_dict() for signal in self.signals],
            "reasons": [reason.value for reason in self.reasons],
        }


def judge_presence(
    frames: Sequence[PresenceFrame],
    turns: Sequence[str],
    engine: FaceEngine,
    reserve: Sequence[str] = (),
    *,
    is_recording: bool = False,
    tolerates_wrong_turns: bool = False,
    points: Mapping[str, float] = POINTS,
) -> PresenceReport:
    """Whether one live person answered the challenge `turns` in these frames.

    `frames` in the order of their arrival; `reserve` are the turns asked after a wrong one. In a
    file that is judged afterwards (`is_recording`) nobody waited for prompts, so the quickness of
    the answers says nothing. `points` are the operating points.
    Returns: `present` only when every signal passed; `attack` when one failed that an honest person
    cannot fail; otherwise `inconclusive`. Without `turns` only the other signals are judged.
    Cost: 0.5 s for 60 frames of 640 x 480, of which half compares four faces.
    """
    if not frames:
        return PresenceReport("inconclusive", (), (ReasonCode.NO_FACE,))
    tracker = PresenceTracker.start(
        turns, frames[0].at_s, reserve, tolerates_wrong_turns=tolerates_wrong_turns
    )
    for frame in frames:
        tracker = tracker.observe(frame.observation, frame.at_s)
    signals = (
        *face_signals(frames, points),
        *(challenge_signals(tracker, is_recording=is_recording) if turns else ()),
        replay_signal(frames, points),
        continuity_signal(frames),
        same_person_signal(frames, engine, points),
        three_dimensionality_signal(frames, _frontal_ratio(tracker, frames), points),
    )
    return _report(signals)


def clip_pass_share(excursions: Sequence[str], asked: int = TURNS_ASKED) -> float:
    """The share of random deals that a recording with these turns, in this order, would answer.

    A recording cannot wait for a prompt, so its next turn either is the one asked or counts as
    wrong. With three turns asked, and five once one was wrong, a head that swings left and right
    for ever answers 7 of 32 deals (21.9 %), and no order of six turns answers more. Without any
    tolerance it would be 1 of 8, with tolerance but no reserve 1 of 2. Attempts are to be counted.
    """
    deals = list(product(("yaw_left", "yaw_right"), repeat=asked + TURNS_IN_RESERVE))
    answered = sum(1 for deal in deals if _answers(excursions, deal, asked))
    return answered / len(deals)


def _answers(excursions: Sequence[str], deal: Sequence[str], asked: int) -> bool:
    needed, met, wrong = asked, 0, 0
    for turn in excursions:
        if met == needed:
            break
        if turn == deal[met]:
            met += 1
        else:
            wrong += 1
            needed = len(deal)
        if wrong > MAX_WRONG_TURNS:
            return False
    return met == needed


def _frontal_ratio(tracker: PresenceTracker, frames: Sequence[PresenceFrame]) -> float:
    if tracker.baseline is not None:
        return tracker.baseline
    ratios = [frame.observation.nose_ratio for frame in frames if frame.observation.face_count]
    return min(ratios, key=abs, default=0.0)


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
