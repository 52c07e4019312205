"""From the recogniser's probabilities along a line to MRZ characters, at any length or a fixed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from app.vision.text_networks import characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.vision.text_networks import LineProbabilities

MRZ_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
# The network was made for all print: a filler may come out as another angle, a capital as small.
_ALSO_SEEN_AS = {"<": "\uff1c\u3008\u00ab\u2039\u304f\u300a", "0": "°", "1": "|l"}
_FLOOR = 1e-6
# Printed alike, told apart by the field's type: where only one of them may stand, it inherits this
# share of the other's probability, else a line would rather lose or double a neighbour.
_TWINS = ("O0", "I1", "S5", "Z2", "B8")
TWIN_SHARE = 0.05
_SURE_STEP = 0.9
_MOST_CONDENSED = 4  # a place may have to be found in the blank of a margin


@dataclass(frozen=True, slots=True)
class MrzEmission:
    """Log-probabilities (T, 38) along one line: blank first, then `MRZ_ALPHABET`."""

    log_p: NDArray[np.float32]
    # Layouts of one length ask the same of a line.
    _answers: dict[tuple[tuple[str, ...], bool], tuple[str, float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def free_text(self) -> str:
        """The most likely characters at each step, repeats merged, of any length."""
        best = self.log_p.argmax(axis=1)
        kept = best[(best != 0) & (best != np.concatenate([[0], best[:-1]]))]
        return "".join(MRZ_ALPHABET[index - 1] for index in kept)

    def confidence(self) -> float:
        """The mean probability of the free text's characters, 0 when there is none."""
        sure = self.character_confidences()
        return float(sure.mean()) if len(sure) else 0.0

    def character_confidences(self) -> NDArray[np.float64]:
        """The probability of each character of the free text, at the step that is surest of it."""
        thin = self.thinned().log_p
        return np.asarray(np.exp(thin.max(axis=1))[thin.argmax(axis=1) != 0], dtype=np.float64)

    def character_places(self) -> NDArray[np.float64]:
        """Where along the line, from 0 to 1, each character of the free text is seen best."""
        best, top = self.log_p.argmax(axis=1), self.log_p.max(axis=1)
        run_of = np.cumsum(np.concatenate([[0], best[1:] != best[:-1]]))
        steps = np.arange(len(best)) + 0.5
        weights = np.exp(top)
        middles = np.bincount(run_of, weights * steps) / np.bincount(run_of, weights)
        first = np.concatenate([[True], best[1:] != best[:-1]])
        return np.asarray(middles[best[first] != 0] / len(best), np.float64)

    def thinned(self) -> MrzEmission:
        """Of steps that say the same the surest alone: one step a character, one a gap."""
        best, top = self.log_p.argmax(axis=1), self.log_p.max(axis=1)
        run_of = np.cumsum(np.concatenate([[0], best[1:] != best[:-1]]))
        surest_first = np.lexsort((-top, run_of))
        first_of_run = np.concatenate([[True], np.diff(run_of[surest_first]) > 0])
        return MrzEmission(self.log_p[surest_first[first_of_run]])

    def fixed_text(
        self, alphabets: Sequence[str], *, trust_types: bool = True
    ) -> tuple[str, float]:
        """The most likely text with exactly one character of each alphabet, and its log-likelihood.

        `trust_types`: where only one of two look-alikes may stand, the other speaks for it too.
        Returns: ("", -inf) when the line has too few steps for that many characters.
        Source: the CTC best-path recursion (Graves et al., 2006) over (position, blank or
        character), with the position fixed by the layout.
        """
        question = (tuple(alphabets), trust_types)
        if question not in self._answers:
            self._answers[question] = self._fixed_text(*question)
        return self._answers[question]

    def _fixed_text(self, alphabets: tuple[str, ...], trust_types: bool) -> tuple[str, float]:
        allowed = _allowed(alphabets)
        plain = self._unconstrained(allowed)
        if plain is not None:
            return plain
        if all(len(alphabet) == 1 for alphabet in alphabets):
            return _aligned(self.log_p, "".join(alphabets))
        heirs = _heirs(allowed) if trust_types else np.zeros_like(allowed)
        return _best_path(self.log_p, allowed, heirs)

    def _unconstrained(self, allowed: NDArray[np.bool_]) -> tuple[str, float] | None:
        """The free text where the layout allows each of its characters: no path beats it."""
        text = self.free_text()
        if len(text) != len(allowed):
            return None
        columns = [MRZ_ALPHABET.index(character) for character in text]
        if not allowed[np.arange(len(columns)), columns].all():
            return None
        return text, float(self.log_p.max(axis=1).sum())


def mrz_emission(line: LineProbabilities) -> MrzEmission:
    """What the recogniser of all print saw, folded onto the MRZ's 37 characters and the blank."""
    folded = np.stack([line.values[:, columns].max(axis=1) for columns in _columns()], axis=1)
    return MrzEmission(np.log(np.maximum(folded, _FLOOR)).astype(np.float32))


@cache
def _columns() -> tuple[list[int], ...]:
    index_of = {character: index for index, character in enumerate(characters())}
    columns = [[0, index_of[" "]]]
    for character in MRZ_ALPHABET:
        seen_as = character + _ALSO_SEEN_AS.get(character, "")
        if character.isalpha() and character not in "LI":
            seen_as += character.lower()
        columns.append([index_of[each] for each in seen_as if each in index_of])
    return tuple(columns)


