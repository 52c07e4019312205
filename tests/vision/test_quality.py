from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from app.vision.document_hints import (
    has_barcode_pattern,
    has_mrz_pattern,
    layout_hash,
    text_line_regions,
)
from app.vision.image import Region
from app.vision.quality import Quality, assess_quality

if TYPE_CHECKING:
    from app.vision.image import Image


def page_of_print(rows: int = 12) -> Image:
    page = np.full((900, 1400, 3), 190, np.uint8)
    for row in range(rows):
        place = (120, 110 + row * 62)
        cv2.putText(
            page, "SPECIMEN UTOPIA 1974", place, cv2.FONT_HERSHEY_SIMPLEX, 1.1, (30,) * 3, 2
        )
    return page


def with_reflection(page: Image) -> Image:
    spoiled = page.copy()
    cv2.ellipse(spoiled, (700, 450), (260, 180), 0, 0, 360, (255, 255, 255), -1)
    return spoiled


def stripes(*, is_upright: bool) -> Image:
    page = np.full((900, 1400, 3), 235, np.uint8)
    widths = np.random.default_rng(4).integers(3, 9, 180).cumsum()
    for left, right in zip(widths[::2], widths[1::2], strict=True):
        page[300:600, 150 + left : 150 + right] = 20
    return page if is_upright else np.ascontiguousarray(np.rot90(page))


def test_blur_lowers_the_sharpness_by_far() -> None:
    page = page_of_print()

    sharp, soft = assess_quality(page), assess_quality(cv2.GaussianBlur(page, (0, 0), 5))

    assert sharp.sharpness > 0.2
    assert soft.sharpness < 0.06


def test_light_does_not_change_the_sharpness() -> None:
    page = page_of_print()
    dim = (page * 0.5).astype(np.uint8)

    assert assess_quality(dim).sharpness == pytest.approx(assess_quality(page).sharpness, rel=0.15)


def test_a_reflection_is_measured_and_located() -> None:
    quality = assess_quality(with_reflection(page_of_print()))

    assert quality.glare_fraction == pytest.approx(np.pi * 260 * 180 / (900 * 1400), rel=0.1)
    assert quality.glare_region is not None
    assert quality.glare_region.x == pytest.approx(440 / 1400, abs=0.01)
    assert quality.glare_region.h == pytest.approx(360 / 900, abs=0.01)


def test_a_white_table_around_the_document_is_no_reflection() -> None:
    table = np.full((1200, 1700, 3), 255, np.uint8)
    table[150:1050, 150:1550] = page_of_print()

    assert assess_quality(table).glare_fraction == 0


def test_only_the_document_within_its_outline_counts() -> None:
    picture = np.zeros((900, 1400, 3), np.uint8)
    picture[300:600, 400:1000] = 200
    quad = np.array([[400, 300], [1000, 300], [1000, 600], [400, 600]], np.float64)

    assert assess_quality(picture, quad).brightness == pytest.approx(200, abs=3)


def test_a_quality_survives_the_way_through_json() -> None:
    quality = replace(assess_quality(page_of_print()), glare_region=Region(0.1, 0.2, 0.3, 0.4))

    assert Quality.from_dict(quality.as_dict()) == quality


def test_bars_are_a_barcode_upright_and_lying() -> None:
    assert has_barcode_pattern(stripes(is_upright=True))
    assert has_barcode_pattern(stripes(is_upright=False))
    assert not has_barcode_pattern(page_of_print())


def test_print_has_lines_and_a_blank_page_has_none() -> None:
    assert len(text_line_regions(page_of_print(8))) >= 8
    assert text_line_regions(np.full((900, 1400, 3), 230, np.uint8)) == []


def test_two_long_lines_of_equal_length_are_an_mrz() -> None:
    page = np.full((900, 1400, 3), 200, np.uint8)
    for baseline in (740, 800):
        cv2.putText(
            page, "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<", (60, baseline),
            cv2.FONT_HERSHEY_SIMPLEX, 1.6, (20,) * 3, 3,
        )  # fmt: skip

    assert has_mrz_pattern(page)
    assert not has_mrz_pattern(page_of_print(0))


def test_the_hash_stays_close_for_one_page_and_not_for_another() -> None:
    page = page_of_print()
    noise = np.random.default_rng(1).normal(0, 6, page.shape)
    again = np.clip(page + noise, 0, 255).astype(np.uint8)

    near = layout_hash(page) ^ layout_hash(again)
    far = layout_hash(page) ^ layout_hash(stripes(is_upright=True))

    assert near.bit_count() < far.bit_count()
