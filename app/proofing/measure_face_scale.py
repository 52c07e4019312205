"""The scale of a face engine's raw scores, from pictures of many people."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from app.proofing.evaluate_faces import embed_file
from app.vision.score_scale import measured_scale

if TYPE_CHECKING:
    from pathlib import Path

    from app.vision.faces import FaceEngine
    from app.vision.score_scale import ScoreScale


def measure_face_scale(manifest: Path, engine: FaceEngine) -> tuple[ScoreScale, int, int]:
    """The scale, the pictures and the pairs of different people that it was measured on.

    `manifest` is a CSV file `path,person` with paths relative to its folder; every picture of a
    person is compared with every one of every other person.
    Raises: ValueError with fewer than 1e5 such pairs; UndecodableImage, when a file is no picture.
    """
    with manifest.open(newline="", encoding="utf-8") as lines:
        rows = [(manifest.parent / row["path"], row["person"]) for row in csv.DictReader(lines)]
    embedded = [(embed_file(path, engine), person) for path, person in rows]
    found = [(embedding, person) for embedding, person in embedded if embedding is not None]
    raw = [
        engine.compare(embedding, other)
        for place, (embedding, person) in enumerate(found)
        for other, somebody in found[:place]
        if somebody != person
    ]
    return measured_scale(np.array(raw, dtype=np.float64)), len(found), len(raw)
