"""The live half of the presence challenge: which prompt is shown now, and what to tell the person.

Pure: one observation and the server's time in, the next state out. A prompt is revealed only when
the last one is met. Between two turns the head comes back to the centre and rests there for as long
as the deal says, which nobody is told: who turns before being asked does not look at the screen.
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
    "move_left",
    "move_right",
    "too_dark",
    "too_bright",
    "hold_still",
    "face_covered",
    "turn_more",
    "turn_back",
    "turn_slower",
    "other_way",
]

CENTER = "center"
TURNS_ASKED = 4
TURNS_IN_RESERVE = 6
TURNS_FOR_A_SLIP = 2
_REST_MS = (300, 1500)
_REST_MARK = ":"
_DIRECTION = {"yaw_left": 1.0, "yaw_right": -1.0}  # the person's own left is +x, un-mirrored
_TURN_MORE_SHARE = 0.4
_FAR_WRONG_FRAMES = 3
_SLOWER_TOLD_S = 2.5  # long enough to be read before the next turn
_UNUSABLE = ("no_face", "multiple_faces", "too_dark", "too_bright", "move_closer")
_NEARLY_TURNED = ("turn_more", "turn_back")


@dataclass(frozen=True, slots=True)
class PresenceTracker:
    """The state of one challenge; `shift` values are nose ratios against the frontal `baseline`.

    After a wrong turn the rest of the turns is replaced from the `reserve`, by two more: an honest
    slip costs two turns, and a clip that swings to and fro has to guess anew. `rests_s`
    belong to `turns` and then `reserve`. Since `steady_since_s` the head has looked where it did
    then: whoever began by looking aside gets a new baseline that way. `frontal_score` is how sure
    the detector was of the face that gave the baseline, and `frontal_side` the side that it saw.
    Whoever made a whole turn between two frames is told until `slower_until_s` to turn slower.
    In `far_wrong_frames` the detector saw the wrong side of a head whose points were lost.
    """

    turns: tuple[str, ...]
    reserve: tuple[str, ...]
    step_started_s: float
    step_index: int = 0
    baseline: float | None = None
    last_ratio: float | None = None
    wrong_turns: int = 0
    early_turns: int = 0
    is_wrong_way: bool = False
    answered_s: tuple[float, ...] = ()
    failure: str | None = None
    hint: str | None = None
    tolerates_wrong_turns: bool = False
    rests_s: tuple[float, ...] = ()
    centred_at_s: float | None = None
    steady_ratio: float | None = None
    steady_since_s: float = 0.0
    frontal_score: float = 0.0
    frontal_side: int = 0
    slower_until_s: float = 0.0
    far_wrong_frames: int = 0

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
        read = [_read(each) for each in dealt]
        turns, rests_s = tuple(turn for turn, _ in read), tuple(rest_s for _, rest_s in read)
        state = cls.start(
            turns[:TURNS_ASKED],
            at_s,
            turns[TURNS_ASKED:],
            tolerates_wrong_turns=tolerates_wrong_turns,
        )
        # A recording cannot wait, so where one is tolerated there is no rest.
        return state if tolerates_wrong_turns else replace(state, rests_s=rests_s)

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
        state = self._observe(observation, at_s)
        is_told_more = state.hint not in {None, "hold_still"}
        if state.is_over or is_told_more or at_s >= state.slower_until_s:
            return state
        return replace(state, hint="turn_slower")

    def _observe(self, observation: FaceObservation, at_s: float) -> PresenceTracker:
        if self.is_over:
            return self
        if at_s - self.step_started_s > self.window_s:
            return replace(self, failure=ReasonCode.CHALLENGE_TIMEOUT.value, hint=None)
        hint = frame_hint(observation)
        if hint == "no_face" and self.hint in _NEARLY_TURNED and self.step_index % 2:
            hint = "turn_back"  # lost on the way: it went too far
        if hint in _UNUSABLE or not observation.face_count:
            return replace(self, hint=hint, last_ratio=None, centred_at_s=None)
        seen = replace(self, hint=hint)
        if self.steps[self.step_index] == CENTER:
            return _watch_centre(seen, observation, at_s)
        return _watch_turn(seen, observation, at_s)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The state that `as_dict` wrote."""
        names = ("turns", "reserve", "answered_s", "rests_s")
        lists = {name: tuple(values.get(name, ())) for name in names}
        return cls(**{**values, **lists})


def deal_turns(chance: Random) -> tuple[str, ...]:
    """Random turns for `PresenceTracker.start_dealt`: those that are asked, then the reserve.

    Each is written with the milliseconds that the head rests before it, as `yaw_left:850`.
    """
    return tuple(
        f"{chance.choice(tuple(_DIRECTION))}{_REST_MARK}{chance.randint(*_REST_MS)}"
        for _ in range(TURNS_ASKED + TURNS_IN_RESERVE)
    )


