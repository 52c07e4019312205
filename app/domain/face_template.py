"""The features of a user's live face, kept so that the same face is noticed at another user."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class FaceModel:
    """What made features: an engine's name and the SHA-256 over its weights, hexadecimal.

    Features of two models say nothing of each other and are never compared.
    """

    engine: str
    model_hash: str


@dataclass(eq=False)
class FaceTemplate:
    """One applicant's features, sealed under a data key of their own.

    `revision` counts up within the partner with every change: whoever knows all up to one revision
    needs only the later ones. A template that went leaves a row without key and features, so that
    its going is such a change too.
    """

    id: str
    applicant_id: str
    partner_id: str
    model: FaceModel
    revision: int
    kept_at: datetime
    wrapped_key: bytes = field(repr=False)
    sealed: bytes | None = field(repr=False)


@dataclass(frozen=True)
class FaceCandidate:
    """The applicant whose template comes nearest, with its score and the threshold of the search.

    `compared` is the number of templates: the more there are, the higher the threshold.
    """

    applicant_id: str
    comparison_score: float
    threshold: float
    compared: int

    @property
    def is_same(self) -> bool:
        """Whether it counts as the same face."""
        return self.comparison_score >= self.threshold
