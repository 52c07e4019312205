"""Whether a face that turned moved like a body or like a flat picture.

Whatever is done to a flat picture, two views of it differ by a homography. A head does not, for the
nose stands out. Features inside the face are tracked from a frontal to a turned frame; what the
best homography leaves unexplained is the first score. Five landmarks alone do not do: a print
turned about a slanted axis shears, and moves the nose against the eyes as a turning head does.

A bent print is not explained by a homography either. But it has no nose: where the skin around the
nose goes says where the base of the nose goes, by a plane and, for a bent sheet, by a curved one.
How far the nose runs ahead of both is the second score.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import to_gray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.vision.faces import Landmarks
    from app.vision.image import GrayImage, Image

    Points = NDArray[np.float32]
    Landmark = NDArray[np.float64]
    Mask = NDArray[np.bool_]

_SIDE_PX = 240  # of the face, levelled and scaled so that its eyes are _EYE_SPAN_PX apart
_EYE_SPAN_PX = 110
_EYE_LINE_PX = 85
_FACE_CENTRE_PX = (120, 125)
_FACE_AXES_PX = (80, 100)
_NOSE_CENTRE_PX = (120, 134)
_NOSE_AXES_PX = (24, 36)
_MAX_FEATURES = 200
_MIN_FEATURES = 25
_MIN_NOSE_FEATURES = 6
_MAX_NOSE_FEATURES = 60
_NOSE_SIZE = (0.17, 0.20)  # of the bump, in outer eye distances
_ROUND_TRIP_PX = 2.0  # a feature that does not come back was lost on the way
_WINDOW_PX = 25
_LEVELS, _LEVELS_NEARBY = 3, 1  # of the pyramid, where a feature may be far and where it is near
_MIN_GUIDES = 12
_MIN_GUIDES_OF_A_CURVE = 40
_FITS = 8  # rounds in which features that do not fit lose their weight
_USUAL_MISS = 0.006  # of the outer eye distance


@dataclass(frozen=True, slots=True)
class ThreeDimensionality:
    """Both scores in outer eye distances; higher is more three-dimensional.

    `left_over` is what no homography explains, `nose_lead` how far the nose ran ahead of its
    surroundings in the direction in which the face turned.
    """

    left_over: float
    nose_lead: float
    feature_count: int


def measure_three_dimensionality(
    frames: Sequence[Image], landmarks: Sequence[Landmarks]
) -> ThreeDimensionality | None:
    """The scores of a turn that begins frontal and ends turned.

    Shapes and units: `frames` (H, W, 3) uint8 RGB in their order; `landmarks` (5, 2) px of each.
    Returns: None when fewer than 25 features survive, as in the dark or across a large jump.
    Cost: 5 ms a frame.
    """
    if len(frames) < 2:
        return None
    levels = [_level(points) for points in landmarks]
    faces = [_levelled(*pair) for pair in zip(frames, levels, strict=True)]
    start, end = _tracked(faces)
    if len(start) < _MIN_FEATURES:
        return None
    homography, _ = cv2.findHomography(start, end, cv2.LMEDS)
    if homography is None:
        return None
    explained = cv2.perspectiveTransform(start[:, None], homography)[:, 0]
    left_over = np.hypot(*(explained - end).T) / _EYE_SPAN_PX
    noses = [
        level[:, :2] @ points[4] + level[:, 2]
        for level, points in zip(levels, landmarks, strict=True)
    ]
    lead = _nose_lead(start, end, (noses[0], noses[-1]))
    if lead is None:
        return None
    return ThreeDimensionality(round(float(np.percentile(left_over, 75)), 4), lead, len(start))


def _nose_lead(start: Points, end: Points, nose: tuple[Landmark, Landmark]) -> float | None:
    """How far the nose ran ahead, by its own features or by the landmark at its base.

    The features show it where the light is good, the landmark also where skin has no texture.
    """
    places = (start - _NOSE_CENTRE_PX) / _EYE_SPAN_PX
    moves = (end - start) / _EYE_SPAN_PX
    around = np.hypot(*((start - _NOSE_CENTRE_PX) / _NOSE_AXES_PX).T) > 1
    if int(around.sum()) < _MIN_FEATURES:
        return None
    moved = (nose[1] - nose[0]) / _EYE_SPAN_PX
    asked = (nose[0] - _NOSE_CENTRE_PX)[None] / _EYE_SPAN_PX
    ahead = [
        moved - (_terms(asked, count) @ _fitted(_terms(places[around], count), moves[around]))[0]
        for count in (3, 6)
    ]
    leads = [float(np.mean([lead[0] for lead in ahead]))]
    if int((~around).sum()) >= _MIN_NOSE_FEATURES:
        leads.append(float(_fitted(_with_nose(places), moves)[-1, 0]))
    return round(max(lead * float(np.sign(moved[0])) for lead in leads), 4)


def _terms(places: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The first three terms describe a flat sheet seen from afar, six a curved one."""
    x, y = places.T
    return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y][:count])