def frame_hint(observation: FaceObservation) -> Hint | None:
    """What the person should change so that the face can be judged; None when nothing."""
    brightness, width = observation.brightness, observation.face_width_share
    has_face, aside = observation.face_count > 0, observation.face_aside_share
    complaints: tuple[tuple[bool, Hint], ...] = (
        (brightness < limits.FACE_MIN_BRIGHTNESS, "too_dark"),
        (not has_face, "no_face"),
        (observation.face_count > 1, "multiple_faces"),
        (brightness > limits.FACE_MAX_BRIGHTNESS, "too_bright"),
        (width < limits.FACE_MIN_WIDTH_SHARE, "move_closer"),
        (width > limits.FACE_MAX_WIDTH_SHARE, "move_back"),
        (aside > limits.FACE_MAX_ASIDE, "move_right"),  # the person's own left is +x
        (aside < -limits.FACE_MAX_ASIDE, "move_left"),
        (observation.sharpness < limits.FACE_MIN_SHARPNESS, "hold_still"),
        (_is_covered(observation), "face_covered"),
    )
    return next((hint for is_so, hint in complaints if is_so), None)


def _is_covered(observation: FaceObservation) -> bool:
    # Of a turned head the far eye and half of the mouth are hidden by itself.
    return abs(observation.nose_ratio) <= limits.CENTRE_SHIFT and (
        observation.eye_contrast < limits.FACE_MIN_EYE_CONTRAST
        or observation.mouth_contrast < limits.FACE_MIN_MOUTH_CONTRAST
    )


def _read(dealt: str) -> tuple[str, float]:
    """The turn and its rest in seconds; deals of older releases had none."""
    turn, _, rest_ms = dealt.partition(_REST_MARK)
    return turn, int(rest_ms or 0) / 1000


def _is_turned_far(state: PresenceTracker, seen: FaceObservation) -> bool:
    """Whether the head is turned so far that its points, the nose among them, lie anywhere."""
    return seen.detector_score < limits.TURNED_FAR_SCORE_SHARE * state.frontal_score


def _is_seen_aside(state: PresenceTracker, seen: FaceObservation) -> bool:
    """Whether the detector sees a turned head where it saw none, or the other side, before."""
    return seen.side not in {0, state.frontal_side}


def _watch_centre(state: PresenceTracker, seen: FaceObservation, at_s: float) -> PresenceTracker:
    state, ratio = _with_settled_baseline(state, seen, at_s), seen.nose_ratio
    if state.baseline is None:
        return _find_centre(state, seen, at_s)
    shift = abs(ratio - state.baseline)
    was_aside = state.last_ratio is not None and (
        abs(state.last_ratio - state.baseline) >= limits.TURN_SHIFT
    )
    state = replace(state, last_ratio=ratio)
    # Landmarks may jump for one frame.
    is_turned = shift >= limits.TURN_SHIFT and was_aside
    if is_turned and state.centred_at_s is not None and state.rests_s:
        # Before the first turn somebody may still be settling down.
        return _turned_early(state) if state.step_index else replace(state, centred_at_s=None)
    is_aside = _is_turned_far(state, seen) or _is_seen_aside(state, seen)
    if shift > limits.CENTRE_SHIFT or is_aside:
        return state
    since_s = at_s if state.centred_at_s is None else state.centred_at_s
    if at_s - since_s >= _rest_s(state):
        return _answered(state, at_s)
    return replace(state, centred_at_s=since_s, hint=state.hint or "hold_still")


def _with_settled_baseline(
    state: PresenceTracker, seen: FaceObservation, at_s: float
) -> PresenceTracker:
    """A new baseline for whoever looks to the same place for long when asked to look ahead."""
    ratio, before = seen.nose_ratio, state.steady_ratio
    if _is_turned_far(state, seen):
        return state
    if before is None or abs(ratio - before) > limits.BASELINE_STEADINESS:
        return replace(state, steady_ratio=ratio, steady_since_s=at_s)
    steady_s = at_s - state.steady_since_s
    is_straighter = not _is_seen_aside(state, seen) and (
        abs(ratio) < min(abs(state.baseline or 1.0), limits.BASELINE_MAX_SHIFT)
    )
    if (steady_s >= limits.STRAIGHTER_S and is_straighter) or (
        steady_s >= limits.SETTLED_S
        and abs(ratio) <= limits.SETTLED_MAX_SHIFT
        and state.steps[state.step_index] == CENTER
    ):
        return _looks_ahead(state, before, seen)
    return state


def _looks_ahead(state: PresenceTracker, ratio: float, seen: FaceObservation) -> PresenceTracker:
    return replace(state, baseline=ratio, frontal_score=seen.detector_score, frontal_side=seen.side)


