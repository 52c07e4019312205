"""The presence challenge as the use cases drive it: deal, start, and follow frame by frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.presence import PresenceWay, TrackedPrompt
from app.proofing.presence_tracker import CENTER, PresenceTracker, deal_turns
from app.proofing.still_look import StillLook, deal_look
from app.vision.face_observation import FaceObservation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from random import Random


class Guide:
    """Keeps nothing: the tracker travels in and out, and the server's clock is handed in."""

    def deal(self, dice: Random, way: PresenceWay = PresenceWay.TURNS) -> Sequence[str]:
        """Random turns, the last of them held in reserve for after a wrong one; or a look."""
        return deal_turns(dice) if way is PresenceWay.TURNS else deal_look(dice)

    def start(
        self,
        prompts: Sequence[str],
        now: datetime,
        *,
        recording_tolerated: bool,
        way: PresenceWay = PresenceWay.TURNS,
    ) -> TrackedPrompt:
        """The challenge with its first prompt shown now."""
        at_s = now.timestamp()
        if way is PresenceWay.STILL:
            return _tracked(StillLook.start_dealt(prompts, at_s), now)
        tracker = PresenceTracker.start_dealt(
            prompts, at_s, tolerates_wrong_turns=recording_tolerated
        )
        return _tracked(tracker, now)

    def advance(
        self,
        tracker: Mapping[str, object],
        observation: Mapping[str, object],
        now: datetime,
        *,
        way: PresenceWay = PresenceWay.TURNS,
    ) -> TrackedPrompt:
        """The challenge after one frame that arrived now."""
        seen = FaceObservation.from_dict(observation)
        before = _read(tracker, way)
        return _tracked(before.observe(seen, now.timestamp()), now)


def _read(tracker: Mapping[str, object], way: PresenceWay) -> PresenceTracker | StillLook:
    kind = StillLook if way is PresenceWay.STILL else PresenceTracker
    return kind.from_dict(tracker)


def _tracked(tracker: PresenceTracker | StillLook, now: datetime) -> TrackedPrompt:
    status = "met" if tracker.met else "failed" if tracker.failed else "open"
    left_s = tracker.step_started_s + tracker.window_s - now.timestamp()
    return TrackedPrompt(
        tracker=tracker.as_dict(),
        status=status,
        prompt=tracker.prompt or CENTER,
        prompt_index=min(tracker.step_index, len(tracker.steps) - 1),
        prompts_total=len(tracker.steps),
        prompt_deadline_s=round(max(0.0, left_s), 1),
        hint=tracker.hint,
        reasons=(tracker.failure,) if tracker.failure else (),
    )