def _with_nose(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """A curved sheet, and a bump on it where a nose is."""
    x, y = (places / _NOSE_SIZE).T
    return np.column_stack([_terms(places, 6), np.exp(-(x * x) - y * y)])


def _fitted(terms: NDArray[np.float64], moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """(terms, 2) the surface that fits most features; those that do not fit lose their weight."""
    weights: NDArray[np.float64] = np.ones(len(terms))
    found: NDArray[np.float64] = np.zeros((terms.shape[1], 2))
    for _ in range(_FITS):
        solved = np.linalg.lstsq(terms * weights[:, None], moves * weights[:, None])
        found = np.asarray(solved[0], np.float64)
        misses = np.hypot(*(moves - terms @ found).T)
        scale = max(_USUAL_MISS, 1.5 * float(np.median(misses)))
        weights = np.asarray(np.sqrt(1 / (1 + (misses / scale) ** 2)), np.float64)
    return found


def _level(landmarks: Landmarks) -> NDArray[np.float64]:
    """(2, 3) from px of the picture to px of the levelled face."""
    along = landmarks[3] - landmarks[0]
    span_px = max(1.0, float(np.hypot(*along)))
    cosine, sine = along / span_px
    turn = np.array([[cosine, sine], [-sine, cosine]]) * (_EYE_SPAN_PX / span_px)
    shift = np.array([_SIDE_PX / 2, _EYE_LINE_PX]) - turn @ landmarks[:4].mean(axis=0)
    return np.column_stack([turn, shift])


def _levelled(image: Image, level: NDArray[np.float64]) -> GrayImage:
    face = cv2.warpAffine(to_gray(image), level, (_SIDE_PX, _SIDE_PX))
    # Webcams by lamplight leave too little contrast for corners without it.
    return np.asarray(cv2.createCLAHE(2.0, (4, 4)).apply(face), dtype=np.uint8)


def _tracked(faces: list[GrayImage]) -> tuple[Points, Points]:
    start = np.concatenate(
        [
            _corners(faces[0], _FACE_CENTRE_PX, _FACE_AXES_PX, (_MAX_FEATURES, 0.005, 5)),
            _corners(faces[0], _NOSE_CENTRE_PX, _NOSE_AXES_PX, (_MAX_NOSE_FEATURES, 0.004, 3)),
        ]
    )
    if not len(start):
        return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
    here = start
    alive = np.ones(len(here), dtype=np.bool_)
    for before, after in pairwise(faces):
        here, is_found = _followed((before, after), here, alive)
        alive &= is_found
    return start[alive, 0], here[alive, 0]


def _followed(faces: tuple[GrayImage, GrayImage], here: Points, alive: Mask) -> tuple[Points, Mask]:
    """Where the features went, and which were found.

    Between two frames a head may turn by twenty degrees, and half of its features are lost. Those
    are sought once more where a smooth surface through the others says that they are.
    """
    there, is_found = _there_and_back(faces, here, np.zeros_like(here), _LEVELS)
    guides = is_found & alive
    if guides.sum() < _MIN_GUIDES or guides.all():
        return there, is_found
    places = (here[:, 0] - _NOSE_CENTRE_PX) / _EYE_SPAN_PX
    terms = _terms(places, 6 if guides.sum() >= _MIN_GUIDES_OF_A_CURVE else 3)
    moves = terms @ _fitted(terms[guides], (there - here)[guides, 0].astype(np.float64))
    again, is_found_again = _there_and_back(
        faces, here, moves[:, None].astype(np.float32), _LEVELS_NEARBY
    )
    is_late = is_found_again & ~is_found
    return np.where(is_late[:, None, None], again, there), is_found | is_late


def _there_and_back(
    faces: tuple[GrayImage, GrayImage], here: Points, moves: Points, levels: int
) -> tuple[Points, Mask]:
    """Where features are in the second picture, sought about `moves` away; none that is not sure.

    What does not lead back to where it came from was something else.
    """
    there, is_found = _flow(*faces, here, here + moves, levels)
    back, is_found_back = _flow(*faces[::-1], there, there - moves, levels)
    returned = np.abs(back - here).max(axis=(1, 2)) < _ROUND_TRIP_PX
    return there, is_found & is_found_back & returned


def _corners(
    face: GrayImage,
    centre_px: tuple[int, int],
    axes_px: tuple[int, int],
    wanted: tuple[int, float, int],
) -> Points:
    """(n, 1, 2) the best corners within an ellipse: at most so many, so strong, so far apart."""
    oval = np.zeros((_SIDE_PX, _SIDE_PX), dtype=np.uint8)
    cv2.ellipse(oval, centre_px, axes_px, 0, 0, 360, (255,), -1)
    found = cv2.goodFeaturesToTrack(face, *wanted, mask=oval)
    return np.empty((0, 1, 2), np.float32) if found is None else np.asarray(found, np.float32)


def _flow(
    before: GrayImage, after: GrayImage, points: Points, guess: Points, levels: int
) -> tuple[Points, Mask]:
    moved, status, _ = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        points,
        guess.copy(),
        winSize=(_WINDOW_PX, _WINDOW_PX),
        maxLevel=levels,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(moved, dtype=np.float32), np.asarray(status).ravel() == 1
