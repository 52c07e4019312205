"""Signs that a picture shows a screen, a copy or an edited document: a person looks, no more.

No sign proves a fraud, and a document without one is not proven genuine. Each check passes, is
inconclusive with its reason, or does not apply where it cannot be measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.checks import CheckCode, CheckResult, Outcome, not_applicable
from app.domain.evidence import Side
from app.domain.reasons import ReasonCode
from app.domain.thresholds import ThresholdName
from app.proofing.operating_points import POINTS
from app.vision.colour_range import colour_range
from app.vision.cut_out_edge import cut_out_edge
from app.vision.painted_patch import painted_patch
from app.vision.rectification import rectify
from app.vision.screen_pattern import screen_pattern_score
from app.vision.software_trace import SoftwareTrace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.vision.image import Image, Region
    from app.vision.localisation import DocumentLocation

_WITHIN_OUTLINE = -0.03  # of the shorter edge: nothing of the table
_SUSPICIOUS = frozenset({SoftwareTrace.EDITOR, SoftwareTrace.GENERATOR})


def authenticity_checks(
    pictures: Mapping[Side, Image],
    locations: Mapping[Side, DocumentLocation | None],
    traces: Mapping[Side, str],
    points: Mapping[str, float] = POINTS,
) -> list[CheckResult]:
    """The five checks over all sides of a document.

    Shapes and units: pictures (H, W, 3) uint8 RGB at their full size; `traces` the words of
    `SoftwareTrace` that were taken from the files as they came.
    Cost: 0.5 s a side.
    """
    return [
        _screen_pattern(pictures, points[ThresholdName.DOCUMENT_SCREEN_PATTERN]),
        _colour_range(pictures, locations, points[ThresholdName.DOCUMENT_COLOUR_RANGE]),
        _painted_patch(pictures, points[ThresholdName.DOCUMENT_PAINTED_PATCH]),
        _cut_out_edge(pictures, locations, points[ThresholdName.DOCUMENT_CUT_OUT_EDGE]),
        _software_traces(traces),
    ]


def _screen_pattern(pictures: Mapping[Side, Image], threshold: float) -> CheckResult:
    found = [screen_pattern_score(picture) for picture in pictures.values()]
    scores = [score for score in found if score is not None]
    if not scores:
        return not_applicable(CheckCode.SCREEN_PATTERN)
    score = max(scores)
    return _judged(
        CheckCode.SCREEN_PATTERN, score, threshold, score >= threshold, ReasonCode.SCREEN_OR_COPY
    )


def _colour_range(
    pictures: Mapping[Side, Image],
    locations: Mapping[Side, DocumentLocation | None],
    threshold: float,
) -> CheckResult:
    # Backs are printed in black on white often enough; fronts, with a portrait, seldom.
    front, location = pictures.get(Side.FRONT), locations.get(Side.FRONT)
    if front is None:
        return not_applicable(CheckCode.COLOUR_RANGE)
    document = rectify(front, location.quad, margin=_WITHIN_OUTLINE) if location else front
    score = colour_range(document)
    if score is None:
        return not_applicable(CheckCode.COLOUR_RANGE)
    return _judged(
        CheckCode.COLOUR_RANGE, score, threshold, score < threshold, ReasonCode.SCREEN_OR_COPY
    )


def _painted_patch(pictures: Mapping[Side, Image], threshold: float) -> CheckResult:
    score, place = max((painted_patch(picture) for picture in pictures.values()), key=_first)
    return _edited(CheckCode.PAINTED_PATCH, score, threshold, place)


def _cut_out_edge(
    pictures: Mapping[Side, Image],
    locations: Mapping[Side, DocumentLocation | None],
    threshold: float,
) -> CheckResult:
    found = [
        (score, place)
        for side, picture in pictures.items()
        if (location := locations.get(side)) is not None
        for score, place in [cut_out_edge(picture, location.quad)]
        if score is not None
    ]
    if not found:
        return not_applicable(CheckCode.CUT_OUT_EDGE)
    score, place = max(found, key=_first)
    return _edited(CheckCode.CUT_OUT_EDGE, score, threshold, place)


def _edited(code: CheckCode, score: float, threshold: float, place: Region | None) -> CheckResult:
    is_sign = score >= threshold and place is not None
    detail = (
        {"place": [round(edge, 3) for edge in (place.x, place.y, place.w, place.h)]}
        if (is_sign and place)
        else {}
    )
    return _judged(code, score, threshold, is_sign, ReasonCode.TAMPERING_SUSPECTED, detail)


def _software_traces(traces: Mapping[Side, str]) -> CheckResult:
    if not traces:
        return not_applicable(CheckCode.SOFTWARE_TRACES)
    found = {side.value: trace for side, trace in traces.items()}
    is_edited = any(trace in _SUSPICIOUS for trace in traces.values())
    return CheckResult(
        CheckCode.SOFTWARE_TRACES,
        Outcome.INCONCLUSIVE if is_edited else Outcome.PASSED,
        reason=ReasonCode.TAMPERING_SUSPECTED if is_edited else None,
        detail=found,
    )


def _judged(
    code: CheckCode,
    score: float,
    threshold: float,
    is_sign: bool,
    reason: ReasonCode,
    detail: Mapping[str, object] | None = None,
) -> CheckResult:
    return CheckResult(
        code,
        Outcome.INCONCLUSIVE if is_sign else Outcome.PASSED,
        round(score, 3),
        threshold,
        reason if is_sign else None,
        detail or {},
    )


def _first(found: tuple[float, object]) -> float:
    return found[0]
