"""The live half of the presence challenge: which prompt is shown now, and what to tell the person.

Pure: one observation and the server's time in, the next state out. A prompt is revealed only when
the last one is met, and the head comes back to the centre between two turns.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from app.domain.reasons import ReasonCode
from app.proofing import operating_points as limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from app.vision.face_observation import FaceObservation

Turn = Literal["yaw_left", "yaw_right"]
Hint = Literal[
    "no_face",
    "multiple_faces",
    "move_closer",
    "move_back",
    "too_dark",
    "too_bright",
    "hold_still",
    "turn_more",
    "other_way",
]

CENTER = "center"
TURNS_ASKED = 3
TURNS_IN_RESERVE = 2
_DIRECTION = {"yaw_left": 1.0, "yaw_right": -1.0}  # the person's own left is +x, un-mirrored
_TURN_MORE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class PresenceTracker:
    """The state of one challenge; `shift` values are nose ratios against the frontal `baseline`.

    `reserve` turns are added after a wrong one: an honest slip costs two more turns, and a recorded
    clip that swings to and fro has to guess them too.
    """

    turns: tuple[str, ...]
    reserve: tuple[str, ...]
    step_started_s: float
    step_index: int = 0
    baseline: float | None = None
    last_ratio: float | None = None
    wrong_turns: int = 0
    is_wrong_way: bool = False
    answered_s: tuple[float, ...] = ()
    failure: str | None = None
    hint: str | None = None
    tolerates_wrong_turns: bool = False

    @classmethod
    def start(
        cls,
        turns: Sequence[str],
        at_s: float,
        reserve: Sequence[str] = (),
        *,
        tolerates_wrong_turns: bool = False,
    ) -> Self:
        """A new challenge whose first prompt, the centre, is shown at `at_s`.

        A camera that plays a recording cannot wait for a prompt. Where that is allowed (test
        partners, whose browsers have no person before them) wrong turns are counted only.
        """
        unknown = [turn for turn in (*turns, *reserve) if turn not in _DIRECTION]
        if unknown:
            message = "A challenge consists of yaw_left and yaw_right."
            raise ValueError(message)
        tolerance = tolerates_wrong_turns
        return cls(tuple(turns), tuple(reserve), at_s, tolerates_wrong_turns=tolerance)

    @classmethod
    def start_dealt(
        cls, dealt: Sequence[str], at_s: float, *, tolerates_wrong_turns: bool = False
    ) -> Self:
        """A new challenge from the turns of `deal_turns`, the last of them held in reserve."""
        asked, reserve = dealt[:TURNS_ASKED], dealt[TURNS_ASKED:]
        return cls.start(asked, at_s, reserve, tolerates_wrong_turns=tolerates_wrong_turns)

    @property
    def steps(self) -> tuple[str, ...]:
        """All prompts in order: the centre before each turn, or alone without any."""
        return tuple(step for turn in self.turns for step in (CENTER, turn)) or (CENTER,)

    @property
    def prompt(self) -> str | None:
        """What is asked now; None once the challenge is over."""
        return None if self.is_over else self.steps[self.step_index]

    @property
    def met(self) -> bool:
        """Whether every prompt was answered."""
        return self.failure is None and self.step_index >= len(self.steps)

    @property
    def failed(self) -> bool:
        """Whether the challenge ended without being met."""
        return self.failure is not None

    @property
    def is_over(self) -> bool:
        """Whether further frames change nothing."""
        return self.met or self.failed

    @property
    def window_s(self) -> float:
        """How long the present prompt may take."""
        return limits.PROMPT_WINDOW_S if self.step_index else limits.FIRST_PROMPT_WINDOW_S

    def observe(self, observation: FaceObservation, at_s: float) -> PresenceTracker:
        """The state after one frame that reached the server at `at_s` (its own clock, seconds)."""
        if self.is_over:
            return self
        if at_s - self.step_started_s > self.window_s:
            return replace(self, failure=ReasonCode.CHALLENGE_TIMEOUT.value, hint=None)
        hint = frame_hint(observation)
        if hint in ("no_face", "multiple_faces", "too_dark", "too_bright", "move_closer"):
            return replace(self, hint=hint, last_ratio=None)
        seen = replace(self, hint=hint)
        if self.steps[self.step_index] == CENTER:
            return _watch_centre(seen, observation.nose_ratio, at_s)
        return _watch_turn(seen, observation.nose_ratio, at_s)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The state that `as_dict` wrote."""
        lists = {name: tuple(values[name]) for name in ("turns", "reserve", "answered_s")}
        return cls(**{**values, **lists})


