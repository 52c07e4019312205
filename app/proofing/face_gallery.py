"""The templates of one partner's users in memory, and the search for the one nearest to a face.

Every template is compared: one product of a matrix and a vector, which a core does for a million
templates in about the time of one embedding (`make bench-duplicates`). There is no index that
could miss anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.domain.face_template import FaceCandidate, FaceModel
from app.proofing.operating_points import duplicate_face_score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.faces import Embedding, FaceEngine

_STORED = np.dtype("<f2")  # 11 bits of each feature move a score by less than 0.003
_FIRST_ROWS = 64


def packed(embedding: Embedding) -> bytes:
    """The features as they are kept: two bytes each, little-endian float16."""
    return embedding.astype(_STORED).tobytes()


class FaceGallery:
    """Features of length 1 as float32 rows, in no order; a row that goes is filled by the last.

    Cost: 4 bytes a feature and about 110 bytes for each applicant's id: 620 MB for a million.
    """

    def __init__(self, engine: FaceEngine) -> None:
        self._engine = engine
        self._rows: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._ids: list[str] = []
        self._places: dict[str, int] = {}

    def __len__(self) -> int:
        """How many templates there are."""
        return len(self._ids)

    @property
    def model(self) -> FaceModel:
        """The only model whose templates may be put here."""
        return FaceModel(self._engine.name, self._engine.model_hash)

    def put(self, applicant_id: str, features: bytes) -> None:
        """Add or replace an applicant's template."""
        row = _unpacked(features)
        place = self._places.get(applicant_id)
        if place is None:
            place = len(self._ids)
            self._make_room(place, len(row))
            self._ids.append(applicant_id)
            self._places[applicant_id] = place
        self._rows[place] = row

    def drop(self, applicant_id: str) -> None:
        """Let go of an applicant's template; nothing is left of it in this process."""
        place = self._places.pop(applicant_id, None)
        if place is None:
            return
        last, moved = len(self._ids) - 1, self._ids.pop()
        if place != last:
            self._rows[place] = self._rows[last]
            self._ids[place] = moved
            self._places[moved] = place
        self._rows[last] = 0

    def find(self, features: bytes, but: str, false_alarms: float) -> FaceCandidate | None:
        """The nearest template of anybody but this applicant; None where there is none.

        `false_alarms` is how many a search among strangers may raise on average, and sets the
        threshold. Cost: 31 ms on one core for a million templates, 3 ms for a hundred thousand.
        """
        own = self._places.get(but)
        others = len(self._ids) - (own is not None)
        if others == 0:
            return None
        probe = _unpacked(features)
        likeness = self._rows[: len(self._ids)] @ probe
        if own is not None:
            likeness[own] = -np.inf
        place = int(np.argmax(likeness))
        # Both engines compare features of length 1, so that the largest product is the best score.
        score = self._engine.compare(_embedding(probe), _embedding(self._rows[place]))
        threshold = duplicate_face_score(others, false_alarms)
        return FaceCandidate(self._ids[place], round(score, 4), threshold, others)

    def _make_room(self, place: int, features: int) -> None:
        if place < len(self._rows):
            return
        grown = np.zeros((max(_FIRST_ROWS, place + place // 2), features), np.float32)
        grown[:place] = self._rows[:place].reshape(place, features)
        self._rows = grown


def _unpacked(features: bytes) -> NDArray[np.float32]:
    row = np.frombuffer(features, _STORED).astype(np.float32)
    return row / np.linalg.norm(row)


def _embedding(row: NDArray[np.float32]) -> Embedding:
    return row.astype(np.float64)
