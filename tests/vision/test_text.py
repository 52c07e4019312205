"""Printed lines of an upright card, and which way is up."""

import numpy as np
import pytest

from app.vision.orientation import orientation_by_text
from app.vision.rectification import quarter_turned
from app.vision.text import read_letter_below, read_text
from tests.builders.specimen_photographs import specimen


def test_the_printed_values_are_read() -> None:
    paper = specimen("id_card")
    texts = {line.text.upper() for line in read_text(paper.front)}
    assert paper.attributes.family_name in texts
    assert paper.attributes.document_number in texts


def test_a_single_letter_is_read_below_its_label() -> None:
    paper = specimen("id_card")
    label = next(line for line in read_text(paper.front) if line.text.startswith("Sex"))
    letter = read_letter_below(paper.front, label.quad)
    assert letter is not None
    assert letter.text == paper.attributes.sex
    blank = np.full_like(paper.front, 230)
    assert read_letter_below(blank, label.quad) is None
    assert read_letter_below(paper.front, label.quad + np.array([0.0, 2000.0])) is None


def test_a_line_shows_no_text_in_its_repr() -> None:
    line = read_text(specimen("id_card").front)[0]
    assert line.text not in repr(line)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_turned_card_is_set_upright_by_its_print(turns: int) -> None:
    turned = quarter_turned(specimen("drivers_license").front, turns)
    found = orientation_by_text(turned)
    assert found is not None
    assert found.quarter_turns == -turns % 4
    assert found.lines


def test_a_blank_card_gives_no_direction_and_no_text() -> None:
    blank = np.full((300, 480, 3), 230, dtype=np.uint8)
    assert orientation_by_text(blank) is None
    assert read_text(blank) == []
