"""How usable a picture of a document is: sharpness, reflections, light, size."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import cv2
import numpy as np

from app.vision.image import Region, resize_to_fit, to_gray
from app.vision.rectification import quad_size_px

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from app.vision.image import GrayImage, Image, Quad

_WORK_SIDE_PX = 1000
_TILE_PX = 40
_SHARPEST_SHARE = 0.15  # of the textured tiles: print is sharp where there is print at all
_TEXTURED_STD = 10.0  # gray levels; flatter tiles say nothing about focus
_FEWEST_TEXTURED_TILES = 4

_FEWEST_TILES = 4  # of 40 px in 1,000: a place that a person sees at once
_BLURRED_RATIO = 0.06  # of 38 blurred pictures the sharpest tiles stay at or under it
_DARK_LEVEL = 40.0  # gray levels

_BLOWN_LEVEL = 250
_BLOB_MIN_SHARE = 0.002  # of the picture: smaller highlights hide no word
_BLOB_MIN_FILL = 0.35  # of its box: a reflection is compact, the gaps of a bright page are not


@dataclass(frozen=True, slots=True)
class Quality:
    """Measurements of one picture; gray levels run from 0 to 255.

    `sharpness` 0 to about 2, higher is sharper; `glare_fraction` is the blown-out share of the
    document (or of the picture, when no outline is known). `document_px` is the document's longer
    side, None when no outline is known. A region is the place of a fault, as fractions of the
    picture, None where there is none: the largest reflection, print without fine detail, darkness.
    """

    width_px: int
    height_px: int
    sharpness: float
    brightness: float
    contrast: float
    textured_fraction: float
    glare_fraction: float
    glare_region: Region | None
    blur_region: Region | None = None
    dark_region: Region | None = None
    document_px: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The quality that `as_dict` wrote, each value forced to its type.

        Raises: KeyError, TypeError or ValueError for anything else.
        """
        document_px = values["document_px"]
        numbers = ("sharpness", "brightness", "contrast", "textured_fraction", "glare_fraction")
        return cls(
            width_px=int(values["width_px"]),
            height_px=int(values["height_px"]),
            document_px=None if document_px is None else int(document_px),
            glare_region=_region(values["glare_region"]),
            blur_region=_region(values["blur_region"]),
            dark_region=_region(values["dark_region"]),
            **{name: float(values[name]) for name in numbers},
        )


def assess_quality(
    image: Image, quad: Quad | None = None, *, outline: Quad | None = None
) -> Quality:
    """The measurements of a picture, within the document's outline when that is known.

    Shapes and units: `image` (H, W, 3) uint8 RGB; `quad` (4, 2) px of `image`. `outline`, by
    default the quad, only gives `document_px`, where the whole picture is to be measured.
    Cost: 25 ms for 12 Mpx.
    """
    outline = quad if outline is None else outline
    height_px, width_px = image.shape[:2]
    gray = to_gray(resize_to_fit(image, _WORK_SIDE_PX))
    mask = _inside(gray, None if quad is None else quad * (gray.shape[1] / width_px))
    sharpness, textured, blurred = _sharpness(gray, mask)
    levels = gray[mask]
    low, high = np.percentile(levels, (5, 95))
    glare_fraction, glare_region = _glare(gray, mask)
    return Quality(
        width_px=width_px,
        height_px=height_px,
        sharpness=round(sharpness, 3),
        brightness=round(float(levels.mean()), 1),
        contrast=round(float(high - low), 1),
        textured_fraction=round(textured, 3),
        glare_fraction=round(glare_fraction, 4),
        glare_region=glare_region,
        blur_region=_tiles_region(blurred, gray),
        dark_region=_tiles_region(_tile_means(gray) < _DARK_LEVEL, gray),
        document_px=None if outline is None else round(max(quad_size_px(outline))),
    )


def _inside(gray: GrayImage, quad: Quad | None) -> NDArray[np.bool_]:
    if quad is None:
        return np.ones(gray.shape, dtype=np.bool_)
    mask = np.zeros(gray.shape, dtype=np.uint8)
    cv2.fillConvexPoly(mask, np.rint(quad).astype(np.int32), (1,))
    return mask.astype(np.bool_) if mask.any() else np.ones(gray.shape, dtype=np.bool_)


