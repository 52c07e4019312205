"""Lines drawn for training: the same from the same seed, and labelled as they are drawn."""

from random import Random

import numpy as np
import pytest

from app.training import mrz_line_drawing
from app.training.mrz_line_wear import UNLABELLED, WINDOW_PX, training_line
from app.vision.mrz_emission import MRZ_ALPHABET
from app.vision.mrz_lines import LINE_HEIGHT_PX, STEP_PX


@pytest.fixture(autouse=True)
def _own_strokes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mrz_line_drawing, "OCR_B_SHARE", 0.0)
    monkeypatch.setattr(mrz_line_drawing, "STROKES_SHARE", 1.0)
    monkeypatch.setattr("app.training.mrz_line_wear.PRINT_SHARE", 0.0)


def test_the_steps_spell_the_text() -> None:
    chance = Random(11)
    for _ in range(40):
        line = training_line(chance)
        steps = line.steps[line.steps != UNLABELLED]
        kept = steps[(steps != 0) & (steps != np.concatenate([[0], steps[:-1]]))]
        assert "".join(MRZ_ALPHABET[index - 1] for index in kept) == line.text


def test_a_line_has_the_shape_that_the_network_takes() -> None:
    line = training_line(Random(2))
    assert line.pixels.shape == (LINE_HEIGHT_PX, WINDOW_PX)
    assert line.steps.shape == (WINDOW_PX // STEP_PX,)
    assert np.isfinite(line.pixels).all()


def test_the_same_seed_draws_the_same_line() -> None:
    one, other = training_line(Random(7)), training_line(Random(7))
    assert one.text == other.text
    assert np.array_equal(one.pixels, other.pixels)
