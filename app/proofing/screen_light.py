"""The colours that the screen shows to somebody who looks into the camera: dealt, timed, told.

Safe by construction (WCAG 2.2, 2.3.1): the colours are equally light to within a hundredth, so no
change of them is a flash; none is a saturated red, and none lasts less than 0.7 s.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from app.domain.reasons import ReasonCode
from app.proofing import operating_points as limits
from app.proofing.presence_tracker import frame_hint
from app.proofing.still_look import SHOWS_NO_FACE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from app.vision.face_observation import FaceObservation

LIGHT = "light"
"""The prompt while colours are shown."""
# Linear red, green and blue of equal luminance (0.40 of white), as far apart as that allows.
LIGHTS: Mapping[str, tuple[float, float, float]] = {
    "amber": (0.93, 0.27, 0.12),
    "green": (0.10, 0.52, 0.10),
    "blue": (0.20, 0.40, 1.00),
    "violet": (0.90, 0.19, 1.00),
}
_COUNT = 10
_LASTS_MS = (700, 1100)
_MARK = "light_"
_MIN_SETTLED_FRAMES = 2


@dataclass(frozen=True, slots=True)
class ScreenLight:
    """Which of the dealt colours is shown, since when, and in how many settled frames.

    A colour gives way when its time is over and the face was seen under it often enough, so that a
    slow connection makes it longer and never the changes faster.
    """

    colours: tuple[str, ...]
    lasts_s: tuple[float, ...]
    began_s: float | None = None
    shown_s: float = 0.0
    place: int = 0
    settled_frames: int = 0
    failure: str | None = None
    hint: str | None = None

    @classmethod
    def start_dealt(cls, dealt: Sequence[str]) -> Self:
        """The sequence in what was dealt; it begins with the first call of `observe`."""
        read = [each.removeprefix(_MARK).split(":") for each in dealt if each.startswith(_MARK)]
        colours = tuple(colour for colour, _ in read)
        return cls(colours, tuple(int(lasts_ms) / 1000 for _, lasts_ms in read))

    @property
    def met(self) -> bool:
        """Whether every colour was shown."""
        return self.failure is None and self.place >= len(self.colours)

    @property
    def failed(self) -> bool:
        """Whether the time ran out."""
        return self.failure is not None

    @property
    def colour(self) -> str | None:
        """The colour to show now; None before the first and after the last."""
        is_on = self.began_s is not None and not self.met and not self.failed
        return self.colours[self.place] if is_on else None

    @property
    def deadline_s(self) -> float:
        """When it must be over, on the clock of `observe`."""
        return (self.began_s or 0.0) + limits.LIGHT_WINDOW_S

    def begin(self, at_s: float) -> ScreenLight:
        """The first colour is told now."""
        return replace(self, began_s=at_s, shown_s=at_s)

    def age_s(self, at_s: float) -> float:
        """For how long the present colour has been told."""
        return at_s - self.shown_s

    def observe(self, observation: FaceObservation, at_s: float) -> ScreenLight:
        """The state after one frame that reached the server at `at_s` (its own clock, seconds)."""
        if self.colour is None:
            return self
        if at_s > self.deadline_s:
            return replace(self, failure=ReasonCode.CHALLENGE_TIMEOUT.value, hint=None)
        hint = frame_hint(observation)
        is_seen = hint not in SHOWS_NO_FACE and self.age_s(at_s) >= limits.LIGHT_SETTLES_S
        seen = replace(self, hint=hint, settled_frames=self.settled_frames + is_seen)
        is_long_enough = self.age_s(at_s) >= self.lasts_s[self.place]
        if not is_long_enough or seen.settled_frames < _MIN_SETTLED_FRAMES:
            return seen
        return replace(seen, place=self.place + 1, shown_s=at_s, settled_frames=0)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The state that `as_dict` wrote."""
        lists = {name: tuple(values[name]) for name in ("colours", "lasts_s")}
        return cls(**{**values, **lists})


def deal_lights(chance: Random) -> tuple[str, ...]:
    """Random colours, none twice running, each with its milliseconds: `light_green:850`."""
    dealt: list[str] = []
    before = ""
    for _ in range(_COUNT):
        before = chance.choice([name for name in LIGHTS if name != before])
        dealt.append(f"{_MARK}{before}:{chance.randint(*_LASTS_MS)}")
    return tuple(dealt)


def is_light(dealt: str) -> bool:
    """Whether this part of a deal is a colour rather than a turn or a look."""
    return dealt.startswith(_MARK)


def screen_code(light: str) -> str:
    """The colour as a page writes it, `#rrggbb` in sRGB (IEC 61966-2-1)."""
    return "#" + "".join(f"{_encoded(value):02x}" for value in LIGHTS[light])


def _encoded(linear: float) -> int:
    encoded = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(255 * encoded)
