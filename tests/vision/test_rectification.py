"""Laying a quadrilateral flat and turning pictures by quarters."""

import numpy as np

from app.vision.rectification import quad_size_px, quarter_turned, rectify, turned_quad


def _numbered() -> np.ndarray:
    return np.arange(6, dtype=np.uint8).reshape(2, 3, 1).repeat(3, axis=2)


def test_four_quarter_turns_give_the_picture_back() -> None:
    image = _numbered()
    turned = image
    for _ in range(4):
        turned = quarter_turned(turned, 1)
    assert np.array_equal(turned, image)


def test_a_quarter_turn_is_clockwise() -> None:
    assert quarter_turned(_numbered(), 1)[:, :, 0].tolist() == [[3, 0], [4, 1], [5, 2]]


def test_the_content_of_a_turned_quad_comes_out_upright() -> None:
    image = np.zeros((100, 200, 3), dtype=np.uint8)
    image[20:40, 30:90] = 255
    quad = np.array([[30, 20], [90, 20], [90, 40], [30, 40]], dtype=np.float64)
    flat = rectify(image, quad)
    assert flat.shape == (20, 60, 3)
    assert flat.min() > 200
    assert rectify(image, turned_quad(quad, 1)).shape == (60, 20, 3)


def test_a_margin_shows_what_lies_around() -> None:
    image = np.zeros((100, 200, 3), dtype=np.uint8)
    image[20:40, 30:90] = 255
    quad = np.array([[30, 20], [90, 20], [90, 40], [30, 40]], dtype=np.float64)
    wide = rectify(image, quad, margin=0.5)
    assert wide.shape == (40, 80, 3)
    assert wide[0].max() == 0


def test_the_size_of_a_quad_is_that_of_its_longer_edges() -> None:
    quad = np.array([[0, 0], [10, 0], [8, 5], [0, 4]], dtype=np.float64)
    assert quad_size_px(quad) == (10.0, float(np.hypot(2, 5)))
