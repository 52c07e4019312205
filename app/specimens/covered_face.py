"""Faces with a mask, a scarf, dark glasses or a hand drawn over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from numpy.typing import NDArray

    from app.vision.faces import Landmarks
    from app.vision.image import Image

_MASK_COLOURS = ((236, 240, 244), (150, 190, 214), (34, 34, 38), (70, 96, 120), (214, 170, 178))
_SCARF_COLOURS = ((120, 40, 44), (52, 60, 96), (96, 92, 84), (40, 78, 58))
_GLASS_COLOURS = ((16, 16, 20), (44, 32, 24), (30, 40, 62))
# Outlines on a face whose outer eye corners are one apart: x from the middle of the eyes, y down.
_MASK = (
    (-0.72, 0.22),
    (0.0, 0.12),
    (0.72, 0.22),
    (0.66, 0.95),
    (0.3, 1.35),
    (-0.3, 1.35),
    (-0.66, 0.95),
)
_SCARF = ((-1.0, 0.30), (0.0, 0.42), (1.0, 0.30), (1.1, 1.8), (-1.1, 1.8))
_GLASS = ((-0.68, -0.18), (-0.08, -0.18), (-0.12, 0.16), (-0.30, 0.26), (-0.56, 0.20))
_FINGERS = 4


def with_mask(picture: Image, points: Landmarks, chance: Random) -> Image:
    """A medical or cloth mask from the bridge of the nose to under the chin."""
    colour = np.array(chance.choice(_MASK_COLOURS), np.float32)
    rows = np.linspace(0, chance.uniform(60, 140), picture.shape[0])
    folds = 1 + 0.05 * np.sin(rows)
    cloth = np.clip(colour * folds[:, None, None] * _light(picture), 0, 255)
    return _laid(picture, np.broadcast_to(cloth, picture.shape), _outline(points, _MASK))


def with_scarf(picture: Image, points: Landmarks, chance: Random) -> Image:
    """A knitted scarf drawn up to the nose."""
    colour = np.array(chance.choice(_SCARF_COLOURS), np.float32)
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    pitch = max(3.0, _span(points) / 14)
    knit = 0.85 + 0.25 * np.sin(y / pitch * 3.1) * np.sin(x / pitch * 3.1)
    cloth = np.clip(colour * knit[..., None] * _light(picture), 0, 255)
    return _laid(picture, cloth, _outline(points, _SCARF))


def with_dark_glasses(picture: Image, points: Landmarks, chance: Random) -> Image:
    """Sunglasses whose lenses let a little through and mirror a little sky."""
    colour = np.array(chance.choice(_GLASS_COLOURS), np.float32)
    rows = np.linspace(1.0, 0.4, picture.shape[0], dtype=np.float32)[:, None, None]
    lens = picture * chance.uniform(0.05, 0.25) + colour + 30 * rows
    shown = picture
    for side in (1, -1):
        shape = [(side * x, y) for x, y in _GLASS]
        shown = _laid(shown, np.clip(lens, 0, 255), _outline(points, shape))
    return shown


def with_hand(picture: Image, points: Landmarks, chance: Random) -> Image:
    """Fingers of the person's own colour before the mouth."""
    span_px = _span(points)
    middle = points[:4].mean(axis=0)
    x, y = np.rint(middle + 0.4 * (points[4] - middle)).astype(int)
    skin = np.median(picture[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].reshape(-1, 3), axis=0)
    shown = picture.copy()
    lean = chance.uniform(-0.25, 0.25)
    for finger in range(_FINGERS):
        height = 0.55 + 0.22 * finger
        ends = _outline(points, ((-1.1, height + lean), (0.65 - 0.1 * finger, height - lean)))
        for width, tone in ((0.25, 0.72), (0.20, 1.0)):
            colour = tuple(int(value) for value in np.clip(skin * tone, 0, 255))
            start, end = (tuple(int(v) for v in np.rint(end)) for end in ends)
            cv2.line(shown, start, end, colour, max(2, round(width * span_px)), cv2.LINE_AA)
    return shown


def _light(picture: Image) -> float:
    return float(np.clip(np.percentile(picture, 90) / 235, 0.3, 1.0))


def _span(points: Landmarks) -> float:
    return float(np.hypot(*(points[3] - points[0])))


def _outline(points: Landmarks, shape: Sequence[tuple[float, float]]) -> Landmarks:
    along = points[3] - points[0]
    down = np.array([-along[1], along[0]])
    places = np.asarray(shape, dtype=np.float64)
    spread = places[:, :1] * along + places[:, 1:] * down
    return np.asarray(points[:4].mean(axis=0) + spread, dtype=np.float64)


def _laid(picture: Image, cover: NDArray[np.float32], outline: Landmarks) -> Image:
    covered = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(covered, [np.rint(outline).astype(np.int32)], 255, cv2.LINE_AA)
    share = cv2.GaussianBlur(covered, (3, 3), 0)[..., None].astype(np.float32) / 255
    laid = picture * (1 - share) + np.asarray(cover, dtype=np.float32) * share
    return np.asarray(np.clip(laid, 0, 255), dtype=np.uint8)


COVERS: dict[str, Callable[[Image, Landmarks, Random], Image]] = {
    "mask": with_mask,
    "scarf": with_scarf,
    "dark_glasses": with_dark_glasses,
    "hand": with_hand,
}
