"""Whether the person of the selfie is the holder that the document shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.domain.thresholds import ThresholdName
from app.proofing.holder_likelihood import log10_likelihood_ratio
from app.proofing.operating_points import POINTS, PORTRAIT_MIN_SHARE
from app.vision.face_quality import FaceQuality, measure_face_quality
from app.vision.faces import detect_upright

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.vision.faces import Embedding, FaceEngine
    from app.vision.image import Box, Image

ComparisonDecision = Literal["match", "non_match", "inconclusive"]

_MAX_PROBES = 5


@dataclass(frozen=True, slots=True)
class HolderComparison:
    """The decision with its score; higher is more similar, None when a face was missing.

    `portrait_box` lies in the reference picture after `portrait_turns` counter-clockwise quarter
    turns; `probe_scores` are those of the single selfie frames. `log10_likelihood_ratio` says how
    much likelier the score is for one person than for two. `live_face` is the mean of the
    features of those frames, of length 1. The qualities are those of the portrait and of the frame
    whose score is the median.
    """

    comparison_score: float | None
    threshold: float
    decision: ComparisonDecision
    portrait_box: Box | None
    portrait_turns: int
    probe_scores: tuple[float, ...]
    log10_likelihood_ratio: float | None = None
    live_face: Embedding | None = field(repr=False, compare=False, default=None)
    portrait_quality: FaceQuality | None = None
    selfie_quality: FaceQuality | None = None

    def qualities(self) -> list[dict[str, float] | None]:
        """Of the portrait and of the selfie, as plain values for JSON."""
        both = (self.portrait_quality, self.selfie_quality)
        return [None if quality is None else quality.as_dict() for quality in both]


def compare_holder(
    references: Sequence[Image],
    probes: Sequence[Image],
    engine: FaceEngine,
    points: Mapping[str, float] = POINTS,
) -> HolderComparison:
    """The comparison of the document's portrait with several selfie frames.

    Shapes and units: `references` and `probes` (H, W, 3) uint8 RGB; a reference may lie at any
    quarter turn, and the first one with a face counts. Frontal probes serve best. `points` are the
    operating points, those of the measurements unless a tier moves them.
    Returns: the median over at most five probes, so that one blurred frame decides nothing;
    `inconclusive` between the two operating points, or when a face is missing, or when the portrait
    is as small as a ghost image and does not match: then the portrait itself was not found.
    Cost: 0.10 s for the portrait, 0.05 s a probe.
    """
    threshold = points[ThresholdName.HOLDER_MATCH_SCORE]
    portrait = _find_portrait(references, engine)
    if portrait is None:
        return HolderComparison(None, threshold, "inconclusive", None, 0, ())
    found = [(probe, faces) for probe in _spread(probes) if (faces := engine.detect(probe))]
    embedded = [engine.embed(probe, faces[0]) for probe, faces in found]
    scores = tuple(round(engine.compare(probe, portrait.embedding), 4) for probe in embedded)
    if not scores:
        return HolderComparison(
            None,
            threshold,
            "inconclusive",
            portrait.box,
            portrait.turns,
            (),
            portrait_quality=portrait.quality,
        )
    score = round(median(scores), 4)
    decision = decide(score, points)
    if decision == "non_match" and portrait.is_ghost:
        decision = "inconclusive"
    middle = scores.index(sorted(scores)[(len(scores) - 1) // 2])
    return HolderComparison(
        score,
        threshold,
        decision,
        portrait.box,
        portrait.turns,
        scores,
        log10_likelihood_ratio(score, engine.name),
        _mean(embedded),
        portrait.quality,
        measure_face_quality(*found[middle]),
    )


def decide(score: float | None, points: Mapping[str, float] = POINTS) -> ComparisonDecision:
    """The decision that the operating points give to a score."""
    if score is None:
        return "inconclusive"
    if score >= points[ThresholdName.HOLDER_MATCH_SCORE]:
        return "match"
    is_other = score < points[ThresholdName.HOLDER_NON_MATCH_SCORE]
    return "non_match" if is_other else "inconclusive"


@dataclass(frozen=True, slots=True, eq=False)
class _Portrait:
    embedding: Embedding
    box: Box
    turns: int
    is_ghost: bool
    quality: FaceQuality


def _find_portrait(references: Sequence[Image], engine: FaceEngine) -> _Portrait | None:
    for image in references:
        faces, turns = detect_upright(engine, image)
        if faces:
            upright = np.ascontiguousarray(np.rot90(image, turns))
            # The largest one: the others are ghost images of the same portrait.
            share = faces[0].box.width_px / max(image.shape[:2])
            return _Portrait(
                engine.embed(upright, faces[0]),
                faces[0].box,
                turns,
                share < PORTRAIT_MIN_SHARE,
                measure_face_quality(upright, faces),
            )
    return None


def _mean(embedded: Sequence[Embedding]) -> Embedding:
    mean = np.mean(embedded, axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)


def _spread(probes: Sequence[Image]) -> list[Image]:
    if len(probes) <= _MAX_PROBES:
        return list(probes)
    places = np.linspace(0, len(probes) - 1, _MAX_PROBES).astype(int)
    return [probes[place] for place in places]
