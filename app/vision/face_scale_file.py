"""The measured scale of an installed embedder's scores, kept beside its weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.vision.score_scale import ScoreScale

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "face_scale.json"


class FaceScaleError(Exception):
    """There is no usable scale for this pair of networks."""


@dataclass(frozen=True, slots=True)
class MeasuredScale:
    """A scale, the networks it belongs to by SHA-256, and on how much it was measured."""

    scale: ScoreScale
    detector_sha256: str
    embedder_sha256: str
    n_pictures: int
    n_non_mated: int


def write_scale(folder: Path, measured: MeasuredScale) -> None:
    """Keep the scale; an older one is replaced at once."""
    content = {
        "raw_at_decade": list(measured.scale.raw_at_decade),
        "detector_sha256": measured.detector_sha256,
        "embedder_sha256": measured.embedder_sha256,
        "n_pictures": measured.n_pictures,
        "n_non_mated": measured.n_non_mated,
    }
    part = folder / f"{FILE_NAME}.part"
    part.write_text(json.dumps(content, indent=1), encoding="utf-8")
    part.replace(folder / FILE_NAME)


def read_scale(folder: Path, detector_sha256: str, embedder_sha256: str) -> ScoreScale:
    """The scale of these two networks.

    Raises: FaceScaleError, when none was measured, or for other networks.
    """
    try:
        content = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        scale = ScoreScale(tuple(float(raw) for raw in content["raw_at_decade"]))
        networks = content["detector_sha256"], content["embedder_sha256"]
    except FileNotFoundError:
        raise FaceScaleError("no scale has been measured") from None
    except (ValueError, KeyError, TypeError) as error:
        raise FaceScaleError(f"{FILE_NAME} cannot be read") from error
    if networks != (detector_sha256, embedder_sha256):
        raise FaceScaleError("the scale was measured for other networks")
    return scale
