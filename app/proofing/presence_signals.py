"""The single signals of the presence judgement, each a number against its operating point."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from app.domain.checks import Outcome
from app.domain.reasons import ReasonCode
from app.domain.thresholds import ThresholdName
from app.proofing import operating_points as limits
from app.vision.planarity import measure_three_dimensionality

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from app.proofing.presence_tracker import PresenceTracker
    from app.vision.face_observation import FaceObservation
    from app.vision.faces import FaceEngine
    from app.vision.image import Image
    from app.vision.planarity import ThreeDimensionality

    FindPassages = Callable[[Sequence[float]], list[tuple[int, int]]]

_MAX_TURN_FRAMES = 14
_MEASURED_TURNS, _LEAST_TURNS = 12, 3
_COMPARED_FRAMES = 4
_NEIGHBOURS_S = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class PresenceFrame:
    """One frame as it reached the server: its time there in seconds, its numbers, its pixels.

    `light` is the dealt colour that the screen showed then, and `light_age_s` since when.
    """

    at_s: float
    observation: FaceObservation
    image: Image
    light: str | None = None
    light_age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Frontal:
    """What the face was like when its head looked ahead.

    `ratio` is the nose's, `score` how sure the detector was, `side` the one that it saw: 0 or,
    where the camera stands beside the screen, 1 or -1.
    """

    ratio: float
    score: float = 0.0
    side: int = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """One number, the bound it was held against, and which reason it gives when it fails."""

    name: str
    score: float | None
    threshold: float
    outcome: Outcome
    reason: ReasonCode | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "name": self.name,
            "score": None if self.score is None else round(self.score, 4),
            "threshold": self.threshold,
            "outcome": self.outcome.value,
        }


def at_least(name: str, score: float | None, threshold: float, reason: ReasonCode) -> Signal:
    """A signal that passes from `threshold` up; inconclusive without a score."""
    is_good = score is not None and score >= threshold
    return _signal(name, score, threshold, reason, is_good=is_good)


def at_most(name: str, score: float | None, threshold: float, reason: ReasonCode) -> Signal:
    """A signal that passes up to `threshold`; inconclusive without a score."""
    is_good = score is not None and score <= threshold
    return _signal(name, score, threshold, reason, is_good=is_good)


def face_signals(
    frames: Sequence[PresenceFrame], points: Mapping[str, float] = limits.POINTS
) -> list[Signal]:
    """Whether there was one face, and one only, throughout."""
    counts = [frame.observation.face_count for frame in frames]
    seen = sum(1 for count in counts if count) / max(1, len(counts))
    several = sum(1 for count in counts if count > 1) / max(1, len(counts))
    return [
        at_least(
            "face_present", seen, points[ThresholdName.PRESENCE_FACE_SHARE], ReasonCode.NO_FACE
        ),
        at_most(
            "several_faces",
            several,
            limits.MAX_SHARE_WITH_SEVERAL_FACES,
            ReasonCode.MULTIPLE_FACES,
        ),
    ]


def challenge_signals(tracker: PresenceTracker, *, is_recording: bool) -> list[Signal]:
    """Whether the prompts were answered in order, in time, and not faster than people can."""
    reason = ReasonCode(tracker.failure or ReasonCode.CHALLENGE_FAILED)
    share = tracker.step_index / len(tracker.steps)
    responses = tracker.answered_s[1:]  # the first wait also holds the camera's start
    fastest = min(responses[0::2], default=None)
    slowest = max(responses, default=None)
    too_fast = at_least(
        "fastest_response_s", fastest, limits.MIN_RESPONSE_S, ReasonCode.CHALLENGE_FAILED
    )
    wrong_turns = at_most(
        "wrong_turns",
        float(tracker.wrong_turns),
        float(limits.MAX_WRONG_TURNS),
        ReasonCode.CHALLENGE_FAILED,
    )
    early_turns = at_most(
        "early_turns",
        float(tracker.early_turns),
        float(limits.MAX_EARLY_TURNS),
        ReasonCode.CHALLENGE_FAILED,
    )
    return [
        at_least("order_followed", share, 1.0, reason),
        *(() if tracker.tolerates_wrong_turns else (wrong_turns, early_turns)),
        *(() if is_recording else (too_fast,)),
        at_most(
            "slowest_response_s", slowest, limits.PROMPT_WINDOW_S, ReasonCode.CHALLENGE_TIMEOUT
        ),
    ]


def replay_signal(
    frames: Sequence[PresenceFrame], points: Mapping[str, float] = limits.POINTS
) -> Signal:
    """The share of frames whose pixels equal an earlier frame other than the one before."""
    digests = [frame.observation.pixel_digest for frame in frames]
    # A slow camera may deliver the same picture twice running; that is no replay.
    distinct = [digest for before, digest in pairwise(["", *digests]) if digest != before]
    repeated = 1 - len(set(distinct)) / max(1, len(distinct))
    threshold = points[ThresholdName.PRESENCE_REPEATED_FRAME_SHARE]
    return at_most("repeated_frames", repeated, threshold, ReasonCode.REPLAY_SUSPECTED)


def frozen_signal(frames: Sequence[PresenceFrame]) -> Signal:
    """The share of frames that are, pixel by pixel, one that was there before.

    A slow camera repeats its last picture; a few stills that are switched do nothing else.
    """
    digests = {frame.observation.pixel_digest for frame in frames}
    frozen = 1 - len(digests) / max(1, len(frames))
    return at_most("frozen_frames", frozen, limits.FROZEN_SHARE, ReasonCode.REPLAY_SUSPECTED)


def passage_signal(frames: Sequence[PresenceFrame], baseline: float) -> Signal:
    """How many frames a turn show the head half way; stills that are switched show none."""
    with_face = [frame for frame in frames if len(frame.observation.landmarks)]
    shifts = np.array([frame.observation.nose_ratio - baseline for frame in with_face])
    turns = len(_turns(with_face, baseline, _first_turned))
    half_way = sum(_half_way(shifts * side) for side in (1, -1))
    score = half_way / turns if turns else None
    return at_least("seen_half_way", score, limits.SEEN_HALF_WAY, ReasonCode.NOT_LIVE)


def _half_way(shifts: NDArray[np.float64]) -> int:
    aside = shifts[shifts > limits.CENTRE_SHIFT]
    peak = float(np.percentile(aside, 90)) if len(aside) else 0.0
    return int(((shifts > 0.25 * peak) & (shifts < 0.75 * peak)).sum()) if peak else 0


def continuity_signal(frames: Sequence[PresenceFrame]) -> Signal:
    """How often the face jumped farther between two neighbouring frames than a head can."""
    with_face = [frame for frame in frames if frame.observation.box is not None]
    jumps = sum(1 for before, after in pairwise(with_face) if _is_jump(before, after))
    return at_most(
        "discontinuities", float(jumps), float(limits.MAX_DISCONTINUITIES), ReasonCode.NOT_LIVE
    )


def same_person_signal(
    frames: Sequence[PresenceFrame],
    engine: FaceEngine,
    points: Mapping[str, float] = limits.POINTS,
) -> Signal:
    """The lowest comparison score between the first frontal frame and later ones."""
    chosen = frontal_frames(frames)
    found = [(frame.image, engine.detect(frame.image)) for frame in chosen]
    embeddings = [engine.embed(image, faces[0]) for image, faces in found if faces]
    scores = [engine.compare(other, embeddings[0]) for other in embeddings[1:]]
    return at_least(
        "same_person",
        min(scores, default=None),
        points[ThresholdName.PRESENCE_SAME_PERSON_SCORE],
        ReasonCode.NOT_LIVE,
    )


def frontal_frames(frames: Sequence[PresenceFrame]) -> list[PresenceFrame]:
    """One frame of each quarter of the clip: one face, looking ahead, that is best seen."""
    return _best_seen(_nearest_to_frontal(frames))


def three_dimensionality_signals(
    frames: Sequence[PresenceFrame],
    frontal: Frontal,
    points: Mapping[str, float] = limits.POINTS,
    *,
    asked: int = 1,
) -> list[Signal]:
    """What no flat, and what no bent, picture explains of the clip's turns.

    Returns: both inconclusive when nothing turned, or too little could be tracked: in less than
    three passages where so many turns, or more, were `asked`.
    """
    with_face = [frame for frame in frames if len(frame.observation.landmarks)]
    found = _measured_turns(with_face, frontal, max(1, min(asked, _LEAST_TURNS)))
    return [
        at_least(
            "three_dimensionality",
            # Landmarks may jump without a turn, and such a passage leaves nothing over.
            float(np.percentile([each.left_over for each in found], 75)) if found else None,
            points[ThresholdName.PRESENCE_THREE_DIMENSIONALITY],
            ReasonCode.NOT_LIVE,
        ),
        at_least(
            "nose_lead",
            _middle_lead(found) if found else None,
            limits.NOSE_LEAD,
            ReasonCode.NOT_LIVE,
        ),
    ]


def _signal(
    name: str, score: float | None, threshold: float, reason: ReasonCode, *, is_good: bool
) -> Signal:
    if score is None:
        return Signal(name, None, threshold, Outcome.INCONCLUSIVE)
    if is_good:
        return Signal(name, score, threshold, Outcome.PASSED)
    return Signal(name, score, threshold, Outcome.FAILED, reason)


def _is_jump(before: PresenceFrame, after: PresenceFrame) -> bool:
    elapsed_s = after.at_s - before.at_s
    first, second = before.observation, after.observation
    if first.box is None or second.box is None or not 0 < elapsed_s <= _NEIGHBOURS_S:
        return False
    edges = np.subtract(second.box, first.box)
    moved_px = float(np.hypot(edges[0] + edges[2], edges[1] + edges[3])) / 2
    width_px = first.box[2] - first.box[0]
    shift_per_s = abs(second.nose_ratio - first.nose_ratio) / max(elapsed_s, 0.1)
    is_far = moved_px > limits.MAX_JUMP_FACE_WIDTHS * width_px
    return is_far or shift_per_s > limits.MAX_SHIFT_PER_S


def _nearest_to_frontal(frames: Sequence[PresenceFrame]) -> list[PresenceFrame]:
    single = [frame for frame in frames if frame.observation.face_count == 1]
    near = [
        frame for frame in single if abs(frame.observation.nose_ratio) <= limits.BASELINE_MAX_SHIFT
    ]
    return near or single


def _best_seen(frames: Sequence[PresenceFrame]) -> list[PresenceFrame]:
    """One frame of each quarter of the clip, the one of whose face the detector is surest."""
    count = min(_COMPARED_FRAMES, len(frames))
    bounds = np.linspace(0, len(frames), count + 1).astype(int).tolist()
    return [
        max(frames[start:end], key=lambda frame: frame.observation.detector_score)
        for start, end in pairwise(bounds)
    ]


def _measured_turns(
    frames: Sequence[PresenceFrame], frontal: Frontal, least: int
) -> list[ThreeDimensionality]:
    """The scores of all turns, of so many at `least`; one or two alone may say anything."""
    turns: list[list[PresenceFrame]] = []
    placed = [each for each in frames if _has_its_points(each.observation, frontal)]
    least_score = limits.TURNED_FAR_SCORE_SHARE * frontal.score
    sure = [each for each in placed if each.observation.detector_score >= least_score]
    # First without the frames of which the detector is unsure, where there are any.
    for chosen in (sure, placed) if len(sure) < len(placed) else (placed,):
        turns = _turns(chosen, frontal.ratio, _far_enough)
        found = _measured(turns)
        if len(found) >= least:
            return found
    return [] if turns else _measured(_foreshortenings(frames))


def _measured(passages: Sequence[Sequence[PresenceFrame]]) -> list[ThreeDimensionality]:
    measured = [
        measure_three_dimensionality(
            [frame.image for frame in passage], [frame.observation.points for frame in passage]
        )
        for passage in passages[:_MEASURED_TURNS]
    ]
    return [each for each in measured if each is not None]


def _middle_lead(found: Sequence[ThreeDimensionality]) -> float:
    """The median, each turn counting for as much as features were followed in it."""
    ordered = sorted(found, key=lambda each: each.nose_lead)
    counted = np.cumsum([each.feature_count for each in ordered])
    return ordered[int(np.searchsorted(counted, counted[-1] / 2))].nose_lead


def _has_its_points(seen: FaceObservation, frontal: Frontal) -> bool:
    """Whether the points lie where the detector's own sight of the head allows it.

    Of a head that is turned far they may lie anywhere, in the middle or on the other side too.
    """
    is_ahead = seen.side in {0, frontal.side}
    return is_ahead or seen.side * (seen.nose_ratio - frontal.ratio) > limits.CENTRE_SHIFT


def _turns(
    frames: Sequence[PresenceFrame], baseline: float, find: FindPassages
) -> list[list[PresenceFrame]]:
    """The passages from the last frontal frame to a turned one, forth and back."""
    shifts = [abs(frame.observation.nose_ratio - baseline) for frame in frames]
    forth, back, count = find(shifts), find(shifts[::-1]), len(frames)
    return [list(frames[a : b + 1]) for a, b in forth] + [
        list(frames[count - 1 - b : count - a])[::-1] for a, b in back
    ]


def _first_turned(shifts: Sequence[float]) -> list[tuple[int, int]]:
    return _passages(shifts, limits.CENTRE_SHIFT, limits.TURN_SHIFT)


def _far_enough(shifts: Sequence[float]) -> list[tuple[int, int]]:
    """To where the head turned far enough to be measured, or as near to it as it was seen."""
    found: list[tuple[int, int]] = []
    start, farthest = None, None
    for place, shift in enumerate([*shifts, 0.0]):
        if shift <= limits.CENTRE_SHIFT:
            if start is not None and farthest is not None:
                found.append((start, farthest))
            start, farthest = place, None
        elif start is not None and place - start <= _MAX_TURN_FRAMES:
            least = max(limits.LEAST_MEASURED_SHIFT, shifts[start] + limits.LEAST_MEASURED_TURN)
            if shift >= least and (farthest is None or shift > shifts[farthest]):
                farthest = place
            if shift >= max(limits.TURN_SHIFT, shifts[start] + limits.MEASURED_TURN):
                found.append((start, place))
                start, farthest = None, None
    return found


def _foreshortenings(frames: Sequence[PresenceFrame]) -> list[list[PresenceFrame]]:
    """The passages in which the face became narrower without the nose moving: turned prints."""
    if not frames:
        return []
    shapes = np.array([_width_over_height(frame.observation) for frame in frames])
    losses = (1 - shapes / np.percentile(shapes, 90)).tolist()
    found = _passages(losses, limits.FORESHORTENING / 3, limits.FORESHORTENING)
    return [list(frames[a : b + 1]) for a, b in found]


def _passages(values: Sequence[float], low: float, high: float) -> list[tuple[int, int]]:
    found, start = [], None
    for place, value in enumerate(values):
        if value <= low:
            start = place
        elif value >= high and start is not None:
            if place - start <= _MAX_TURN_FRAMES:
                found.append((start, place))
            start = None
    return found


def _width_over_height(observation: FaceObservation) -> float:
    points = observation.points
    eyes = points[3] - points[0]
    down = points[4] - points[:4].mean(axis=0)
    span_px = max(1.0, float(np.hypot(*eyes)))
    height_px = abs(float(eyes[0] * down[1] - eyes[1] * down[0])) / span_px
    return span_px / max(1.0, height_px)
