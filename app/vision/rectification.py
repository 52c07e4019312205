"""Cutting a quadrilateral out of a picture and laying it flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from app.vision.image import Image, Quad

MAX_RECTIFIED_SIDE_PX = 1600  # 18 px/mm on an ID-1 card: more than any photograph carries


def rectify(image: Image, quad: Quad, *, margin: float = 0.0) -> Image:
    """The content of the quad as an upright rectangle of the quad's own proportions.

    Shapes and units: `image` (H, W, 3) uint8; `quad` (4, 2) px, clockwise from the content's
    top-left; `margin` is added on each side, as a fraction of the shorter edge. Size follows the
    longest edges, at most `MAX_RECTIFIED_SIDE_PX`.
    """
    size = _rectified_size_px(quad)
    return warp_to_size(image, quad, size, border_px=margin * min(size))


def picture_points(points: Quad, quad: Quad, *, margin: float = 0.0) -> Quad:
    """Where points of what `rectify` cut out, with the same quad and margin, lie in the picture.

    Shapes and units: `points` (n, 2) px, as the answer.
    """
    width_px, height_px = size = _rectified_size_px(quad)
    flat = np.array([[0, 0], [width_px, 0], size, [0, height_px]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, quad.astype(np.float32))
    inside = np.asarray(points, np.float64) - margin * min(size)
    return np.asarray(cv2.perspectiveTransform(inside[None], matrix)[0], np.float64)


def _rectified_size_px(quad: Quad) -> tuple[int, int]:
    width_px, height_px = quad_size_px(quad)
    scale = min(1.0, MAX_RECTIFIED_SIDE_PX / max(width_px, height_px))
    return max(2, round(width_px * scale)), max(2, round(height_px * scale))


def warp_to_size(
    image: Image, quad: Quad, size_px: tuple[int, int], *, border_px: float = 0.0
) -> Image:
    """The content of the quad stretched to `size_px` (width, height), plus a border around it.

    Shapes and units: as `rectify`; outside the picture the nearest pixels are repeated.
    """
    width_px, height_px = size_px
    target = np.array(
        [[0, 0], [width_px, 0], [width_px, height_px], [0, height_px]], dtype=np.float32
    )
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target + np.float32(border_px))
    out = (round(width_px + 2 * border_px), round(height_px + 2 * border_px))
    # Shrinking more than twice in one bilinear step aliases fine print and bar modules.
    shrink = max(quad_size_px(quad)) / max(size_px)
    source, matrix = _pre_shrunk(image, matrix, shrink)
    warped = cv2.warpPerspective(
        source, matrix, out, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, dtype=np.uint8)


def quad_size_px(quad: Quad) -> tuple[float, float]:
    """The longer of each pair of opposite edges: (width, height) in px."""
    edges = [float(np.linalg.norm(quad[(i + 1) % 4] - quad[i])) for i in range(4)]
    return max(edges[0], edges[2]), max(edges[1], edges[3])


def quarter_turned(image: Image, quarter_turns: int) -> Image:
    """The image turned clockwise by that many quarter turns."""
    return np.ascontiguousarray(np.rot90(image, -quarter_turns % 4))


def turned_quad(quad: Quad, quarter_turns: int) -> Quad:
    """The same corners when the content is read turned clockwise by that many quarter turns."""
    return np.roll(quad, quarter_turns % 4, axis=0)


def _pre_shrunk(image: Image, matrix: np.ndarray, shrink: float) -> tuple[Image, np.ndarray]:
    if shrink < 2:
        return image, matrix
    factor = 1 / (shrink / 1.5)
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8), matrix @ np.diag([1 / factor, 1 / factor, 1.0])
