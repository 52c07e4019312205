"""One scale for the scores of every face engine: how seldom two different people reach it.

A raw score says nothing by itself: 0.63 is much for one network and little for another. On this
scale a score of 0.2 n is reached by one pair of different people in 10 ** n, so that a threshold
means the same whatever the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCORE_A_DECADE = 0.2
DECADES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """The raw scores at which the false match rate is 1e-1, 1e-2, 1e-3, 1e-4 and 1e-5."""

    raw_at_decade: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raises: ValueError unless there are five raw scores that rise."""
        rises = all(low < high for low, high in pairwise(self.raw_at_decade))
        if len(self.raw_at_decade) != len(DECADES) or not rises:
            raise ValueError("a score scale has five raw scores, each above the one before")

    def score(self, raw: float) -> float:
        """The score on the common scale; straight on beyond the measured ends."""
        knots = self.raw_at_decade
        if raw < knots[0]:
            decades = DECADES[0] + (raw - knots[0]) / (knots[1] - knots[0])
        elif raw > knots[-1]:
            decades = DECADES[-1] + (raw - knots[-1]) / (knots[-1] - knots[-2])
        else:
            decades = float(np.interp(raw, knots, DECADES))
        return SCORE_A_DECADE * decades


def measured_scale(non_mated: NDArray[np.float64]) -> ScoreScale:
    """The scale that raw scores of pairs of different people give.

    Raises: ValueError with fewer than 1e5 of them, which show no false match rate of 1e-5.
    """
    needed = 10 ** DECADES[-1]
    if len(non_mated) < needed:
        message = f"{len(non_mated)} pairs of different people; a scale needs {needed}"
        raise ValueError(message)
    shares = [1 - 10.0**-decade for decade in DECADES]
    return ScoreScale(tuple(round(float(raw), 4) for raw in np.quantile(non_mated, shares)))
