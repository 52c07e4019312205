"""Where a stacked barcode may lie in a picture, and that place cut out and made level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import resize_to_fit
from app.vision.rectification import quad_size_px, warp_to_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import GrayImage, Quad

SYMBOL_WIDTH_PX = 1600  # 10 columns of codewords are 239 modules, of 6.7 px then
_MARGIN = 0.06  # of the width: the corners of a blurred symbol are known to that
_WORK_SIDE_PX = 640
_DENSITY_BLUR = 80  # the side through this: the gaps between bars close, those to the text do not
_DENSE = 0.5  # of the strongest edges in the picture
_LEAST_AREA = 0.01  # of the picture; smaller symbols have modules under a pixel
_LEAST_FILL = 0.75
_ASPECTS = (1.5, 8.0)  # AAMVA's symbols are 75 mm by 13 to 38 mm
_MOST_REGIONS = 2
# Upright edges to level ones: 1.56 and more in 327 photographs of barcodes, 1.37 and less in all
# dense regions of 161 pictures of documents without one.
_LEAST_UPRIGHT = 1.45
_BEND_COLUMNS = 32
_EDGE_SHARE = 0.3
_FOLLOWED_SHARE = 0.7


def dense_regions(gray: GrayImage) -> list[Quad]:
    """Oblongs that are full of edges, the largest first: barcodes, and dense print.

    Shapes and units: `gray` (H, W) uint8; quads in its px, long side first. Cost: 8 ms.
    """
    small = resize_to_fit(gray, _WORK_SIDE_PX)
    scale = gray.shape[1] / small.shape[1]
    contours, _ = cv2.findContours(_dense_mask(small), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:_MOST_REGIONS]:
        quad = _level_quad(np.asarray(cv2.boxPoints(cv2.minAreaRect(contour)), dtype=np.float64))
        width, height = quad_size_px(quad)
        area = cv2.contourArea(contour)
        is_filled = area >= _LEAST_FILL * width * height and area >= _LEAST_AREA * small.size
        if is_filled and is_oblong(quad):
            found.append(quad * scale)
    return found


def is_oblong(quad: Quad) -> bool:
    """Whether these may be the corners of a symbol: convex, and of a likely aspect."""
    width, height = quad_size_px(quad)
    is_convex = cv2.isContourConvex(quad.astype(np.float32))
    return is_convex and _ASPECTS[0] * height <= width <= _ASPECTS[1] * height


def straightened(gray: GrayImage, quad: Quad) -> GrayImage:
    """The symbol between these corners lying level, `SYMBOL_WIDTH_PX` wide without its margin."""
    width, height = quad_size_px(quad)
    size = (SYMBOL_WIDTH_PX, max(round(SYMBOL_WIDTH_PX * height / max(width, 1.0)), 1))
    return warp_to_size(gray, quad, size, border_px=_MARGIN * SYMBOL_WIDTH_PX)


def has_bars(symbol: GrayImage) -> bool:
    """Whether edges stand upright more than print's do, as in a level barcode."""
    upright = np.abs(cv2.Sobel(symbol, cv2.CV_32F, 1, 0)).mean()
    level = np.abs(cv2.Sobel(symbol, cv2.CV_32F, 0, 1)).mean()
    return float(upright) >= _LEAST_UPRIGHT * float(level)


def flattened(symbol: GrayImage) -> GrayImage:
    """The level symbol with the bow of a bent card taken out of its rows.

    Upper and lower edge are each followed along the symbol and fitted by a parabola; where they
    cannot be followed the symbol is returned as it is.
    """
    edges = np.abs(cv2.Sobel(symbol, cv2.CV_32F, 1, 0, ksize=3))
    density = cv2.blur(edges, (symbol.shape[1] // _BEND_COLUMNS * 2, 15))
    columns = np.linspace(0.12, 0.88, _BEND_COLUMNS) * symbol.shape[1]
    profiles = density[:, columns.astype(int)]
    is_dense = profiles > _EDGE_SHARE * np.percentile(profiles, 90)
    middle = len(symbol) // 2
    # The wide bars of start and stop are sparse: what can be followed lies between them.
    followed = is_dense[middle]
    if followed.mean() < _FOLLOWED_SHARE:
        return symbol
    columns, is_dense = columns[followed], is_dense[:, followed]
    height, width = symbol.shape
    top = _parabola(columns, middle - _first_gap(is_dense[middle::-1]), width)
    bottom = _parabola(columns, middle + _first_gap(is_dense[middle:]), width)
    level_top, level_bottom = float(top.mean()), float(bottom.mean())
    if level_bottom - level_top < 0.05 * width or (bottom - top).min() < 0.02 * width:
        return symbol
    share = (np.arange(height, dtype=np.float32)[:, None] - level_top) / (level_bottom - level_top)
    rows = (top[None, :] + share * (bottom - top)[None, :]).astype(np.float32)
    across = np.broadcast_to(np.arange(width, dtype=np.float32), rows.shape)
    flat = cv2.remap(
        symbol, np.ascontiguousarray(across), rows, cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(flat, dtype=np.uint8)


def _first_gap(is_dense: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How far down each column is dense without a gap."""
    return np.where(is_dense.all(axis=0), len(is_dense), (~is_dense).argmax(axis=0))


def _parabola(
    columns: NDArray[np.float64], rows: NDArray[np.int64], width: int
) -> NDArray[np.float64]:
    """The edge's row at every column; one refit without what lies off (a finger, a scratch)."""
    fit = np.polynomial.Polynomial.fit(columns, rows, 2)
    off = np.abs(fit(columns) - rows)
    near = off <= 2 * np.median(off) + 1
    fit = np.polynomial.Polynomial.fit(columns[near], rows[near], 2)
    return np.asarray(fit(np.arange(width, dtype=np.float64)))


def _dense_mask(small: GrayImage) -> NDArray[np.uint8]:
    along = cv2.Sobel(small, cv2.CV_32F, 1, 0, ksize=3)
    across = cv2.Sobel(small, cv2.CV_32F, 0, 1, ksize=3)
    side = max(small.shape)
    density = cv2.GaussianBlur(cv2.magnitude(along, across), (0, 0), side / _DENSITY_BLUR)
    mask = (density > _DENSE * np.percentile(density, 99)).astype(np.uint8)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((21, 21), np.uint8)))


def _level_quad(quad: Quad) -> Quad:
    """The corners with the long side first; upside down reads as well."""
    width = np.linalg.norm(quad[1] - quad[0])
    return quad if width >= np.linalg.norm(quad[2] - quad[1]) else np.roll(quad, 1, axis=0)
