"""One presence challenge from deal to end, performed by something before a simulated camera."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Protocol

from app.proofing.presence_signals import PresenceFrame
from app.proofing.presence_tracker import CENTER, PresenceTracker, deal_turns
from app.vision.face_observation import observe_frame

if TYPE_CHECKING:
    from app.vision.faces import FaceEngine
    from app.vision.image import Image

_NETWORK_S = 0.08  # until an answer is on the screen, and a picture of it at the server


class Presenter(Protocol):
    """Gives the next picture while a prompt, and perhaps a hint, is on the screen."""

    def picture(self, at_s: float, prompt: str, hint: str | None = None) -> Image: ...


class Presentation(Protocol):
    """One thing before one camera, and how often the page sends a frame of it."""

    @property
    def species(self) -> str: ...

    @property
    def presenter(self) -> Presenter: ...

    @property
    def interval_s(self) -> float: ...

    @property
    def seed(self) -> str: ...

    @property
    def patience_s(self) -> float:
        """What has not answered a prompt after this time never will."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """The frames that reached the server, and what had been dealt."""

    frames: tuple[PresenceFrame, ...]
    dealt: tuple[str, ...]
    tracker: PresenceTracker


def hold_trial(presentation: Presentation, engine: FaceEngine) -> Trial:
    """What the server sees when this presentation is asked to answer a random deal.

    Cost: 80 ms a frame, 40 to 80 frames.
    """
    dice = Random(f"deal/{presentation.seed}")  # noqa: S311 - repeatable on purpose
    dealt = tuple(deal_turns(dice))
    at_s, frames = 0.0, []
    tracker = PresenceTracker.start_dealt(dealt, at_s)
    while not tracker.is_over:
        at_s += presentation.interval_s
        if at_s - tracker.step_started_s > presentation.patience_s:
            # The rest of the window would show nothing new.
            at_s += tracker.window_s
        image = presentation.presenter.picture(
            at_s - _NETWORK_S, tracker.prompt or CENTER, tracker.hint
        )
        frames.append(PresenceFrame(at_s, observe_frame(image, engine), image))
        tracker = tracker.observe(frames[-1].observation, at_s)
    return Trial(tuple(frames), dealt, tracker)
