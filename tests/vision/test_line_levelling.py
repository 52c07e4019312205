"""Outlines of text lines are laid along their ink together, never onto a neighbour."""

import cv2
import numpy as np
import pytest

from app.specimens.mrz_font import mrz_font, print_mrz_line
from app.vision.image import Image, Quad
from app.vision.line_levelling import levelled

LINES = ["IDUTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6"]
PITCH_PX = 20


def _zone(step_px: int) -> tuple[Image, list[Quad]]:
    """Two lines `step_px` apart on light paper, and the true outlines of their characters."""
    rows = [print_mrz_line(line, PITCH_PX, mrz_font(own_strokes=True)) for line in LINES]
    height_px, width_px = rows[0].shape
    gray = np.full((height_px + step_px + 120, width_px + 120), 220, np.uint8)
    quads = []
    for index, ink in enumerate(rows):
        top = 60 + index * step_px
        part = gray[top : top + height_px, 60 : 60 + width_px]
        np.copyto(part, np.minimum(part, 220 - ink * 0.7).astype(np.uint8))
        left, right, bottom = 60, 60 + width_px, top + height_px
        quads.append(np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float))
    return np.repeat(gray[:, :, None], 3, axis=2), quads


def _middles(quad: Quad) -> np.ndarray:
    return np.array([quad[[0, 3], 1].mean(), quad[[1, 2], 1].mean()])


@pytest.mark.parametrize("step_px", [28, 40, 56])
@pytest.mark.parametrize("slant_px", [-14, 0, 14])
def test_slanted_outlines_come_back_onto_their_lines(step_px: int, slant_px: int) -> None:
    image, quads = _zone(step_px)
    drift = np.array([[0, -slant_px], [0, slant_px], [0, slant_px], [0, -slant_px]]) / 2
    found = levelled(image, [quad + drift for quad in quads])
    for quad, true in zip(found, quads, strict=True):
        assert np.abs(_middles(quad) - _middles(true)).max() < 0.12 * PITCH_PX


def test_crops_are_as_high_as_the_recogniser_wants_them() -> None:
    image, quads = _zone(50)
    taller = [quad + np.array([[0, -9], [0, -9], [0, 9], [0, 9]]) for quad in quads]
    for quad in levelled(image, taller):
        assert 1.4 * PITCH_PX < quad[3][1] - quad[0][1] < 2.1 * PITCH_PX


def test_paper_without_ink_leaves_the_outlines_as_they_were() -> None:
    image, quads = _zone(50)
    found = levelled(np.full_like(image, 200), quads)
    assert all(np.array_equal(quad, true) for quad, true in zip(found, quads, strict=True))


def test_the_perspective_of_a_band_is_followed() -> None:
    image, quads = _zone(44)
    height, width = image.shape[:2]
    start = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    end = start + np.array([[0, 0], [0, 26], [0, -26], [0, 0]], np.float32)
    matrix = cv2.getPerspectiveTransform(start, end)
    seen = np.asarray(cv2.warpPerspective(image, matrix, (width, height)), np.uint8)
    true = [cv2.perspectiveTransform(quad[None], matrix)[0] for quad in quads]
    for quad, wanted in zip(levelled(seen, quads), true, strict=True):
        assert np.abs(_middles(quad) - _middles(wanted)).max() < 0.15 * PITCH_PX
