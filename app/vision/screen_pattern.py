"""The regular grid of a screen, or of a printer's dots, that a photograph of a document shows.

A grid leaves a sharp peak in the spectrum, at one frequency all over the picture, or a moire where
the sensor's own grid meets it. Print has periods too, but each in its own place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import to_gray

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import GrayImage, Image

_TILE_PX = 128
_MAX_TILES = 80
_LEAST_TILES = 12
_LEAST_BRIGHTNESS = 50.0  # a screen's black shows no grid
_LOWEST_FREQUENCY = 0.07  # cycles a px; below it lie letters, lines and guilloches
_NEIGHBOURHOOD_BINS = 17
_FLOOR = 3.0  # under the noise: empty bins must not look like valleys
_JPEG_BLOCK_PX = 8
_BINS_ASIDE = 1.6


def screen_pattern_score(image: Image) -> float | None:
    """How far the strongest period stands out in half of the picture's tiles or more.

    Shapes and units: `image` (H, W, 3) uint8 RGB at its full size, because shrinking removes what
    is sought. Returns: the logarithm of its share over its neighbours', about 0.2 to 1 without a
    grid; None for a picture with too few bright tiles. Cost: 0.1 s.
    """
    spectra = [_whitened(tile) for tile in _tiles(to_gray(image))]
    if len(spectra) < _LEAST_TILES:
        return None
    usual = np.median(np.stack(spectra), axis=0)[_looked_at()]
    return float(usual.max() - np.median(usual))


def _tiles(gray: GrayImage) -> list[GrayImage]:
    rows, columns = gray.shape[0] // _TILE_PX, gray.shape[1] // _TILE_PX
    places = [
        (row * _TILE_PX, column * _TILE_PX) for row in range(rows) for column in range(columns)
    ]
    cut = [gray[y : y + _TILE_PX, x : x + _TILE_PX] for y, x in places]
    bright = [tile for tile in cut if float(tile.mean()) >= _LEAST_BRIGHTNESS]
    return bright[:: max(1, -(-len(bright) // _MAX_TILES))]


def _whitened(tile: GrayImage) -> NDArray[np.float32]:
    """The tile's spectrum against its surroundings, a little widened: perspective moves a peak."""
    window = np.hanning(_TILE_PX).astype(np.float32)
    values = (tile - np.float32(tile.mean())) * window[:, None] * window
    strength = np.log(np.abs(np.fft.fftshift(np.fft.fft2(values))) + _FLOOR).astype(np.float32)
    peaks = strength - cv2.blur(strength, (_NEIGHBOURHOOD_BINS, _NEIGHBOURHOOD_BINS))
    return np.asarray(cv2.dilate(peaks, np.ones((3, 3), np.uint8)), dtype=np.float32)


def _looked_at() -> NDArray[np.bool_]:
    """All frequencies but the lowest, those of JPEG's blocks, and the rims of straight edges."""
    axis = np.fft.fftshift(np.fft.fftfreq(_TILE_PX))
    down, across = np.meshgrid(axis, axis, indexing="ij")
    one = _BINS_ASIDE / _TILE_PX
    is_block = (_off_block(across) < one) & (_off_block(down) < one)
    is_axis = (np.abs(across) < 1.3 * one) | (np.abs(down) < 1.3 * one)
    return np.asarray((np.hypot(across, down) > _LOWEST_FREQUENCY) & ~is_block & ~is_axis)


def _off_block(frequency: NDArray[np.float64]) -> NDArray[np.float64]:
    blocks = frequency * _JPEG_BLOCK_PX
    return np.abs(blocks - np.round(blocks)) / _JPEG_BLOCK_PX
