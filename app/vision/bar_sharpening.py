"""Undoing blur along the rows of a level barcode, where all of its meaning lies.

Wiener filters for a known blur; the few that telephones make are tried in turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import GrayImage

_BLUR_NOISE = 0.006  # noise to signal, by power: more leaves the blur, less rings
_MOVEMENT_NOISE = 0.02
_ROWS_TOGETHER = 5  # a row of codewords is 15 px high and more: averaging within it costs nothing
_BORDER_PX = 64


def blurred_bars_sharpened(symbol: GrayImage, blur_px: float) -> GrayImage:
    """The symbol without a blur of that standard deviation along x. Cost: 40 ms."""
    return _filtered(
        symbol, np.exp(-2 * (np.pi * blur_px * _frequencies(symbol)) ** 2), _BLUR_NOISE
    )


def moved_bars_sharpened(symbol: GrayImage, moved_px: float) -> GrayImage:
    """The symbol without the smear of a camera that moved so far along x. Cost: 40 ms."""
    return _filtered(symbol, np.sinc(moved_px * _frequencies(symbol)), _MOVEMENT_NOISE)


def _frequencies(symbol: GrayImage) -> NDArray[np.float64]:
    """Cycles per px along a row with its border."""
    return np.asarray(np.fft.rfftfreq(symbol.shape[1] + 2 * _BORDER_PX), dtype=np.float64)


def _filtered(symbol: GrayImage, transfer: NDArray[np.float64], noise: float) -> GrayImage:
    calm = cv2.blur(symbol, (1, _ROWS_TOGETHER))
    wide = cv2.copyMakeBorder(calm, 0, 0, _BORDER_PX, _BORDER_PX, cv2.BORDER_REPLICATE)
    inverse = transfer / (transfer**2 + noise)
    rows = np.fft.irfft(np.fft.rfft(wide, axis=1) * inverse, n=wide.shape[1], axis=1)
    inner = rows[:, _BORDER_PX : _BORDER_PX + symbol.shape[1]]
    return np.clip(inner, 0, 255).astype(np.uint8)
