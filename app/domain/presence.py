"""What the presence challenge tells the person in front of the camera."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    """

    tracker: Mapping[str, object]
    status: str
    prompt: str
    prompt_index: int
    prompts_total: int
    prompt_deadline_s: float
    hint: str | None = None
    reasons: Sequence[str] = ()
