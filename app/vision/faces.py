"""What proofing needs of a face library, behind one protocol with two engines.

`dlib_faces` is the default, `opencv_faces` is used where an operator has installed its weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from app.vision.image import Box, Image

Embedding = NDArray[np.float64]
"""(D,) float64; only two embeddings of the same engine may be compared."""

Landmarks = NDArray[np.float64]
"""(5, 2) float64, (x, y) in px, from left to right in the picture: the outer and the inner corner
of one eye, the inner and the outer corner of the other, then the base of the nose."""

_SURE_SCORE = 0.5  # guilloches and turned faces give 0 to 0.31, upright portraits 0.57 and more


Facing = Literal["ahead", "left", "right"]
"""Where a head is turned, to the person's own left or right."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One found face: its box, its five points and the detector's score (higher is surer).

    `anchors` are the points, in px and in an order of the engine's own, that its embedding is
    aligned by; the landmarks mean the same whatever the engine. `facing` is what the detector
    itself saw, without any point; None of an engine that does not tell.
    """

    box: Box
    landmarks: Landmarks
    score: float
    anchors: NDArray[np.float64]
    facing: Facing | None = None


class FaceEngine(Protocol):
    """What proofing needs from a face library."""

    @property
    def name(self) -> str:
        """A stable name, to be written beside each score."""

    @property
    def model_hash(self) -> str:
        """SHA-256 over the weights in use, hexadecimal."""

    def load(self) -> None:
        """Read the weights now rather than at the first picture."""

    def detect(self, image: Image) -> list[Face]:
        """The faces in the picture, largest first."""

    def embed(self, image: Image, face: Face) -> Embedding:
        """The features of one face of this picture."""

    def compare(self, probe: Embedding, reference: Embedding) -> float:
        """The comparison score; higher is more similar, on a scale that all engines share."""


def detect_upright(engine: FaceEngine, image: Image) -> tuple[list[Face], int]:
    """The faces of the quarter turn that shows them best, and that number of turns.

    Returns: faces in px of `numpy.rot90(image, turns)`, counter-clockwise; ([], 0) without a face.
    Cost: one detection when the picture is upright, four otherwise.
    """
    best: tuple[list[Face], int] = ([], 0)
    for turns in (0, 1, 3, 2):
        faces = engine.detect(np.ascontiguousarray(np.rot90(image, turns)))
        if _surest(faces) > _surest(best[0]):
            best = faces, turns
        if _surest(faces) >= _SURE_SCORE:
            break
    return best


def _surest(faces: list[Face]) -> float:
    return max((face.score for face in faces), default=0.0)
