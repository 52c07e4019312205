"""A document as an office printer copies it: without colour, in dots of toner, on white paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from app.vision.image import Image

PRINTER_DPI = 600
_MM_PER_INCH = 25.4
_TONER, _PAPER = 34.0, 240.0
_SPREAD_PX = 0.7  # toner melts into its neighbourhood


def laser_copy(
    card: Image, width_mm: float, *, chance: Random, lines_per_inch: float | None = 106.0
) -> Image:
    """The copy of a card on the paper that surrounds it.

    Shapes and units: `card` (H, W, 3) uint8 RGB, `width_mm` wide; `lines_per_inch` of the printer's
    dot screen, which stands at 45 degrees; None for a copier that prints true grays. Returns
    (H, W, 3) uint8 RGB, gray, 600 dots an inch for dots and 300 for grays.
    """
    dpi = PRINTER_DPI if lines_per_inch else PRINTER_DPI // 2
    width = round(width_mm / _MM_PER_INCH * dpi)
    height = round(width * card.shape[0] / card.shape[1])
    gray = cv2.cvtColor(card, cv2.COLOR_RGB2GRAY)
    tones = cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    tones = np.clip((tones / 255 - 0.5) * chance.uniform(1.0, 1.25) + 0.52, 0, 1)
    if lines_per_inch:
        tones = (tones > _dots(tones.shape, dpi / lines_per_inch)).astype(np.float32)
        tones = np.asarray(cv2.GaussianBlur(tones, (0, 0), _SPREAD_PX), np.float32)
    sheet = np.asarray(_TONER + (_PAPER - _TONER) * tones, np.uint8)
    rim = round(0.06 * width)
    page = cv2.copyMakeBorder(sheet, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(int(_PAPER),))
    return np.asarray(cv2.cvtColor(page, cv2.COLOR_GRAY2RGB), np.uint8)


def _dots(shape: tuple[int, ...], period_px: float) -> NDArray[np.float32]:
    """The level at each point above which it stays white."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    step = 2 * np.pi / (period_px * np.sqrt(2))
    level = 0.5 + 0.25 * (np.cos((x + y) * step) + np.cos((x - y) * step))
    return np.asarray(level, np.float32)
