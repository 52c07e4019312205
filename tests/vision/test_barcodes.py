"""PDF417 on photographs: turned, tilted, blurred, moved, bent and covered."""

from random import Random
from time import sleep

import cv2
import numpy as np
import pytest

from app.specimens.photograph import photograph
from app.vision import barcodes
from app.vision.bar_sharpening import blurred_bars_sharpened, moved_bars_sharpened
from app.vision.barcode_symbol import dense_regions, flattened, has_bars, straightened
from app.vision.barcodes import pdf417_readings
from app.vision.image import GrayImage, Image, to_gray
from app.vision.localisation import locate_document
from tests.builders.specimen_photographs import photographed, specimen


def read_texts(image: Image) -> list[str]:
    location = locate_document(image)
    readings = pdf417_readings(image, location.quad if location else None, budget_ms=10_000)
    return [next(readings).text]


@pytest.fixture(scope="module")
def printed() -> str:
    return specimen("drivers_license").aamva or ""


@pytest.fixture(scope="module")
def symbol() -> GrayImage:
    """A printed barcode, level and 6.7 px a module."""
    gray = to_gray(specimen("drivers_license").sides["back"])
    return straightened(gray, dense_regions(gray)[0])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_barcode_of_a_photographed_licence_is_read(turn: int, printed: str) -> None:
    assert read_texts(photographed("drivers_license", side="back", turn=turn)[0]) == [printed]


def test_a_blurred_barcode_is_read(printed: str) -> None:
    image, _ = photographed("drivers_license", side="back")
    assert read_texts(cv2.GaussianBlur(image, (0, 0), 3.5)) == [printed]


def test_a_barcode_smeared_along_its_rows_is_read(printed: str) -> None:
    image, _ = photographed("drivers_license", side="back")
    assert read_texts(cv2.blur(image, (11, 1))) == [printed]


def test_the_barcode_of_a_bent_card_is_read(printed: str) -> None:
    card = specimen("drivers_license").sides["back"]
    height, width = card.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bow = 0.09 * height * (np.sin(np.pi * x / width) - 0.5)
    bent = cv2.remap(card, x, np.clip(y + bow, 0, height - 1), cv2.INTER_LINEAR)
    assert read_texts(photograph(bent, chance=Random(1))[0]) == [printed]


def test_a_tilted_barcode_is_read_where_no_card_is_seen(printed: str) -> None:
    card = specimen("drivers_license").sides["back"]
    image, _ = photograph(card, chance=Random(1), tilt_deg=24)
    assert [next(pdf417_readings(image)).text] == [printed]


def test_a_barcode_under_a_finger_is_read(printed: str) -> None:
    card = specimen("drivers_license").sides["back"].copy()
    cv2.circle(card, (600, 100), 90, (206, 160, 135), -1)
    assert read_texts(photograph(card, chance=Random(1))[0]) == [printed]


def test_print_has_no_bars(symbol: GrayImage) -> None:
    front = to_gray(photographed("passport")[0])
    assert has_bars(symbol)
    assert not any(has_bars(straightened(front, quad)) for quad in dense_regions(front))


def test_flattening_leaves_a_level_symbol_where_it_is(symbol: GrayImage) -> None:
    moved = np.abs(flattened(symbol).astype(float) - symbol).mean()
    assert moved < 3  # grey levels


def test_a_picture_without_edges_is_not_flattened() -> None:
    empty = np.full((300, 900), 200, dtype=np.uint8)
    assert flattened(empty) is empty
    assert dense_regions(empty) == []


@pytest.mark.parametrize("blur_px", [3.8, 5.0])
def test_sharpening_brings_blurred_bars_back(symbol: GrayImage, blur_px: float) -> None:
    blurred = cv2.GaussianBlur(symbol, (0, 0), sigmaX=blur_px, sigmaY=0.1)
    sharpened = blurred_bars_sharpened(blurred, blur_px)
    assert _wrong_share(sharpened, symbol) < 0.5 * _wrong_share(blurred, symbol)


@pytest.mark.parametrize("moved_px", [13, 17])
def test_steadying_brings_smeared_bars_back(symbol: GrayImage, moved_px: int) -> None:
    smeared = cv2.blur(symbol, (moved_px, 1))
    steadied = moved_bars_sharpened(smeared, moved_px)
    assert _wrong_share(steadied, symbol) < 0.5 * _wrong_share(smeared, symbol)


def test_a_front_has_no_barcode() -> None:
    image, _ = photographed("drivers_license", side="front")
    assert list(pdf417_readings(image)) == []


def test_the_search_ends_in_its_budget() -> None:
    image, _ = photographed("drivers_license", side="back")
    assert list(pdf417_readings(cv2.GaussianBlur(image, (0, 0), 6), budget_ms=1)) == []


def test_a_busy_machine_looks_no_less_far(monkeypatch: pytest.MonkeyPatch) -> None:
    image, _ = photographed("drivers_license", side="back")
    looks = []

    def waits_for_its_turn(gray: GrayImage, binarisation: object) -> None:
        looks.append((gray.shape, binarisation))
        sleep(0.06)

    monkeypatch.setattr(barcodes, "_read", waits_for_its_turn)

    assert list(pdf417_readings(image, budget_ms=50)) == []
    # By the clock on the wall the first preparation alone would have taken all of it.
    assert len(looks) > len(barcodes.BINARISATIONS)


def test_an_empty_picture_has_no_barcode() -> None:
    assert list(pdf417_readings(np.zeros((300, 400, 3), dtype=np.uint8))) == []


def test_a_reading_shows_no_content_in_its_repr() -> None:
    image, _ = photographed("drivers_license", side="back")
    reading = next(pdf417_readings(image))
    assert reading.text[:10] not in repr(reading)


def _wrong_share(seen: GrayImage, printed: GrayImage) -> float:
    """Of the pixels, those that a threshold would take for the other colour."""
    return float(np.mean((seen > 128) != (printed > 128)))
