"""Error rates of the face engine on a list of mated and non-mated picture pairs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.proofing.error_rates import det_points, error_rate, threshold_at_fmr
from app.proofing.face_cross_validation import cross_validated
from app.proofing.operating_points import HOLDER_MATCH_FMR, HOLDER_MATCH_SCORE
from app.vision.decoding import decode_image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from app.proofing.error_rates import Scores
    from app.vision.faces import Embedding, FaceEngine
    from app.vision.image import Image

    Picture = tuple[Path, Callable[[Image], Image]]

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


def _unchanged(image: Image) -> Image:
    return image


def evaluate_faces(
    manifest: Path,
    engine: FaceEngine,
    threshold: float | None = HOLDER_MATCH_SCORE,
    change_reference: Callable[[Image], Image] = _unchanged,
) -> dict[str, Any]:
    """FMR and FNMR of the engine at `threshold`, with counts, 95 % bounds and DET points.

    Without a threshold, at the one that gives a FMR of 1e-3 on these very pairs. The references
    are changed first, as a print would, when that is asked for.

    Returns: plain values for JSON; a pair with a picture without a face counts as failure to
    acquire and stands in neither FMR nor FNMR, while `fnmr_with_failures` adds the mated ones.
    Raises: UndecodableImage, when a listed file is no picture.
    Cost: 0.05 s a distinct picture.
    """
    pairs = read_pairs(manifest)
    embeddings = _embed_each(pairs, engine, change_reference)
    references = [embeddings[pair.reference, change_reference] for pair in pairs]
    scores = _scores(references, [embeddings[pair.probe, _unchanged] for pair in pairs], engine)
    is_mated = np.array([pair.is_mated for pair in pairs])
    mated, non_mated = (_known(scores[is_mated]), _known(scores[~is_mated]))
    if threshold is None:
        threshold = threshold_at_fmr(non_mated, HOLDER_MATCH_FMR) if len(non_mated) else 0.0
    failed = sum(1 for embedding in embeddings.values() if embedding is None)
    lost_mated = int(is_mated.sum()) - len(mated)
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
        "cross_validated": cross_validated(scores, is_mated),
        "det": det_points(mated, non_mated) if len(mated) and len(non_mated) else [],
    }


def _embed_each(
    pairs: list[FacePair], engine: FaceEngine, change_reference: Callable[[Image], Image]
) -> dict[Picture, Embedding | None]:
    wanted = [(pair.reference, change_reference) for pair in pairs]
    wanted += [(pair.probe, _unchanged) for pair in pairs]
    return {each: embed_file(each[0], engine, each[1]) for each in dict.fromkeys(wanted)}


def embed_file(
    path: Path, engine: FaceEngine, change: Callable[[Image], Image] = _unchanged
) -> Embedding | None:
    """The features of the main face of a picture file, None when there is no face in it.

    Raises: UndecodableImage.
    """
    image = change(decode_image(path.read_bytes()).pixels)
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
    references: Sequence[Embedding | None],
    probes: Sequence[Embedding | None],
    engine: FaceEngine,
) -> Scores:
    """The score of each pair; not a number where a picture has no face."""
    scores = np.full(len(references), np.nan)
    for place, (reference, probe) in enumerate(zip(references, probes, strict=True)):
        if reference is not None and probe is not None:
            scores[place] = engine.compare(probe, reference)
    return scores


def _known(scores: Scores) -> Scores:
    return scores[~np.isnan(scores)]


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
    """The result as Markdown."""
    rows = ["| rate | errors | trials | value (95 % bounds) |", "|---|---|---|---|"]
    main = ("fmr", "fnmr", "fnmr_with_failures", "failure_to_acquire")
    rates = {name: found[name] for name in main}
    rates |= {f"fnmr at fmr {row['fmr']:g}": row["fnmr"] for row in found["at_fmr"]}
    rates |= {f"cross-validated {name}": rate for name, rate in found["cross_validated"].items()}
    rows += [f"| {name} | {_cells(rate)} |" for name, rate in rates.items()]
    return "\n".join([*rows, "", f"{found['engine']}, threshold {found['threshold']:.4g}"])


def _cells(rate: dict[str, Any]) -> str:
    share = "-" if rate["rate"] is None else f"{rate['rate']:.2%}"
    bounds = f"{rate['lower']:.2%} to {rate['upper']:.2%}"
    return f"{rate['errors']} | {rate['trials']} | {share} ({bounds})"
