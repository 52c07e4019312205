"""Error rates at thresholds that were chosen on other pairs than those they are counted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from app.proofing.error_rates import error_rate, threshold_at_fmr

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from app.proofing.error_rates import Scores

    Chooser = Callable[[Scores, NDArray[np.bool_]], float]

_FOLDS = 2
_FMRS = (1e-2, 1e-3)


def cross_validated(scores: Scores, is_mated: NDArray[np.bool_]) -> dict[str, Any]:
    """Errors over both halves of the pairs, each at the threshold that the other half chose.

    Shapes and units: `scores` (n,), not a number where a face was missing; `is_mated` (n,).
    Returns: FMR and FNMR for the thresholds at a FMR of 1e-2 and 1e-3, and the share of wrong
    decisions at the threshold with the fewest, a missing face counted as wrong everywhere but in
    the FMR; nothing when a half lacks pairs of one kind.
    """
    folds = _halves(is_mated)
    if any(is_mated[fold].all() or not is_mated[fold].any() for fold in folds):
        return {}
    rates: dict[str, Any] = {}
    for fmr in _FMRS:
        false_matches, misses = _counted(scores, is_mated, folds, _at_fmr(fmr))
        rates[f"fnmr at fmr {fmr:g}"] = error_rate(misses, int(is_mated.sum())).as_dict()
        rates[f"fmr at fmr {fmr:g}"] = error_rate(false_matches, int((~is_mated).sum())).as_dict()
    false_matches, misses = _counted(scores, is_mated, folds, _fewest_errors)
    lost = int(np.isnan(scores[~is_mated]).sum())
    rates["wrong decisions"] = error_rate(false_matches + misses + lost, len(scores)).as_dict()
    return rates


def _halves(is_mated: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """The first and the second half of each kind, so that neighbours, often one person, stay."""
    kinds = [np.flatnonzero(is_mated), np.flatnonzero(~is_mated)]
    parts = [np.array_split(kind, _FOLDS) for kind in kinds]
    return [np.concatenate([part[fold] for part in parts]) for fold in range(_FOLDS)]


def _counted(
    scores: Scores,
    is_mated: NDArray[np.bool_],
    folds: list[NDArray[np.int64]],
    choose: Chooser,
) -> tuple[int, int]:
    false_matches = misses = 0
    for counted, chosen_on in zip(folds, reversed(folds), strict=True):
        threshold = choose(scores[chosen_on], is_mated[chosen_on])
        passes = scores[counted] >= threshold  # false where a face was missing
        false_matches += int((passes & ~is_mated[counted]).sum())
        misses += int((~passes & is_mated[counted]).sum())
    return false_matches, misses


def _at_fmr(fmr: float) -> Chooser:
    def choose(scores: Scores, is_mated: NDArray[np.bool_]) -> float:
        non_mated = scores[~is_mated]
        return threshold_at_fmr(non_mated[~np.isnan(non_mated)], fmr)

    return choose


def _fewest_errors(scores: Scores, is_mated: NDArray[np.bool_]) -> float:
    known = ~np.isnan(scores)
    order = np.argsort(scores[known])
    ranked, mated = scores[known][order], is_mated[known][order]
    # At the threshold ranked[k], the mated ones below are missed, the others from k on let in.
    missed = np.concatenate([[0], np.cumsum(mated)[:-1]])
    let_in = np.cumsum(~mated[::-1])[::-1]
    return float(ranked[int(np.argmin(missed + let_in))])
