"""Where the document lies in a photograph, and that nothing lies in an empty one."""

import cv2
import numpy as np
import pytest

from app.vision.image import Quad
from app.vision.localisation import clockwise_from_top_left, locate_document
from tests.builders.specimen_photographs import photographed


def _overlap(one: Quad, other: Quad) -> float:
    hulls = [cv2.convexHull(each.astype(np.float32)) for each in (one, other)]
    common, _ = cv2.intersectConvexConvex(*hulls)
    return float(common / (sum(cv2.contourArea(hull) for hull in hulls) - common))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("kind", ["passport", "id_card"])
def test_the_corners_of_a_photographed_document_are_found(kind: str, turn: int) -> None:
    image, corners = photographed(kind, turn=turn)
    found = locate_document(image)
    assert found is not None
    assert _overlap(found.quad, corners) > 0.9


def test_the_corners_begin_at_the_top_left_and_run_clockwise() -> None:
    square = np.array([[0, 0], [4, 0], [4, 3], [0, 3]], dtype=np.float64)
    for shuffled in (square[::-1], np.roll(square, 2, axis=0), square[[2, 0, 3, 1]]):
        assert np.array_equal(clockwise_from_top_left(shuffled), square)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_even_picture_holds_no_document(level: int) -> None:
    assert locate_document(np.full((600, 800, 3), level, dtype=np.uint8)) is None


def test_a_picture_of_one_pixel_holds_no_document() -> None:
    assert locate_document(np.zeros((1, 1, 3), dtype=np.uint8)) is None