def _region(edges: Mapping[str, Any] | None) -> Region | None:
    return Region(*(float(edges[key]) for key in "xywh")) if edges else None


def _sharpness(gray: GrayImage, mask: NDArray[np.bool_]) -> tuple[float, float, NDArray[np.bool_]]:
    """The energy of fine detail relative to contrast in the sharpest textured tiles.

    Besides: the textured share of the tiles, and the textured tiles without fine detail.

    Variance of the Laplacian over variance of the tile, so that neither light nor print density
    moves it; noise is smoothed away first because it would count as detail.
    """
    smooth = cv2.GaussianBlur(gray, (0, 0), 0.8).astype(np.float32)
    detail = cv2.Laplacian(smooth, cv2.CV_32F)
    variance = _tile_means(smooth**2) - _tile_means(smooth) ** 2
    energy = _tile_means(detail**2)
    inside = _tile_means(mask.astype(np.float32)) > 0.9
    textured = inside & (variance > _TEXTURED_STD**2)
    share = float(textured.sum() / max(1, inside.sum()))
    if textured.sum() < _FEWEST_TEXTURED_TILES:
        return 0.0, share, np.zeros_like(textured)
    blurred = textured & (energy < _BLURRED_RATIO * variance)
    ratios = np.sort(energy[textured] / variance[textured])[::-1]
    kept = ratios[: max(_FEWEST_TEXTURED_TILES, round(len(ratios) * _SHARPEST_SHARE))]
    return float(np.median(kept)), share, blurred


def _tiles_region(tiles: NDArray[np.bool_], gray: GrayImage) -> Region | None:
    """The box around the largest group of neighbouring tiles."""
    if not tiles.any():  # a picture smaller than a tile has none at all, and OpenCV then crashes
        return None
    count, _, stats, _ = cv2.connectedComponentsWithStats(tiles.astype(np.uint8), connectivity=8)
    if count < 2:
        return None
    largest = max(stats[1:], key=lambda blob: int(blob[cv2.CC_STAT_AREA]))
    if int(largest[cv2.CC_STAT_AREA]) < _FEWEST_TILES:
        return None
    return _as_region(np.asarray(largest * _TILE_PX, dtype=np.int32), gray)


def _tile_means(values: cv2.typing.MatLike) -> NDArray[np.float32]:
    rows, columns = values.shape[0] // _TILE_PX, values.shape[1] // _TILE_PX
    trimmed = values[: rows * _TILE_PX, : columns * _TILE_PX]
    tiles = trimmed.reshape(rows, _TILE_PX, columns, _TILE_PX)
    return np.asarray(tiles.mean(axis=(1, 3)), dtype=np.float32)


def _glare(gray: GrayImage, mask: NDArray[np.bool_]) -> tuple[float, Region | None]:
    blown = ((gray >= _BLOWN_LEVEL) & mask).astype(np.uint8)
    blown = np.asarray(cv2.morphologyEx(blown, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)))
    count, _, stats, _ = cv2.connectedComponentsWithStats(blown)
    blobs = [stats[index] for index in range(1, count) if _is_reflection(stats[index], gray)]
    if not blobs:
        return 0.0, None
    area = sum(int(blob[cv2.CC_STAT_AREA]) for blob in blobs)
    largest = max(blobs, key=lambda blob: int(blob[cv2.CC_STAT_AREA]))
    return area / float(mask.sum()), _as_region(largest, gray)


def _is_reflection(blob: NDArray[np.int32], gray: GrayImage) -> bool:
    left, top, width, height, area = (int(value) for value in blob)
    rows, columns = gray.shape
    # A white table or sheet runs out of the picture; a reflection lies on the document.
    touches_border = left == 0 or top == 0 or left + width == columns or top + height == rows
    is_large = area >= _BLOB_MIN_SHARE * gray.size
    return is_large and not touches_border and area >= _BLOB_MIN_FILL * width * height


def _as_region(blob: NDArray[np.int32], gray: GrayImage) -> Region:
    rows, columns = gray.shape
    left, top, width, height = (int(value) for value in blob[:4])
    edges = (left / columns, top / rows, width / columns, height / rows)
    return Region(*(round(edge, 4) for edge in edges))
