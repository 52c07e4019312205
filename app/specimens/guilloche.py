"""The fine coloured lines behind the print of a security paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import Image

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""


@dataclass(frozen=True, slots=True)
class Palette:
    """A paper's colours: two grounds that blend from left to right, two line inks, one dark ink."""

    ground_left: Colour
    ground_right: Colour
    waves: Colour
    rosette: Colour
    ink: Colour


PASSPORT_PALETTE = Palette(
    (232, 240, 246), (246, 236, 226), (126, 164, 194), (196, 148, 132), (34, 52, 92)
)
ID_CARD_PALETTE = Palette(
    (228, 243, 236), (240, 240, 222), (120, 178, 152), (176, 160, 104), (20, 78, 66)
)
LICENCE_PALETTE = Palette(
    (250, 236, 240), (234, 232, 248), (196, 142, 166), (142, 138, 198), (96, 30, 72)
)

_LINE_PITCH = 0.0085  # of the sheet's width: 0.7 mm on a card
_LINE_STRENGTH = 0.40


@lru_cache(maxsize=8)
def guilloche(width_px: int, height_px: int, palette: Palette) -> Image:
    """A sheet covered with wavy lines and one rosette; read-only, since it is shared.

    Shapes and units: returns (height_px, width_px, 3) uint8 RGB.
    """
    y, x = np.mgrid[0:height_px, 0:width_px].astype(np.float32) / width_px
    sheet = _blend(_tone(palette.ground_left), _tone(palette.ground_right), x)
    sheet = _blend(sheet, _tone(palette.waves), _LINE_STRENGTH * _waves(x, y))
    rosette = _LINE_STRENGTH * _rosette(x - 0.68, y - height_px / width_px * 0.45)
    sheet = _blend(sheet, _tone(palette.rosette), rosette)
    printed = np.asarray(sheet, dtype=np.uint8)
    printed.flags.writeable = False
    return printed


def _waves(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    rising = y + 0.018 * np.sin(17 * x) + 0.007 * np.sin(41 * x + 9 * y)
    falling = y - 0.022 * np.sin(13 * x + 1.3) + 0.006 * np.sin(37 * x - 7 * y)
    return np.maximum(_lines(rising / _LINE_PITCH), _lines(falling / (1.31 * _LINE_PITCH)))


def _rosette(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    petals = radius * (1 + 0.13 * np.sin(12 * angle) * np.sin(30 * radius))
    fade = np.clip(1.6 - radius / 0.16, 0, 1)
    return np.asarray(_lines(petals / (0.8 * _LINE_PITCH)) * fade, dtype=np.float32)


def _lines(phase: NDArray[np.float32]) -> NDArray[np.float32]:
    """Soft thin lines where `phase` is whole."""
    return np.asarray(np.clip(np.cos(2 * np.pi * phase) * 1.6 - 0.6, 0, 1), dtype=np.float32)


def _blend(
    under: NDArray[np.float32], over: NDArray[np.float32], share: NDArray[np.float32]
) -> NDArray[np.float32]:
    return under + (over - under) * share[..., None]


def _tone(colour: Colour) -> NDArray[np.float32]:
    return np.array(colour, dtype=np.float32)
