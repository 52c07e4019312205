"""One character a cell: what free reading doubles, loses or finds beside the line is put right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vision.mrz_cells import in_cells, text_extent, without_strays
from app.vision.mrz_emission import MRZ_ALPHABET, MrzEmission

LINE = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
STEPS = 5  # of the network to a character
SURE = 0.98


def _emission(marks: dict[float, str], length: int, odds: float = SURE) -> MrzEmission:
    """Characters seen at the given places, counted in characters from the line's left end."""
    rows = np.full((length * STEPS, 1 + len(MRZ_ALPHABET)), 1e-4)
    rows[:, 0] = SURE
    for place, character in marks.items():
        step = int(place * STEPS)
        rows[step, 0] = 1e-4
        rows[step, 1 + MRZ_ALPHABET.index(character)] = odds
    return MrzEmission(np.log(rows / rows.sum(axis=1, keepdims=True)).astype(np.float32))


def _marks(line: str, left: int = 2) -> dict[float, str]:
    return {left + index + 0.5: character for index, character in enumerate(line)}


def _read(*emissions: MrzEmission) -> list[str]:
    extent = text_extent(emissions)
    assert extent is not None
    return [each.free_text() for each in in_cells(emissions, extent)]


@given(st.text(MRZ_ALPHABET, min_size=12, max_size=44))
def test_a_clear_line_reads_the_same_in_cells(line: str) -> None:
    assert _read(_emission(_marks(line), len(line) + 4)) == [line]


def test_two_characters_seen_in_one_place_are_one_and_not_sure() -> None:
    marks = _marks(LINE)
    marks[2 + 12 + 0.75] = "0"  # beside the O of UTO
    emission = _emission(marks, 48)
    assert len(emission.free_text()) == 45
    (cells,) = in_cells([emission], text_extent([emission]))  # type: ignore[arg-type]
    assert len(cells.free_text()) == 44
    assert cells.character_confidences().min() < 0.8


def test_a_lost_character_leaves_its_place_empty_instead_of_moving_the_others() -> None:
    marks = _marks(LINE)
    del marks[2 + 20 + 0.5]
    emission = _emission(marks, 48)
    (cells,) = in_cells([emission], text_extent([emission]))  # type: ignore[arg-type]
    assert cells.free_text() == LINE[:20] + LINE[21:]
    assert cells.log_p[2 * 20 + 1].argmax() == 0


def test_lines_of_a_band_begin_and_end_together() -> None:
    short = {place: each for place, each in _marks(LINE).items() if 4 < place < 40}
    assert len(_read(_emission(_marks(LINE), 48), _emission(short, 48))[1]) == 36
    extent = text_extent([_emission(_marks(LINE), 48), _emission(short, 48)])
    assert extent is not None
    assert extent.count == 44


def _in_cells(marks: dict[float, str], length: int) -> list[MrzEmission]:
    emission = _emission(marks, length)
    extent = text_extent([emission])
    assert extent is not None
    return in_cells([emission], extent)


def test_what_stands_beside_a_line_is_left_out() -> None:
    cells = _in_cells(_marks(LINE, left=6) | {1.5: "N", 3.5: "I"}, 52)
    kept = without_strays(cells, 44, may_be_longer=False)
    assert kept is not None
    assert kept[0].free_text() == LINE


def test_a_line_that_goes_on_is_not_cut_to_a_shorter_format() -> None:
    assert without_strays(_in_cells(_marks(LINE[:38]), 42), 36, may_be_longer=True) is None
    assert without_strays(_in_cells(_marks(LINE[:43]), 46), 36, may_be_longer=False) is None


def test_a_short_line_is_freed_of_what_stands_apart_from_it() -> None:
    cells = _in_cells(_marks(LINE[:36]) | {40.5: "N"}, 43)
    kept = without_strays(cells, 36, may_be_longer=True)
    assert kept is not None
    assert kept[0].free_text() == LINE[:36]


def test_too_little_text_has_no_extent() -> None:
    assert text_extent([_emission(_marks("ABC"), 8)]) is None


@pytest.mark.parametrize("printed", [LINE, LINE[1:]])
def test_lines_that_begin_one_beside_the_other_keep_their_own_ends(printed: str) -> None:
    left = 5 - len(printed) + len(LINE) - 1  # the line begins at 4, its first character read or not
    lines = [_emission(_marks(LINE, left=2), 50), _emission(_marks(printed, left=left), 50)]
    extent = text_extent(lines)
    assert extent is not None
    assert extent.count == 44
    assert [round(start * 50, 1) for start, _ in extent.ends] == [2.5, 4.5]
    assert [round(end * 50, 1) for _, end in extent.ends] == [45.5, 47.5]
