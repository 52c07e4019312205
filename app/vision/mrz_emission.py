"""From the recogniser's probabilities along a line to MRZ characters, at any length or a fixed."""

from __future__ import annotations

from dataclasses import dataclass
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
# Of `<` against any one other character. Fillers are 40 % of all characters and C 2 %, but from
# odds of 20 on, fillers also grew out of the blank before the first letter.
FILLER_ODDS = 7.4
# Printed alike, told apart by the field's type: where only one of them may stand, it inherits this
# share of the other's probability, else a line would rather lose or double a neighbour.
_TWINS = ("O0", "I1", "S5", "Z2", "B8")
TWIN_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class MrzEmission:
    """Log-probabilities (T, 38) along one line: blank first, then `MRZ_ALPHABET`."""

    log_p: NDArray[np.float32]

    def free_text(self) -> str:
        """The most likely characters at each step, repeats merged, of any length."""
        best = self.log_p.argmax(axis=1)
        kept = best[(best != 0) & (best != np.concatenate([[0], best[:-1]]))]
        return "".join(MRZ_ALPHABET[index - 1] for index in kept)

    def confidence(self) -> float:
        """The mean probability of the free text's characters, 0 when there is none."""
        best = self.log_p.argmax(axis=1)
        if not np.any(best):
            return 0.0
        return float(np.exp(self.log_p.max(axis=1)[best != 0]).mean())

    def fixed_text(
        self, alphabets: Sequence[str], *, trust_types: bool = True
    ) -> tuple[str, float]:
        """The most likely text with exactly one character of each alphabet, and its log-likelihood.

        `trust_types`: where only one of two look-alikes may stand, the other speaks for it too.
        Returns: ("", -inf) when the line has too few steps for that many characters.
        Source: the CTC best-path recursion (Graves et al., 2006) over (position, blank or
        character), with the position fixed by the layout.
        """
        allowed = _allowed(tuple(alphabets))
        heirs = _heirs(allowed) if trust_types else np.zeros_like(allowed)
        return _best_path(self.log_p, allowed, heirs)


def mrz_emission(line: LineProbabilities, *, favour_fillers: bool = False) -> MrzEmission:
    """The line's probabilities, folded onto the MRZ's 37 characters and the blank.

    `favour_fillers` is for weak lines: the recogniser does not know that two characters of five in
    an MRZ are fillers, and writes them as C when it can hardly see.
    """
    folded = np.stack([line.values[:, columns].max(axis=1) for columns in _columns()], axis=1)
    if favour_fillers:
        folded[:, 1 + MRZ_ALPHABET.index("<")] *= FILLER_ODDS
        folded /= folded.sum(axis=1, keepdims=True)
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


def _best_path(
    log_p: NDArray[np.float32], allowed: NDArray[np.bool_], heirs: NDArray[np.bool_]
) -> tuple[str, float]:
    """Viterbi over states: 0..L "n characters out, resting", then (n, c) "n-th is c, held"."""
    length, classes = allowed.shape
    barred = np.where(allowed, 0.0, -np.inf)
    inherited = log_p[:, 1:][:, _twin_columns()] + np.log(TWIN_SHARE)
    resting = np.full(length + 1, -np.inf)
    resting[0] = 0.0
    holding = np.full((length, classes), -np.inf)
    back: list[NDArray[np.int32]] = []
    for row, twin in zip(log_p, inherited, strict=True):
        seen = np.where(heirs, np.maximum(row[1:], twin), row[1:])
        best, best_id, second, second_id = _two_best(holding)
        pointers = np.empty(length + 1 + length * classes, dtype=np.int32)
        from_held = np.concatenate([[-np.inf], best])
        rests = resting >= from_held
        pointers[: length + 1] = np.where(
            rests, np.arange(length + 1), np.concatenate([[0], best_id])
        )
        entered, entered_from = _entries(resting, best, best_id, second, second_id, classes)
        holds = holding >= entered
        own_id = length + 1 + np.arange(length * classes).reshape(length, classes)
        pointers[length + 1 :] = np.where(holds, own_id, entered_from).ravel()
        resting = np.where(rests, resting, from_held) + row[0]
        holding = np.where(holds, holding, entered) + seen + barred
        back.append(pointers)
    return _walked_back(resting, holding, back)


def _two_best(
    holding: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    length, classes = holding.shape
    rows = np.arange(length)
    first = holding.argmax(axis=1)
    best = holding[rows, first]
    rest = holding.copy()
    rest[rows, first] = -np.inf
    runner = rest.argmax(axis=1)
    base = length + 1 + rows * classes
    return best, base + first, rest[rows, runner], base + runner


def _entries(
    resting: NDArray[np.float64],
    best: NDArray[np.float64],
    best_id: NDArray[np.int64],
    second: NDArray[np.float64],
    second_id: NDArray[np.int64],
    classes: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Score and origin of starting character c at place n: from rest, or from another character."""
    length = len(best)
    score = np.repeat(resting[:-1, None], classes, axis=1)
    origin = np.repeat(np.arange(length)[:, None], classes, axis=1)
    own = np.arange(classes)[None, :]
    # A doubled character needs a rest between, so the winner itself must use the runner-up.
    winner = (best_id - length - 1) % classes
    is_same = winner[:-1, None] == own
    change = np.where(is_same, second[:-1, None], best[:-1, None])
    change_id = np.where(is_same, second_id[:-1, None], best_id[:-1, None])
    better = change > score[1:]
    score[1:] = np.where(better, change, score[1:])
    origin[1:] = np.where(better, change_id, origin[1:])
    return score, origin


def _walked_back(
    resting: NDArray[np.float64], holding: NDArray[np.float64], back: list[NDArray[np.int32]]
) -> tuple[str, float]:
    length, classes = holding.shape
    last = int(holding[-1].argmax())
    state, score = length, float(resting[-1])
    if holding[-1, last] > score:
        state, score = length + 1 + (length - 1) * classes + last, float(holding[-1, last])
    if not np.isfinite(score):
        return "", float("-inf")
    text = [""] * length
    for pointers in reversed(back):
        if state > length:
            place, character = divmod(state - length - 1, classes)
            text[place] = MRZ_ALPHABET[character]
        state = int(pointers[state])
    return "".join(text), score