@cache
def _allowed(alphabets: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([[each in alphabet for each in MRZ_ALPHABET] for alphabet in alphabets])


@cache
def _twin_columns() -> NDArray[np.int64]:
    twins = np.arange(len(MRZ_ALPHABET))
    for pair in _TWINS:
        one, other = (MRZ_ALPHABET.index(each) for each in pair)
        twins[one], twins[other] = other, one
    return twins


def _heirs(allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return allowed & ~allowed[:, _twin_columns()]


def _aligned(log_p: NDArray[np.float32], text: str) -> tuple[str, float]:
    """The text if the line has steps enough for it, and the likelihood of its best alignment."""
    states = np.zeros(2 * len(text) + 1, dtype=np.int64)  # a blank around each character
    states[1::2] = [1 + MRZ_ALPHABET.index(character) for character in text]
    may_skip = np.zeros(len(states), dtype=np.bool_)
    may_skip[2:] = (states[2:] != 0) & (states[2:] != states[:-2])
    rows = _condensed(log_p)[:, states]
    score = np.full(len(states), -np.inf)
    score[:2] = rows[0, :2]
    for row in rows[1:]:
        skipped = np.where(may_skip[2:], score[:-2], -np.inf)
        stepped = np.maximum(score[1:], score[:-1])
        score[1:] = stepped
        score[2:] = np.maximum(score[2:], skipped)
        score += row
    best = float(score[-2:].max())
    return (text, best) if np.isfinite(best) else ("", best)


def _best_path(
    log_p: NDArray[np.float32], allowed: NDArray[np.bool_], heirs: NDArray[np.bool_]
) -> tuple[str, float]:
    """Viterbi over states: 0..L "n characters out, resting", then (n, c) "n-th is c, held"."""
    length, classes = allowed.shape
    blanks, seen = _scores(_condensed(log_p), allowed, heirs)
    resting = np.full(length + 1, -np.inf)
    resting[0] = 0.0
    holding = np.full((length, classes), -np.inf)
    places = np.arange(length)
    first_id = length + 1 + places * classes
    back: list[_Pointers] = []
    for blank, row in zip(blanks, seen, strict=True):
        winner = holding.argmax(axis=1)
        best = holding[places, winner]
        others = holding.copy()
        others[places, winner] = -np.inf
        runner_up = others.argmax(axis=1)
        # A doubled character needs a rest between, so the winner itself must use the runner-up.
        entry, entry_id = _entries(resting, best, first_id + winner)
        again, again_id = _entries(resting, others[places, runner_up], first_id + runner_up)
        entries = np.repeat(entry[:, None], classes, axis=1)
        entries[places[1:], winner[:-1]] = again[1:]
        rests = resting[1:] >= best
        holds = holding >= entries
        back.append((rests, first_id + winner, holds, entry_id, again_id, winner))
        resting[1:] = np.maximum(resting[1:], best)
        resting += blank
        np.maximum(holding, entries, out=holding)
        holding += row
    return _walked_back(resting, holding, back)


_Pointers = tuple[
    "NDArray[np.bool_]",
    "NDArray[np.int64]",
    "NDArray[np.bool_]",
    "NDArray[np.int64]",
    "NDArray[np.int64]",
    "NDArray[np.int64]",
]


def _condensed(log_p: NDArray[np.float32]) -> NDArray[np.float64]:
    """Steps that surely say the same, added up: no good path changes its state between them."""
    best = log_p.argmax(axis=1)
    is_sure = log_p.max(axis=1) > np.log(_SURE_STEP)
    follows = (best[1:] == best[:-1]) & is_sure[1:] & is_sure[:-1]
    starts = [0]
    for step in range(1, len(log_p)):
        if not follows[step - 1] or step - starts[-1] >= _MOST_CONDENSED:
            starts.append(step)
    return np.add.reduceat(log_p.astype(np.float64), starts, axis=0)


def _scores(
    log_p: NDArray[np.float64], allowed: NDArray[np.bool_], heirs: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What resting costs at each step (T,), and holding each character at each place (T, L, C)."""
    own = log_p[:, None, 1:]
    inherited = own[:, :, _twin_columns()] + np.log(TWIN_SHARE)
    kinds, kind_of = np.unique(
        np.concatenate([allowed, heirs], axis=1), axis=0, return_inverse=True
    )
    may, inherits = np.split(kinds, 2, axis=1)
    seen = np.where(inherits, np.maximum(own, inherited), own) + np.where(may, 0.0, -np.inf)
    return log_p[:, 0], seen[:, kind_of.reshape(-1)]


def _entries(
    resting: NDArray[np.float64], held: NDArray[np.float64], held_id: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Score and origin of starting the character of each place: from rest, or from the last."""
    score = resting[:-1].copy()
    origin = np.arange(len(score))
    is_better = held[:-1] > score[1:]
    score[1:] = np.where(is_better, held[:-1], score[1:])
    origin[1:] = np.where(is_better, held_id[:-1], origin[1:])
    return score, origin


def _walked_back(
    resting: NDArray[np.float64], holding: NDArray[np.float64], back: list[_Pointers]
) -> tuple[str, float]:
    length, classes = holding.shape
    last = int(holding[-1].argmax())
    state, score = length, float(resting[-1])
    if holding[-1, last] > score:
        state, score = length + 1 + (length - 1) * classes + last, float(holding[-1, last])
    if not np.isfinite(score):
        return "", float("-inf")
    text = [""] * length
    for rests, held_id, holds, entry_id, again_id, winner in reversed(back):
        if state > length:
            place, character = divmod(state - length - 1, classes)
            text[place] = MRZ_ALPHABET[character]
            if not holds[place, character]:
                doubles = place > 0 and winner[place - 1] == character
                state = int((again_id if doubles else entry_id)[place])
        elif state > 0 and not rests[state - 1]:
            state = int(held_id[state - 1])
    return "".join(text), score
