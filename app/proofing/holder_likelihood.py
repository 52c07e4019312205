"""What a comparison score says for one person against two, as a likelihood ratio."""

from __future__ import annotations

# log10(LR) = slope * score + intercept, by logistic regression with equal weight for both kinds of
# pairs. Evaluation data: LFW development pairs, 998 mated and 2,994 non-mated. Its cost (Cllr) on
# the half that did not fit it is 0.027 and 0.041 bit. Pairs by log10(LR), mated and non-mated:
# under -1: 3 and 2,911; -1 to 0: 5 and 59; 0 to 1: 18 and 16; 1 to 2: 37 and 2; above: 935 and 2.
_SLOPE_AND_INTERCEPT = {"dlib-resnet-v1": (8.60, -3.75)}
# So many pairs cannot show that something is rarer than one in a thousand.
_MOST = 3.0


def log10_likelihood_ratio(score: float, engine_name: str) -> float | None:
    """How much likelier the score is for one person than for two, as a power of ten, -3 to 3.

    Returns: None for an engine whose mated scores were not measured.
    """
    if engine_name not in _SLOPE_AND_INTERCEPT:
        return None
    slope, intercept = _SLOPE_AND_INTERCEPT[engine_name]
    return round(min(_MOST, max(-_MOST, slope * score + intercept)), 2)
