"""The image types that all of vision shares, and the two operations everybody needs."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import cv2
import numpy as np
import PIL.Image
from numpy.typing import NDArray

if TYPE_CHECKING:
    from typing import Self

Image = NDArray[np.uint8]
"""(H, W, 3) uint8, RGB."""

GrayImage = NDArray[np.uint8]
"""(H, W) uint8 luminance, 0 black to 255 white."""

Quad = NDArray[np.float64]
"""(4, 2) float64, corners (x, y) in px, clockwise from the content's top-left."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in px; `right_px` and `bottom_px` lie just outside."""

    left_px: int
    top_px: int
    right_px: int
    bottom_px: int

    @property
    def width_px(self) -> int:
        """The horizontal extent."""
        return self.right_px - self.left_px

    @property
    def height_px(self) -> int:
        """The vertical extent."""
        return self.bottom_px - self.top_px

    def scaled(self, factor: float) -> Self:
        """The box in an image that is `factor` times as large."""
        edges = (self.left_px, self.top_px, self.right_px, self.bottom_px)
        return type(self)(*(round(edge * factor) for edge in edges))


@dataclass(frozen=True, slots=True)
class Region:
    """A place in a picture as fractions of its width and height, origin top-left."""

    x: float
    y: float
    w: float
    h: float

    def as_tuple(self, digits: int = 4) -> tuple[float, float, float, float]:
        """x, y, width and height, rounded to so many decimal places."""
        x, y, w, h = (round(each, digits) for each in (self.x, self.y, self.w, self.h))
        return x, y, w, h


def around(quad: Quad, size_px: tuple[int, int]) -> Region:
    """The upright region around a quad, within the picture.

    Shapes and units: `quad` (4, 2), or two of its opposite corners, px of a picture of `size_px`
    (height, width).
    """
    height_px, width_px = size_px
    shares = np.clip(quad / (width_px, height_px), 0.0, 1.0)
    (left, top), (right, bottom) = shares.min(axis=0).tolist(), shares.max(axis=0).tolist()
    return Region(left, top, right - left, bottom - top)


def within(image: Image, box: Box) -> Image:
    """The part of the picture in the box, as far as it lies in it; without pixels when none does.

    Shapes and units: `image` (H, W, 3) uint8 RGB, `box` in its px.
    """
    rows = slice(max(0, box.top_px), max(0, box.bottom_px))
    columns = slice(max(0, box.left_px), max(0, box.right_px))
    return np.ascontiguousarray(image[rows, columns])


def encode_jpeg(image: Image, quality: int = 92) -> bytes:
    """The image as a JPEG file that carries pixels and nothing else.

    Shapes and units: `image` (H, W, 3) uint8 RGB; `quality` 1 to 95.
    """
    buffer = BytesIO()
    PIL.Image.fromarray(image).save(buffer, format="JPEG", quality=quality)
    return buffer.getvalue()


def resize_to_fit(image: Image, max_side_px: int) -> Image:
    """The image, shrunk so that neither side exceeds `max_side_px`; never enlarged.

    Shapes and units: `image` (H, W, 3) or (H, W) uint8.
    """
    height_px, width_px = image.shape[:2]
    scale = max_side_px / max(height_px, width_px)
    if scale >= 1:
        return image
    size = (max(1, round(width_px * scale)), max(1, round(height_px * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def to_gray(image: Image) -> GrayImage:
    """The luminance of an RGB image, (H, W) uint8."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
