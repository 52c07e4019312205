from __future__ import annotations

from io import BytesIO

import numpy as np
import PIL.Image
import pytest

from app.vision.image import Box, encode_jpeg, resize_to_fit, to_gray


def test_a_jpeg_carries_pixels_and_nothing_else() -> None:
    picture = PIL.Image.open(BytesIO(encode_jpeg(np.full((40, 60, 3), 128, np.uint8))))

    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (60, 40), {})


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((100, 400, 3), (50, 200, 3)), ((400, 100, 3), (200, 50, 3)), ((90, 80, 3), (90, 80, 3))],
)
def test_the_longer_side_fits_and_nothing_is_enlarged(
    shape: tuple[int, int, int], expected: tuple[int, int, int]
) -> None:
    assert resize_to_fit(np.zeros(shape, np.uint8), 200).shape == expected


def test_red_is_the_first_channel() -> None:
    red = np.zeros((2, 2, 3), np.uint8)
    red[..., 0] = 255

    assert to_gray(red)[0, 0] == 76


def test_a_box_scales_with_its_image() -> None:
    box = Box(10, 20, 30, 60).scaled(0.5)

    assert (box.width_px, box.height_px, box.left_px) == (10, 20, 5)
