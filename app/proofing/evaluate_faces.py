"""Error rates of the face engine on a list of mated and non-mated picture pairs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.proofing.error_rates import det_points, error_rate, threshold_at_fmr
from app.proofing.operating_points import DLIB_MATCH_SCORE
from app.vision.decoding import decode_image

if TYPE_CHECKING:
    from pathlib import Path

    from app.proofing.error_rates import Scores
    from app.vision.faces import Embedding, FaceEngine

_TARGET_FMRS = (1e-2, 1e-3)


@dataclass(frozen=True, slots=True)
class FacePair:
    """Two picture files and whether they show the same person."""

    reference: Path
    probe: Path
    is_mated: bool


def read_pairs(manifest: Path) -> list[FacePair]:
    """The pairs of a CSV file `reference,probe,mated`, paths relative to its folder."""
    with manifest.open(newline="", encoding="utf-8") as lines:
        return [
            FacePair(
                manifest.parent / row["reference"],
                manifest.parent / row["probe"],
                row["mated"].strip() == "1",
            )
            for row in csv.DictReader(lines)
        ]


def evaluate_faces(
    manifest: Path, engine: FaceEngine, threshold: float = DLIB_MATCH_SCORE
) -> dict[str, Any]:
    """FMR and FNMR of the engine at `threshold`, with counts, 95 % bounds and DET points.

    Returns: plain values for JSON; a pair with a picture without a face counts as failure to
    acquire and stands in neither FMR nor FNMR, while `fnmr_with_failures` adds the mated ones.
    Raises: UndecodableImage, when a listed file is no picture.
    Cost: 0.11 s a distinct picture.
    """
    pairs = read_pairs(manifest)
    embeddings = _embed_each(pairs, engine)
    mated = _scores(pairs, embeddings, engine, is_mated=True)
    non_mated = _scores(pairs, embeddings, engine, is_mated=False)
    failed = sum(1 for embedding in embeddings.values() if embedding is None)
    lost_mated = sum(1 for pair in pairs if pair.is_mated) - len(mated)
    misses = int(np.sum(mated < threshold))
    return {
        "engine": engine.name,
        "model_hash": engine.model_hash,
        "threshold": threshold,
        "n_mated": len(mated),
        "n_non_mated": len(non_mated),
        "fnmr": error_rate(misses, len(mated)).as_dict(),
        "fmr": error_rate(int(np.sum(non_mated >= threshold)), len(non_mated)).as_dict(),
        "failure_to_acquire": error_rate(failed, len(embeddings)).as_dict(),
        "fnmr_with_failures": error_rate(misses + lost_mated, len(mated) + lost_mated).as_dict(),
        "at_fmr": _at_target_fmrs(mated, non_mated),
        "det": det_points(mated, non_mated) if len(mated) and len(non_mated) else [],
    }


def _embed_each(pairs: list[FacePair], engine: FaceEngine) -> dict[Path, Embedding | None]:
    paths = dict.fromkeys(path for pair in pairs for path in (pair.reference, pair.probe))
    return {path: _embed_file(path, engine) for path in paths}


def _embed_file(path: Path, engine: FaceEngine) -> Embedding | None:
    image = decode_image(path.read_bytes()).pixels
    faces = engine.detect(image)
    if not faces:
        return None
    middle_px = np.array([image.shape[1] / 2, image.shape[0] / 2])
    # Others may stand in the background: the person meant is large and near the middle.
    main = max(
        faces,
        key=lambda face: (
            face.box.width_px - float(np.hypot(*(face.landmarks.mean(axis=0) - middle_px)))
        ),
    )
    return engine.embed(image, main)


def _scores(
    pairs: list[FacePair],
    embeddings: dict[Path, Embedding | None],
    engine: FaceEngine,
    *,
    is_mated: bool,
) -> Scores:
    scores = []
    for pair in pairs:
        reference, probe = embeddings[pair.reference], embeddings[pair.probe]
        if pair.is_mated is is_mated and reference is not None and probe is not None:
            scores.append(engine.compare(probe, reference))
    return np.array(scores, dtype=np.float64)


def _at_target_fmrs(mated: Scores, non_mated: Scores) -> list[dict[str, Any]]:
    if not len(mated) or not len(non_mated):
        return []
    rows = []
    for target in _TARGET_FMRS:
        threshold = threshold_at_fmr(non_mated, target)
        misses = int(np.sum(mated < threshold))
        rows.append(
            {
                "fmr": target,
                "threshold": threshold,
                "fnmr": error_rate(misses, len(mated)).as_dict(),
            }
        )
    return rows


def faces_table(found: dict[str, Any]) -> str:
    """The result as a Markdown table."""
    rows = ["| rate | errors | trials | value (95 % bounds) |", "|---|---|---|---|"]
    for name in ("fmr", "fnmr", "fnmr_with_failures", "failure_to_acquire"):
        rate = found[name]
        share = "-" if rate["rate"] is None else f"{rate['rate']:.2%}"
        bounds = f"{rate['lower']:.2%} to {rate['upper']:.2%}"
        rows.append(f"| {name} | {rate['errors']} | {rate['trials']} | {share} ({bounds}) |")
    return "\n".join([*rows, "", f"{found['engine']}, threshold {found['threshold']}"])
