"""Error rates with their counts and exact bounds, as ISO/IEC 19795-1 wants them reported."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import exp, lgamma, log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Scores = NDArray[np.float64]

_CONFIDENCE = 0.95
_BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Errors among trials, and the 95 % Clopper-Pearson bounds of the true rate."""

    errors: int
    trials: int
    rate: float | None
    lower: float
    upper: float

    def as_dict(self) -> dict[str, float | int | None]:
        """The rate as plain values for JSON."""
        return asdict(self)


def error_rate(errors: int, trials: int) -> ErrorRate:
    """The rate of `errors` in `trials`; None, between 0 and 1, without any trial.

    Source: Clopper and Pearson, Biometrika 26 (1934); ISO/IEC 19795-1, uncertainty of estimates.
    """
    if trials == 0:
        return ErrorRate(0, 0, None, 0.0, 1.0)
    tail = (1 - _CONFIDENCE) / 2
    lower = 0.0
    upper = 1.0
    if errors > 0:
        lower = _solve(lambda p: 1 - _binomial_cdf(errors - 1, trials, p) - tail)
    if errors < trials:
        upper = _solve(lambda p: tail - _binomial_cdf(errors, trials, p))
    return ErrorRate(errors, trials, errors / trials, lower, upper)


def threshold_at_fmr(non_mated: Scores, target_fmr: float) -> float:
    """The smallest score that lets through at most `target_fmr` of the non-mated comparisons.

    Returns: a threshold for `score >= threshold` (higher is more similar).
    """
    allowed = int(target_fmr * len(non_mated))
    first_refused = np.sort(non_mated)[::-1][allowed]
    return float(np.nextafter(first_refused, np.inf))


def det_points(mated: Scores, non_mated: Scores, count: int = 41) -> list[dict[str, float]]:
    """Threshold, FMR and FNMR along the range of scores: the points of a DET curve."""
    low, high = float(non_mated.min()), float(mated.max())
    return [
        {
            "threshold": round(float(threshold), 4),
            "fmr": float(np.mean(non_mated >= threshold)),
            "fnmr": float(np.mean(mated < threshold)),
        }
        for threshold in np.linspace(low, high, count)
    ]


def _binomial_cdf(successes: int, trials: int, p: float) -> float:
    if p <= 0 or p >= 1:
        return 1.0 if p <= 0 or successes >= trials else 0.0
    terms = (
        exp(
            lgamma(trials + 1)
            - lgamma(k + 1)
            - lgamma(trials - k + 1)
            + k * log(p)
            + (trials - k) * log(1 - p)
        )
        for k in range(successes + 1)
    )
    return min(1.0, sum(terms))


def _solve(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
