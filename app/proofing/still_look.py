"""The presence challenge of who cannot turn the head: a face that is seen for as long as was dealt.

Pure, as the tracker of turns is. It shows that somebody was before the camera, not that somebody
was there: who is verified this way is so by a person.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from app.domain.reasons import ReasonCode
from app.proofing import operating_points as limits
from app.proofing.presence_tracker import CENTER, frame_hint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from app.vision.face_observation import FaceObservation

# Long enough for a dozen frames over a slow connection, short enough to bear.
_LOOK_MS = (3000, 5000)
_MARK = "still:"
# Of the time between two frames no more than this counts, however slow the connection is.
_LONGEST_GAP_S = 1.0
_PARTS = 4
SHOWS_NO_FACE = frozenset({"no_face", "multiple_faces", "too_dark", "too_bright", "move_closer"})


@dataclass(frozen=True, slots=True)
class StillLook:
    """The state of one look; `seen_s` is for how long one face was there and could be judged.

    Where the face is turned to is not asked: not everybody can look straight ahead either.
    """

    look_s: float
    step_started_s: float
    seen_s: float = 0.0
    last_seen_s: float | None = None
    failure: str | None = None
    hint: str | None = None

    @classmethod
    def start_dealt(cls, dealt: Sequence[str], at_s: float) -> Self:
        """A new look, from what `deal_look` gave, that begins at `at_s`."""
        return cls(int(dealt[0].removeprefix(_MARK)) / 1000, at_s)

    @property
    def steps(self) -> tuple[str, ...]:
        """The one prompt, once for each part of the look."""
        return (CENTER,) * _PARTS

    @property
    def step_index(self) -> int:
        """In which part of the look it is; the number of parts when it is met."""
        return min(_PARTS, int(_PARTS * self.seen_s / self.look_s))

    @property
    def prompt(self) -> str | None:
        """What is asked now; None once it is over."""
        return None if self.met or self.failed else CENTER

    @property
    def met(self) -> bool:
        """Whether the face was seen for long enough."""
        return self.failure is None and self.seen_s >= self.look_s

    @property
    def failed(self) -> bool:
        """Whether the time ran out."""
        return self.failure is not None

    @property
    def window_s(self) -> float:
        """How long the whole look may take."""
        return limits.FIRST_PROMPT_WINDOW_S

    def observe(self, observation: FaceObservation, at_s: float) -> StillLook:
        """The state after one frame that reached the server at `at_s` (its own clock, seconds)."""
        if self.met or self.failed:
            return self
        if at_s - self.step_started_s > self.window_s:
            return replace(self, failure=ReasonCode.CHALLENGE_TIMEOUT.value, hint=None)
        hint = frame_hint(observation)
        if hint in SHOWS_NO_FACE:
            return replace(self, hint=hint, last_seen_s=None)
        since_s = at_s if self.last_seen_s is None else self.last_seen_s
        seen_s = self.seen_s + min(at_s - since_s, _LONGEST_GAP_S)
        return replace(self, hint=hint, last_seen_s=at_s, seen_s=seen_s)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The state that `as_dict` wrote."""
        return cls(**values)


def deal_look(chance: Random) -> tuple[str, ...]:
    """How many milliseconds the look takes, as `still:4100`."""
    return (f"{_MARK}{chance.randint(*_LOOK_MS)}",)