def _find_centre(state: PresenceTracker, seen: FaceObservation, at_s: float) -> PresenceTracker:
    ratio = seen.nose_ratio
    # Seen from a side it may be straight ahead for a camera beside the screen, if it stays so.
    if abs(ratio) > limits.BASELINE_MAX_SHIFT or seen.side:
        return replace(state, last_ratio=None)
    if state.last_ratio is None or abs(ratio - state.last_ratio) > limits.BASELINE_STEADINESS:
        return replace(state, last_ratio=ratio, hint=state.hint or "hold_still")
    found = _looks_ahead(state, (ratio + state.last_ratio) / 2, seen)
    return _watch_centre(found, seen, at_s)


def _rest_s(state: PresenceTracker) -> float:
    if not state.rests_s:
        return 0.0
    rest_s = state.rests_s[state.step_index // 2]
    # Who does not look quite straight at first may still be on the way.
    is_aside = state.step_index == 0 and abs(state.baseline or 0.0) > limits.CENTRE_SHIFT
    return max(rest_s, limits.ASIDE_REST_S) if is_aside else rest_s


def _watch_turn(state: PresenceTracker, seen: FaceObservation, at_s: float) -> PresenceTracker:
    state = _with_settled_baseline(state, seen, at_s)
    wanted = _DIRECTION[state.steps[state.step_index]]
    shift = (seen.nose_ratio - (state.baseline or 0.0)) * wanted
    before, state = state.last_ratio, replace(state, last_ratio=seen.nose_ratio)
    if _is_seen_aside(state, seen) and seen.side * wanted * shift < -limits.CENTRE_SHIFT:
        # The points lie on the other side than the head was seen from.
        return _lost(state, seen, at_s)
    if shift >= limits.TURN_SHIFT:
        is_hasty = before is not None and abs(seen.nose_ratio - before) >= limits.TURN_SHIFT
        slower_until_s = at_s + _SLOWER_TOLD_S if is_hasty else state.slower_until_s
        return _answered(replace(state, slower_until_s=slower_until_s), at_s)
    if shift <= -limits.TURN_SHIFT:
        return state if state.is_wrong_way else _turned_wrong(state, at_s)
    if _is_turned_far(state, seen):
        return _lost(state, seen, at_s)
    if abs(shift) <= limits.CENTRE_SHIFT:
        state = replace(state, is_wrong_way=False)
    if shift >= limits.TURN_SHIFT * _TURN_MORE_SHARE:
        return replace(state, hint="turn_more")
    return replace(state, hint="other_way") if state.is_wrong_way else state


def _lost(state: PresenceTracker, seen: FaceObservation, at_s: float) -> PresenceTracker:
    """A turn of which only the detector tells the side: the wrong one is said, or to come back."""
    is_wrong = seen.side == -_DIRECTION[state.steps[state.step_index]]
    state = replace(state, far_wrong_frames=state.far_wrong_frames + is_wrong, hint="turn_back")
    is_sure = state.far_wrong_frames >= _FAR_WRONG_FRAMES and not state.is_wrong_way
    return _turned_wrong(state, at_s) if is_sure else state


def _turned_early(state: PresenceTracker) -> PresenceTracker:
    early_turns = state.early_turns + 1
    is_too_many = early_turns > limits.MAX_EARLY_TURNS
    failure = ReasonCode.CHALLENGE_FAILED.value if is_too_many else None
    return replace(
        state, early_turns=early_turns, failure=failure, centred_at_s=None, hint="hold_still"
    )


def _turned_wrong(state: PresenceTracker, at_s: float) -> PresenceTracker:
    wrong_turns = state.wrong_turns + 1
    if state.tolerates_wrong_turns:
        return replace(state, wrong_turns=wrong_turns, is_wrong_way=True, hint="other_way")
    if wrong_turns > limits.MAX_WRONG_TURNS:
        failure = ReasonCode.CHALLENGE_FAILED.value
        return replace(state, wrong_turns=wrong_turns, hint=None, failure=failure)
    return _dealt_anew(replace(state, wrong_turns=wrong_turns, step_started_s=at_s))


def _dealt_anew(state: PresenceTracker) -> PresenceTracker:
    """Back to the centre, with fresh turns: a swinging clip is right at every second try."""
    met = state.step_index // 2
    count = len(state.turns) - met + TURNS_FOR_A_SLIP if state.reserve else 0
    kept = state.rests_s[:met], state.rests_s[len(state.turns) :][:count]
    return replace(
        state,
        turns=state.turns[:met] + state.reserve[:count] if count else state.turns,
        rests_s=kept[0] + kept[1] if count else state.rests_s,
        reserve=(),
        step_index=2 * met,
        centred_at_s=None,
        steady_ratio=None,
        far_wrong_frames=0,
        hint="other_way",
    )


def _answered(state: PresenceTracker, at_s: float) -> PresenceTracker:
    return replace(
        state,
        step_index=state.step_index + 1,
        step_started_s=at_s,
        answered_s=(*state.answered_s, at_s - state.step_started_s),
        is_wrong_way=False,
        far_wrong_frames=0,
        centred_at_s=None,
        steady_ratio=None,
        last_ratio=None,
        hint=None,
    )
