"""PDF417 on photographs, straight and turned."""

import numpy as np
import pytest

from app.vision.barcodes import pdf417_readings
from app.vision.localisation import locate_document
from tests.builders.specimen_photographs import photographed, specimen


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_barcode_of_a_photographed_licence_is_read(turn: int) -> None:
    image, _ = photographed("drivers_license", side="back", turn=turn)
    location = locate_document(image)
    reading = next(pdf417_readings(image, location.quad if location else None))
    assert reading.text == specimen("drivers_license").aamva


def test_a_front_has_no_barcode_and_the_search_ends_in_its_budget() -> None:
    image, _ = photographed("drivers_license", side="front")
    assert list(pdf417_readings(image, budget_ms=1)) == []


def test_an_empty_picture_has_no_barcode() -> None:
    assert list(pdf417_readings(np.zeros((300, 400, 3), dtype=np.uint8))) == []


def test_a_reading_shows_no_content_in_its_repr() -> None:
    image, _ = photographed("drivers_license", side="back")
    reading = next(pdf417_readings(image))
    assert reading.text[:10] not in repr(reading)
