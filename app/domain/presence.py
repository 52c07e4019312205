"""What the presence challenge tells the person in front of the camera."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class PresenceWay(StrEnum):
    """How somebody shows to be there: by turns of the head, or by a look without any.

    A look shows nobody's presence to the machine, so it always ends with a person.
    """

    TURNS = "turns"
    STILL = "still"


@dataclass(frozen=True)
class TrackedPrompt:
    """Where a challenge stands after a frame. `status` is `open`, `met` or `failed`.

    `tracker` is the progress to store; `prompt_deadline_s` is how long the prompt may still take.
    `hint_region` is the place in the frame that the hint is about: x, y, width and height as
    fractions. `light` is the colour that the screen is to show, `#rrggbb`. `taken_under` says of
    the frame which dealt colour was shown when it was taken, and since when.
    """

    tracker: Mapping[str, object]
    status: str
    prompt: str
    prompt_index: int
    prompts_total: int
    prompt_deadline_s: float
    hint: str | None = None
    hint_region: tuple[float, float, float, float] | None = None
    reasons: Sequence[str] = ()
    light: str | None = None
    taken_under: Mapping[str, object] = field(default_factory=dict)
