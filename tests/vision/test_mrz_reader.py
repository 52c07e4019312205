"""Finding the MRZ by its shape and reading its lines, at every turn."""

import numpy as np
import pytest

from app.vision.mrz_reader import mrz_texts_by_shape
from tests.builders.specimen_photographs import photographed, specimen


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_lines_and_the_turn_are_read_at_any_turn(turn: int) -> None:
    image, _ = photographed("passport", turn=turn)
    text = next(mrz_texts_by_shape(image))
    printed = specimen("passport").mrz_lines
    assert len(text.raw_lines) == 2
    assert printed[1][:9].replace("O", "0") in text.raw_lines[1].replace("O", "0")
    assert text.quarter_turn == turn // 90


def test_a_strip_with_nothing_but_the_zone_is_read() -> None:
    strip = specimen("passport").front[-280:]
    assert next(mrz_texts_by_shape(strip)).confidence > 0.9


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 900, 3), (600, 800, 3)])
def test_an_empty_picture_offers_no_reading(shape: tuple[int, int, int]) -> None:
    assert list(mrz_texts_by_shape(np.full(shape, 200, dtype=np.uint8))) == []


def test_a_card_without_a_zone_offers_no_reading_that_is_sure() -> None:
    image, _ = photographed("id_card", side="front")
    assert all(text.confidence < 0.9 for text in mrz_texts_by_shape(image))
