"""A photographed document that somebody has changed in a picture editor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image as PilImage
from PIL import ImageDraw, ImageFont

from app.domain.evidence import DocumentType
from app.specimens.sensor import compressed

if TYPE_CHECKING:
    from random import Random

    from app.vision.image import Image, Quad

Share = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the card's width and height."""


def _share(size_mm: tuple[float, float], box_mm: Share) -> Share:
    (width, height), (left, top, right, bottom) = size_mm, box_mm
    return (left / width, top / height, right / width, bottom / height)


_PASSPORT, _CARD = (125.0, 88.0), (85.6, 54.0)
PORTRAIT = {
    DocumentType.PASSPORT: _share(_PASSPORT, (5.0, 17.5, 38.0, 60.0)),
    DocumentType.ID_CARD: _share(_CARD, (4.0, 12.5, 30.0, 46.0)),
    DocumentType.DRIVERS_LICENSE: _share(_CARD, (4.0, 12.5, 30.0, 46.0)),
}
"""Where each paper of Utopia shows the portrait."""

FAMILY_NAME = {
    DocumentType.PASSPORT: _share(_PASSPORT, (43.5, 21.6, 76.0, 25.4)),
    DocumentType.ID_CARD: _share(_CARD, (33.0, 13.1, 58.5, 16.7)),
    DocumentType.DRIVERS_LICENSE: _share(_CARD, (33.0, 19.1, 58.5, 22.7)),
}
"""Where each paper of Utopia prints the family name."""


@dataclass(frozen=True, slots=True)
class Edit:
    """How a region was made: its own noise in gray levels, softness, compression, and its rim.

    `feather_px` of 0 leaves a hard edge; `jpeg_quality` is that of the picture it was taken from.
    """

    noise: float = 0.0
    blur_px: float = 0.0
    jpeg_quality: int | None = None
    feather_px: float = 0.0


def paste_portrait(
    picture: Image, corners: Quad, box: Share, portrait: Image, edit: Edit, *, chance: Random
) -> Image:
    """The photograph with another portrait laid over the one at `box`.

    Shapes and units: `picture` and `portrait` (H, W, 3) uint8 RGB; `corners` of the card in px.
    """
    quad = _quad_of(corners, box)
    size = _size_of(quad)
    ratio = size[0] / size[1]
    height, width = portrait.shape[:2]
    cut = portrait[:, : round(height * ratio)] if width > height * ratio else portrait
    content = np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _laid_over(picture, quad, content, edit, chance)


def retype(
    picture: Image, corners: Quad, box: Share, text: str, edit: Edit, *, chance: Random
) -> Image:
    """The photograph with `text` typed over what stood at `box`, on the ground's mean colour."""
    quad = _quad_of(corners, box)
    width, height = _size_of(quad)
    old = _cut(picture, quad, (width, height))
    ground = np.percentile(old.reshape(-1, 3), 70, axis=0)
    canvas = PilImage.new("RGB", (width, height), tuple(int(level) for level in ground))
    font = ImageFont.load_default(size=max(8, round(0.72 * height)))
    ink = tuple(int(level) for level in np.percentile(old.reshape(-1, 3), 2, axis=0))
    ImageDraw.Draw(canvas).text((0.03 * width, height / 2), text, fill=ink, font=font, anchor="lm")
    return _laid_over(picture, quad, np.asarray(canvas, np.uint8), edit, chance)


def _quad_of(corners: Quad, box: Share) -> Quad:
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(unit, corners.astype(np.float32))
    left, top, right, bottom = box
    points = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float64)
    return np.asarray(cv2.perspectiveTransform(points, matrix)[0], np.float64)


def _size_of(quad: Quad) -> tuple[int, int]:
    width, height = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    return max(8, round(float(width))), max(8, round(float(height)))


def _own(size: tuple[int, int]) -> Quad:
    width, height = size
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def _cut(picture: Image, quad: Quad, size: tuple[int, int]) -> Image:
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), _own(size).astype(np.float32))
    return np.asarray(cv2.warpPerspective(picture, matrix, size), np.uint8)


def _laid_over(picture: Image, quad: Quad, content: Image, edit: Edit, chance: Random) -> Image:
    if edit.blur_px > 0:
        content = np.asarray(cv2.GaussianBlur(content, (0, 0), edit.blur_px), np.uint8)
    if edit.jpeg_quality is not None:
        content = compressed(content, edit.jpeg_quality)
    size = (content.shape[1], content.shape[0])
    matrix = cv2.getPerspectiveTransform(_own(size).astype(np.float32), quad.astype(np.float32))
    out = (picture.shape[1], picture.shape[0])
    laid = cv2.warpPerspective(content, matrix, out, flags=cv2.INTER_CUBIC).astype(np.float32)
    if edit.noise > 0:
        grain = np.random.default_rng(chance.randrange(2**32))
        laid += edit.noise * grain.standard_normal(laid.shape, dtype=np.float32)
    mask = cv2.warpPerspective(np.full(content.shape[:2], 255, np.uint8), matrix, out)
    cover = np.asarray(mask, np.float32) / 255
    if edit.feather_px > 0:
        cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), edit.feather_px), np.float32)
    share = cover[..., None]
    return np.asarray(np.clip(picture * (1 - share) + laid * share, 0, 255), np.uint8)
