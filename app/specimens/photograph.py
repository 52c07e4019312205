"""A paper as a telephone photographs it on a table."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

if TYPE_CHECKING:
    from random import Random

    from app.vision.image import Image, Quad

PHOTOGRAPH_SIZE_PX = (1600, 1200)
"""Width and height of a photograph."""

Background = Literal["desk", "cloth", "dark"]
"""What the paper lies on."""

_TABLES: dict[str, tuple[tuple[int, int, int], tuple[int, int, int], float]] = {
    # light tone, dark tone, how far the grain is drawn out along x
    "desk": ((176, 136, 96), (120, 84, 54), 24.0),
    "cloth": ((108, 122, 140), (78, 92, 112), 1.0),
    "dark": ((52, 54, 58), (30, 31, 34), 6.0),
}
_FILLED_SHARE = 0.84  # of the frame, as people hold it after being asked to come close
_SENSOR_NOISE = 2.5  # standard deviation in grey levels, a telephone indoors
_LIGHT_FALL = 0.22  # brightness lost from one corner to the other
_SHADOW = 0.45


def photograph(
    card: Image,
    *,
    chance: Random,
    background: Background = "desk",
    tilt_deg: float | None = None,
    perspective: float = 0.03,
    turn: int = 0,
    size_px: tuple[int, int] = PHOTOGRAPH_SIZE_PX,
) -> tuple[Image, Quad]:
    """A photograph of the card on a table, and where its corners are in it.

    Shapes and units: `card` (H, W, 3) uint8 RGB; `tilt_deg` clockwise, up to 4 either way by chance
    when not given; `perspective` shifts each corner by up to that share of the card; `turn` is 0,
    90, 180 or 270 degrees clockwise; `size_px` is the photograph's width and height. Returns (H, W,
    3) uint8 RGB and the corners, clockwise from the card's own top-left, so that a turned card's
    first corner is not the picture's.
    Raises: ValueError for another turn.
    """
    if turn not in {0, 90, 180, 270}:
        message = "a card is turned by 0, 90, 180 or 270 degrees"
        raise ValueError(message)
    tilt = chance.uniform(-4, 4) if tilt_deg is None else tilt_deg
    corners = _corners(card, (turn, tilt), perspective, chance, size_px)
    table = _table(background, chance.randrange(4), size_px)
    placed = _placed(card, corners, table)
    return _lit(placed, chance), corners


def _corners(
    card: Image,
    turn_and_tilt_deg: tuple[float, float],
    perspective: float,
    chance: Random,
    size_px: tuple[int, int],
) -> Quad:
    height, width = card.shape[:2]
    frame = np.array(size_px, dtype=np.float64)
    own = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    angle = np.radians(sum(turn_and_tilt_deg))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = own @ rotation.T
    extent = np.ptp(turned, axis=0) * (1 + perspective)
    scale = float(np.min(_FILLED_SHARE * frame / extent))
    jitter = np.array([[chance.uniform(-1, 1), chance.uniform(-1, 1)] for _ in range(4)])
    jitter *= perspective * min(width, height)
    shift = np.array([chance.uniform(-0.02, 0.02), chance.uniform(-0.02, 0.02)]) * frame
    return np.asarray((turned + jitter) * scale + frame / 2 + shift, dtype=np.float64)


def _placed(card: Image, corners: Quad, table: Image) -> Image:
    height, width = card.shape[:2]
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(own, corners.astype(np.float32))
    # A warp that shrinks skips pixels: the card is softened first by as much as it shrinks.
    shrink = width / float(np.linalg.norm(corners[1] - corners[0]))
    soft = cv2.GaussianBlur(card, (0, 0), 0.4 * shrink) if shrink > 1 else card
    rim = _rounded_mask(height, width)
    size = (table.shape[1], table.shape[0])
    warped = cv2.warpPerspective(soft, matrix, size, flags=cv2.INTER_CUBIC)
    mask = cv2.warpPerspective(rim, matrix, size)[..., None] / np.float32(255)
    fallen = np.roll(mask[..., 0], (9, 6), axis=(0, 1))
    shadow = 1 - _SHADOW * cv2.GaussianBlur(fallen, (0, 0), 9)[..., None]
    return np.asarray(table * shadow * (1 - mask) + warped * mask, dtype=np.uint8)


def _rounded_mask(height: int, width: int) -> Image:
    radius = round(0.037 * width)  # ISO/IEC 7810: 3.18 mm on 85.6
    mask = np.zeros((height, width), np.uint8)
    cv2.rectangle(mask, (radius, 0), (width - radius, height), (255,), -1)
    cv2.rectangle(mask, (0, radius), (width, height - radius), (255,), -1)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(mask, (x, y), radius, (255,), -1)
    return mask


def _lit(scene: Image, chance: Random) -> Image:
    height, width = scene.shape[:2]
    angle = chance.uniform(0, 2 * np.pi)
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :] * np.cos(angle)
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None] * np.sin(angle)
    light = (1 - _LIGHT_FALL * (0.5 + x + y)) * chance.uniform(0.94, 1.06)
    warmth = np.array([1 + (tone := chance.uniform(-0.03, 0.03)), 1, 1 - tone], np.float32)
    grain = np.random.default_rng(chance.randrange(2**32)).standard_normal(
        (height, width, 1), dtype=np.float32
    )
    lit = scene * (light[..., None].astype(np.float32) * warmth) + _SENSOR_NOISE * grain
    return np.asarray(np.clip(lit, 0, 255), dtype=np.uint8)


@lru_cache(maxsize=8)
def _table(background: Background, seed: int, size_px: tuple[int, int]) -> Image:
    light, dark, stretch = _TABLES[background]
    width, height = size_px
    grain = np.random.default_rng(seed).standard_normal((height // 4, width // 4), dtype=np.float32)
    coarse = cv2.GaussianBlur(grain, (0, 0), sigmaX=2 * stretch, sigmaY=2.0)
    mixed = coarse / coarse.std() + 0.25 * cv2.GaussianBlur(grain, (0, 0), 0.8)
    share = cv2.resize(np.clip(0.5 + 0.2 * mixed, 0, 1), size_px)[..., None]
    low, high = np.array(dark, np.float32), np.array(light, np.float32)
    return np.asarray(low + (high - low) * share, np.uint8)
