"""A document shown on a screen, and the photograph that a camera takes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from app.specimens.sensor import Sensor, exposed, linear

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from app.vision.image import Image

Grid = Literal["stripes", "pentile"]
"""How a screen's pixels are made of red, green and blue."""

_SAMPLES = 3  # a side, for each photosite
_ROWS = 96  # of the sensor at a time: the samples of a whole picture would fill the memory
_FILLED_SHARE = 0.84
_LIT_SHARE = 0.82  # of a subpixel's width and height; the rest is black
_DIAMOND = 0.42


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen before the camera; `pitch_px` is the camera's pixels for one of the screen's."""

    pitch_px: float = 1.4
    grid: Grid = "stripes"
    turn_deg: float = 2.0
    keystone: float = 0.03


def photograph_screen(
    card: Image,
    screen: Screen,
    *,
    chance: Random,
    sensor: Sensor | None = None,
    size_px: tuple[int, int] = (1200, 900),
) -> Image:
    """A photograph of the card shown large on a screen.

    Shapes and units: `card` (H, W, 3) uint8 RGB; `size_px` the photograph's width and height, even.
    Returns (H, W, 3) uint8 RGB. Cost: about 1.5 s for one megapixel.
    """
    shown, matrix = _shown(card, screen, chance, size_px)
    width, height = size_px
    light = np.empty((height, width, 3), np.float32)
    for top in range(0, height, _ROWS):
        rows = min(_ROWS, height - top)
        light[top : top + rows] = _seen(shown, matrix, screen.grid, (top, rows, width))
    return exposed(light * chance.uniform(0.85, 1.1), sensor or Sensor(), chance)


def _shown(
    card: Image, screen: Screen, chance: Random, size_px: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The screen's own pixels as light, and the way from the sensor's px to them."""
    frame = np.array(size_px, np.float64)
    aspect = card.shape[1] / card.shape[0]
    width_px = min(_FILLED_SHARE * frame[0], _FILLED_SHARE * frame[1] * aspect)
    own = max(64, round(width_px / screen.pitch_px))
    picture = cv2.resize(card, (own, round(own / aspect)), interpolation=cv2.INTER_AREA)
    rim = own // 5
    page = cv2.copyMakeBorder(picture, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(38, 40, 44))
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    angle = np.radians(screen.turn_deg)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    placed = ((corners - corners[2] / 2) @ rotation.T) * screen.pitch_px + frame / 2
    jitter = np.array([[chance.uniform(-1, 1), chance.uniform(-1, 1)] for _ in range(4)])
    placed += screen.keystone * width_px * jitter
    matrix = cv2.getPerspectiveTransform(placed.astype(np.float32), corners.astype(np.float32))
    # The peak of a stripe makes up for the dark between the stripes.
    return linear(np.asarray(page, np.uint8)), np.asarray(matrix, np.float64)


def _seen(
    shown: NDArray[np.float32],
    matrix: NDArray[np.float64],
    grid: Grid,
    band: tuple[int, int, int],
) -> NDArray[np.float32]:
    """The mean light on each photosite of a band of rows: (rows, width, 3) linear."""
    top, rows, width = band
    x = (np.arange(width * _SAMPLES) + 0.5) / _SAMPLES
    y = top + (np.arange(rows * _SAMPLES) + 0.5) / _SAMPLES
    across, down = (each.astype(np.float32) for each in np.meshgrid(x, y))
    m = matrix.astype(np.float32)
    depth = m[2, 0] * across + m[2, 1] * down + m[2, 2]
    u = (m[0, 0] * across + m[0, 1] * down + m[0, 2]) / depth
    v = (m[1, 0] * across + m[1, 1] * down + m[1, 2]) / depth
    columns = np.clip(u.astype(np.int32), 0, shown.shape[1] - 1)
    lines = np.clip(v.astype(np.int32), 0, shown.shape[0] - 1)
    light = shown[lines, columns] * _lit(u % 1, v % 1, lines, grid)
    return np.asarray(
        light.reshape(rows, _SAMPLES, width, _SAMPLES, 3).mean(axis=(1, 3)), np.float32
    )


def _lit(
    u: NDArray[np.float32], v: NDArray[np.float32], lines: NDArray[np.int32], grid: Grid
) -> NDArray[np.float32]:
    """Which part of a pixel shines in which colour, scaled so that the mean stays."""
    lit = np.empty((*u.shape, 3), np.float32)
    if grid == "stripes":
        upright = np.abs(v - 0.5) < _LIT_SHARE / 2
        for colour in range(3):
            lit[..., colour] = (np.abs(u - (2 * colour + 1) / 6) < _LIT_SHARE / 6) & upright
    else:
        # Every pixel has its green; red and blue take turns, from pixel to pixel and line to line.
        shift = np.where(lines % 2 == 0, 0.25, 0.75).astype(np.float32)
        lit[..., 1] = np.abs(u - 0.5) + np.abs(v - 0.5) < _DIAMOND
        lit[..., 0] = np.abs((u + shift) % 1 - 0.5) + np.abs(v - 0.5) < _DIAMOND
        lit[..., 2] = np.abs((u + shift + 0.5) % 1 - 0.5) + np.abs(v - 0.5) < _DIAMOND
    share = lit.reshape(-1, 3).mean(axis=0)
    return np.asarray(lit / np.maximum(share, 0.05), np.float32)
