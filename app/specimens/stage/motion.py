"""How somebody moves before the camera: on being asked, or as a recording does, at its own time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

DIRECTIONS = {"center": (0.0, 0.0), "yaw_left": (1.0, 0.0), "yaw_right": (-1.0, 0.0)}
"""Where each prompt sends the head, as shares of the mover's reach in yaw and pitch."""


# What is done on such a hint, as a share of the turn.
_FURTHER = {"turn_more": 1.15, "turn_back": 0.85, "no_face": 0.8}
_READING_S = 0.7  # before somebody who was told to turn further does so


@dataclass(frozen=True, slots=True)
class Bearing:
    """Where a mover is at a moment: degrees, and the distance as a share of the usual one."""

    yaw_deg: float
    pitch_deg: float
    nearness: float = 1.0


class Mover(Protocol):
    """Something that moves in time and may look at what is asked."""

    def bearing(self, at_s: float, prompt: str, hint: str | None = None) -> Bearing:
        """Where it is at `at_s`, when `prompt` and `hint` are on the screen; times only grow."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How one person answers prompts: seconds, degrees, degrees a second."""

    reaction_s: tuple[float, float] = (0.35, 1.1)
    speed_deg_s: tuple[float, float] = (35.0, 90.0)
    yaw_deg: tuple[float, float] = (24.0, 42.0)
    pitch_deg: tuple[float, float] = (16.0, 26.0)
    slip_share: float = 0.03  # of the turns are begun to the wrong side
    tremor_deg: float = 0.6
    begins_at_deg: float = 0.0


@dataclass(slots=True)
class Obedient:
    """Does what the prompts ask, after a while, as people do."""

    habits: Habits
    chance: Random
    _prompt: str = ""
    _from: tuple[float, float] = (0.0, 0.0)
    _to: tuple[float, float] = (0.0, 0.0)
    _starts_s: float = -1.0
    _lasts_s: float = 1.0
    _nearness: float = 1.0
    _phase: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._from = self._to = (self.habits.begins_at_deg, 0.0)
        self._phase = self.chance.uniform(0, 6)

    def bearing(self, at_s: float, prompt: str, hint: str | None = None) -> Bearing:
        """On the way to where the present prompt sends it."""
        if prompt != self._prompt:
            self._set_out(at_s, prompt)
        elif hint in _FURTHER and at_s > self._starts_s + self._lasts_s + _READING_S:
            self._go_further(at_s, _FURTHER[hint])
        if hint == "move_closer":
            self._nearness = max(0.5, self._nearness * 0.96)
        elif hint == "move_back":
            self._nearness = min(1.6, self._nearness * 1.04)
        yaw, pitch = self._way(at_s)
        sway = self.habits.tremor_deg
        return Bearing(
            yaw + sway * float(np.sin(2.1 * at_s + self._phase)),
            pitch + sway * float(np.sin(1.3 * at_s + 2 * self._phase)),
            self._nearness,
        )

    def _way(self, at_s: float) -> tuple[float, float]:
        done = eased((at_s - self._starts_s) / self._lasts_s)
        start, end = self._from, self._to
        return start[0] + (end[0] - start[0]) * done, start[1] + (end[1] - start[1]) * done

    def _go_further(self, at_s: float, share: float) -> None:
        self._from, self._starts_s, self._lasts_s = self._to, at_s, 0.4
        self._to = (share * self._to[0], share * self._to[1])

    def _set_out(self, at_s: float, prompt: str) -> None:
        chance, habits = self.chance, self.habits
        self._from = self._way(at_s) if self._prompt else self._from
        self._prompt = prompt
        side = -1.0 if chance.random() < habits.slip_share else 1.0
        across, up = DIRECTIONS[prompt]
        self._to = (
            side * across * chance.uniform(*habits.yaw_deg),
            side * up * chance.uniform(*habits.pitch_deg),
        )
        far_deg = float(np.hypot(self._to[0] - self._from[0], self._to[1] - self._from[1]))
        self._starts_s = at_s + chance.uniform(*habits.reaction_s)
        self._lasts_s = max(0.25, far_deg / chance.uniform(*habits.speed_deg_s))


@dataclass(frozen=True, slots=True)
class Recorded:
    """Plays moments `(at_s, yaw_deg)` with eased ways between them, round and round."""

    moments: Sequence[tuple[float, float]]

    def bearing(self, at_s: float, prompt: str, hint: str | None = None) -> Bearing:  # noqa: ARG002
        """What the recording shows at this time, whatever is asked."""
        length_s = self.moments[-1][0]
        at_s = at_s % length_s if length_s else 0.0
        later = next(place for place, moment in enumerate(self.moments) if moment[0] >= at_s)
        (end_s, end), (start_s, start) = self.moments[later], self.moments[max(0, later - 1)]
        done = eased((at_s - start_s) / max(0.05, end_s - start_s))
        sway = 0.5 * float(np.sin(2.1 * at_s))
        return Bearing(start + (end - start) * done + sway, sway)


def still() -> Recorded:
    """Nobody moves."""
    return Recorded(((0.0, 0.0), (60.0, 0.0)))


def swinging(chance: Random) -> Recorded:
    """A head that turns left and right for ever."""
    peak_deg, turn_s, rest_s = chance.uniform(26, 40), chance.uniform(0.5, 1.1), 0.0
    moments, at_s = [(0.0, 0.0)], 0.0
    for _ in range(20):
        for goal_deg in (peak_deg, 0.0, -peak_deg, 0.0):
            rest_s = chance.uniform(0.1, 0.9)
            moments.append((at_s + rest_s, moments[-1][1]))
            at_s += rest_s + turn_s
            moments.append((at_s, goal_deg))
    return Recorded(moments)


def other_turns(chance: Random, count: int = 6) -> Recorded:
    """The recording of somebody who answered another deal: with rests of any length."""
    moments, at_s = [(0.0, 0.0)], 0.0
    for _ in range(count):
        peak_deg = chance.choice((-1, 1)) * chance.uniform(24, 40)
        for goal_deg in (peak_deg, 0.0):
            rest_s, turn_s = chance.uniform(0.8, 3.0), chance.uniform(0.5, 1.1)
            moments.append((at_s + rest_s, moments[-1][1]))
            at_s += rest_s + turn_s
            moments.append((at_s, goal_deg))
    return Recorded([*moments, (at_s + 3.0, 0.0)])


def eased(share: float) -> float:
    """The way of a hand or head from rest to rest (least jerk), at this share of its time."""
    done = min(1.0, max(0.0, share))
    return done**3 * (10 - 15 * done + 6 * done**2)
