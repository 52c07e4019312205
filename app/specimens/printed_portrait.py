"""A portrait as documents print it, to measure how well it still compares with a selfie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.specimens.guilloche import PASSPORT_PALETTE, guilloche

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.vision.image import Image

_SMALL_PX = 90  # the shorter side of a portrait of 35 mm on a card 640 px wide
_LINES = 0.35  # of the guilloche's darkness over the face
_SHINE = 0.45
_TILT = 0.16


def small(picture: Image) -> Image:
    """Printed small: what is left after a side of 90 px."""
    scale = _SMALL_PX / min(picture.shape[:2])
    shrunk = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.resize(shrunk, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def monochrome(picture: Image) -> Image:
    """Burnt in by a laser: gray, of strong contrast."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    stretched = np.clip((gray - gray.mean()) * 1.3 + gray.mean(), 0, 255)
    return np.repeat(stretched.astype(np.uint8)[..., None], 3, axis=2)


def under_guilloche(picture: Image) -> Image:
    """With the paper's fine lines over the face."""
    height_px, width_px = picture.shape[:2]
    lines = guilloche(width_px, height_px, PASSPORT_PALETTE).astype(np.float32) / 255
    darker = 1 - (1 - lines) * _LINES * 3
    return np.asarray(np.clip(picture * darker, 0, 255), dtype=np.uint8)


def under_hologram(picture: Image) -> Image:
    """With a shining film of changing colours over one side of the face."""
    y, x = np.mgrid[-1 : 1 : picture.shape[0] * 1j, -1 : 1 : picture.shape[1] * 1j]
    strength = _SHINE * np.exp(-((x - 0.25) ** 2 + (y + 0.1) ** 2) / 0.18)
    hue = np.stack([np.sin(9 * (x + y) + shift) for shift in (0.0, 2.1, 4.2)], axis=2)
    film = 170 + 85 * hue
    shown = picture * (1 - strength[..., None]) + film * strength[..., None]
    return np.asarray(np.clip(shown, 0, 255), dtype=np.uint8)


def tilted(picture: Image) -> Image:
    """On a page that was photographed askew, as left over by an outline found badly."""
    height_px, width_px = picture.shape[:2]
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32) * (width_px, height_px)
    moved = corners + np.array([(0, _TILT), (-_TILT / 2, 0), (-_TILT / 2, 0), (0, -_TILT)]) * (
        width_px,
        height_px,
    )
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
    return np.asarray(cv2.warpPerspective(picture, matrix, (width_px, height_px)), dtype=np.uint8)


PRINTS: dict[str, Callable[[Image], Image]] = {
    "small": small,
    "monochrome": monochrome,
    "guilloche": under_guilloche,
    "hologram": under_hologram,
    "tilted": tilted,
}
