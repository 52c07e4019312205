"""From probabilities along a line to characters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vision.mrz_emission import MRZ_ALPHABET, MrzEmission

ANY = MRZ_ALPHABET
DIGITS = "0123456789<"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"


def _emission(text: str, doubts: dict[int, dict[str, float]] | None = None) -> MrzEmission:
    """Each character for one step and a blank after it; `doubts` gives a step other odds."""
    rows = []
    for place, character in enumerate(text):
        odds = (doubts or {}).get(place, {character: 0.99})
        row = np.full(1 + len(MRZ_ALPHABET), 1e-6)
        for each, probability in odds.items():
            row[1 + MRZ_ALPHABET.index(each)] = probability
        rows.append(row)
        blank = np.full(1 + len(MRZ_ALPHABET), 1e-6)
        blank[0] = 0.99
        rows.append(blank)
    return MrzEmission(np.log(np.array(rows)).astype(np.float32))


@given(st.text(MRZ_ALPHABET, min_size=1, max_size=20))
def test_a_clear_line_reads_the_same_freely_and_at_its_length(text: str) -> None:
    emission = _emission(text)
    assert emission.free_text() == text
    assert emission.fixed_text([ANY] * len(text))[0] == text


def test_a_field_of_digits_settles_a_letter_that_looks_like_one() -> None:
    emission = _emission("1O2", {1: {"O": 0.95}})
    assert emission.fixed_text([DIGITS] * 3)[0] == "102"


def test_a_field_of_letters_settles_a_digit_that_looks_like_one() -> None:
    emission = _emission("UT0", {2: {"0": 0.999}})
    assert emission.fixed_text([LETTERS] * 3)[0] == "UTO"


def test_a_look_alike_speaks_for_no_other_where_both_may_stand() -> None:
    emission = _emission("A8", {1: {"8": 0.9, "B": 0.05}})
    assert emission.fixed_text([ANY] * 2)[0] == "A8"


def test_a_short_line_has_no_text_of_a_greater_length() -> None:
    text, score = _emission("AB").fixed_text([ANY] * 9)
    assert text == ""
    assert score == float("-inf")


def test_a_line_of_blanks_has_no_confidence() -> None:
    blank = np.full((5, 1 + len(MRZ_ALPHABET)), -14.0, dtype=np.float32)
    blank[:, 0] = 0.0
    assert MrzEmission(blank).confidence() == 0.0
    assert MrzEmission(blank).free_text() == ""


def test_confidence_is_the_mean_probability_of_the_characters() -> None:
    assert _emission("AB", {1: {"B": 0.5}}).confidence() == pytest.approx(0.745, abs=0.01)
