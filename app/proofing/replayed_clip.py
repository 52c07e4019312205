"""A recording that is played to dealt challenges: how many of them does it happen to answer?"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from random import Random
from typing import TYPE_CHECKING

from app.proofing.presence import judge_presence
from app.proofing.presence_tracker import PresenceTracker, deal_turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.proofing.presence import Verdict
    from app.proofing.presence_signals import PresenceFrame
    from app.vision.faces import FaceEngine


def judge_replays(
    frames: Sequence[PresenceFrame], engine: FaceEngine, deals: int, seed: str
) -> Iterator[Verdict]:
    """What is said of the clip by as many challenges as `deals` tells, the same for the same seed.

    The clip begins anywhere and goes round and round, as somebody would play it; frames are those
    of `observe_clip`, whose faces are not sought again. A challenge that it does not answer is
    `inconclusive`, whatever else could be said of it.
    Cost: 10 ms each, and a whole judgement (0.5 s) for each that it answers.
    """
    dice = Random(f"replay/{seed}")  # noqa: S311 - repeatable on purpose
    for _ in range(deals):
        dealt = deal_turns(dice)
        shown, tracker = play(frames, dealt, dice.randrange(len(frames)))
        yield judge_presence(shown, dealt, engine).verdict if tracker.met else "inconclusive"


def play(
    frames: Sequence[PresenceFrame], dealt: Sequence[str], begins: int
) -> tuple[list[PresenceFrame], PresenceTracker]:
    """The frames that reach the server until this deal is over, from the one of number `begins`."""
    step_s = (frames[-1].at_s - frames[0].at_s) / max(1, len(frames) - 1) or 0.1
    tracker, shown = PresenceTracker.start_dealt(dealt, 0.0), []
    for number in count():
        frame = frames[(begins + number) % len(frames)]
        shown.append(replace(frame, at_s=number * step_s))
        tracker = tracker.observe(frame.observation, shown[-1].at_s)
        if tracker.is_over:
            break
    return shown, tracker