def deal_turns(chance: Random) -> tuple[str, ...]:
    """Random turns for `PresenceTracker.start_dealt`: those that are asked, then the reserve."""
    return tuple(chance.choice(tuple(_DIRECTION)) for _ in range(TURNS_ASKED + TURNS_IN_RESERVE))


def frame_hint(observation: FaceObservation) -> Hint | None:
    """What the person should change so that the face can be judged; None when nothing."""
    brightness, width = observation.brightness, observation.face_width_share
    has_face = observation.face_count > 0
    complaints: tuple[tuple[bool, Hint], ...] = (
        (brightness < limits.FACE_MIN_BRIGHTNESS, "too_dark"),
        (not has_face, "no_face"),
        (observation.face_count > 1, "multiple_faces"),
        (brightness > limits.FACE_MAX_BRIGHTNESS, "too_bright"),
        (width < limits.FACE_MIN_WIDTH_SHARE, "move_closer"),
        (width > limits.FACE_MAX_WIDTH_SHARE, "move_back"),
        (observation.sharpness < limits.FACE_MIN_SHARPNESS, "hold_still"),
    )
    return next((hint for is_so, hint in complaints if is_so), None)


def _watch_centre(state: PresenceTracker, ratio: float, at_s: float) -> PresenceTracker:
    if state.baseline is not None:
        is_back = abs(ratio - state.baseline) <= limits.CENTRE_SHIFT
        return _answered(state, at_s) if is_back else state
    if abs(ratio) > limits.BASELINE_MAX_SHIFT:
        return replace(state, last_ratio=None)
    if state.last_ratio is None or abs(ratio - state.last_ratio) > limits.BASELINE_STEADINESS:
        return replace(state, last_ratio=ratio, hint=state.hint or "hold_still")
    return _answered(replace(state, baseline=(ratio + state.last_ratio) / 2), at_s)


def _watch_turn(state: PresenceTracker, ratio: float, at_s: float) -> PresenceTracker:
    wanted = _DIRECTION[state.steps[state.step_index]]
    shift = (ratio - (state.baseline or 0.0)) * wanted
    if shift >= limits.TURN_SHIFT:
        return _answered(state, at_s)
    if shift <= -limits.TURN_SHIFT:
        return state if state.is_wrong_way else _turned_wrong(state)
    if abs(shift) <= limits.CENTRE_SHIFT:
        state = replace(state, is_wrong_way=False)
    if shift >= limits.TURN_SHIFT * _TURN_MORE_SHARE:
        return replace(state, hint="turn_more")
    return replace(state, hint="other_way") if state.is_wrong_way else state


def _turned_wrong(state: PresenceTracker) -> PresenceTracker:
    wrong_turns = state.wrong_turns + 1
    if state.tolerates_wrong_turns:
        return replace(state, wrong_turns=wrong_turns, is_wrong_way=True, hint="other_way")
    is_too_many = wrong_turns > limits.MAX_WRONG_TURNS
    return replace(
        state,
        wrong_turns=wrong_turns,
        is_wrong_way=True,
        hint="other_way",
        turns=state.turns + state.reserve,
        reserve=(),
        failure=ReasonCode.CHALLENGE_FAILED.value if is_too_many else None,
    )


def _answered(state: PresenceTracker, at_s: float) -> PresenceTracker:
    return replace(
        state,
        step_index=state.step_index + 1,
        step_started_s=at_s,
        answered_s=(*state.answered_s, at_s - state.step_started_s),
        is_wrong_way=False,
        hint=None,
    )
