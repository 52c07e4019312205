"""The presence challenge as the use cases drive it: deal, start, and follow frame by frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.domain.presence import PresenceWay, TrackedPrompt
from app.proofing.hint_region import hint_region
from app.proofing.presence_tracker import CENTER, PresenceTracker, deal_turns
from app.proofing.screen_light import LIGHT, ScreenLight, deal_lights, is_light, screen_code
from app.proofing.still_look import StillLook, deal_look
from app.vision.face_observation import FaceObservation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from random import Random

# Where light was dealt, what is stored holds two states under these names.
_LOOK, _LIGHT = "look", "light"


class Guide:
    """Keeps nothing: the tracker travels in and out, and the server's clock is handed in."""

    def deal(
        self, dice: Random, way: PresenceWay = PresenceWay.TURNS, *, with_light: bool = False
    ) -> Sequence[str]:
        """Random turns, the last of them held in reserve for after a wrong one; or a look.

        After either, where it is asked for, the colours that the screen is to show.
        """
        dealt = deal_turns(dice) if way is PresenceWay.TURNS else deal_look(dice)
        return (*dealt, *deal_lights(dice)) if with_light else dealt

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
        dealt = [prompt for prompt in prompts if not is_light(prompt)]
        light = ScreenLight.start_dealt(prompts) if len(dealt) < len(prompts) else None
        if way is PresenceWay.STILL:
            return _tracked(StillLook.start_dealt(dealt, at_s), light, now)
        tracker = PresenceTracker.start_dealt(
            dealt, at_s, tolerates_wrong_turns=recording_tolerated
        )
        return _tracked(tracker, light, now)

    def advance(
        self,
        tracker: Mapping[str, Any],
        observation: Mapping[str, object],
        now: datetime,
        *,
        way: PresenceWay = PresenceWay.TURNS,
    ) -> TrackedPrompt:
        """The challenge after one frame that arrived now."""
        seen, at_s = FaceObservation.from_dict(observation), now.timestamp()
        light = ScreenLight.from_dict(tracker[_LIGHT]) if _LIGHT in tracker else None
        look = _read(tracker if light is None else tracker[_LOOK], way)
        if light is None or not look.met:
            look = look.observe(seen, at_s)
            begins = light is not None and look.met
            light = light.begin(at_s) if light and begins else light
            return _placed(_tracked(look, light, now), seen)
        under = {"light": light.colour, "light_age_s": round(light.age_s(at_s), 3)}
        return _placed(_tracked(look, light.observe(seen, at_s), now, under), seen)


def _read(tracker: Mapping[str, Any], way: PresenceWay) -> PresenceTracker | StillLook:
    kind = StillLook if way is PresenceWay.STILL else PresenceTracker
    return kind.from_dict(tracker)


def _placed(tracked: TrackedPrompt, seen: FaceObservation) -> TrackedPrompt:
    place = hint_region(seen, tracked.hint)
    return tracked if place is None else replace(tracked, hint_region=place.as_tuple(digits=3))


def _tracked(
    look: PresenceTracker | StillLook,
    light: ScreenLight | None,
    now: datetime,
    taken_under: Mapping[str, object] | None = None,
) -> TrackedPrompt:
    """What to show and store; the colours come after the turns or the look."""
    is_lit = light is not None and look.met
    part: PresenceTracker | StillLook | ScreenLight = light if light and is_lit else look
    status = "met" if part.met else "failed" if part.failed else "open"
    n_colours = len(light.colours) if light else 0
    total = len(look.steps) + n_colours
    done = look.step_index + (light.place if light else 0)
    deadline_s = light.deadline_s if light and is_lit else look.step_started_s + look.window_s
    colour = light.colour if light else None
    return TrackedPrompt(
        tracker={_LOOK: look.as_dict(), _LIGHT: light.as_dict()} if light else look.as_dict(),
        status=status,
        prompt=LIGHT if is_lit else look.prompt or CENTER,
        prompt_index=min(done, total - 1),
        prompts_total=total,
        prompt_deadline_s=round(max(0.0, deadline_s - now.timestamp()), 1),
        hint=part.hint,
        reasons=(part.failure,) if part.failure else (),
        light=screen_code(colour) if colour else None,
        taken_under=taken_under or {},
    )
