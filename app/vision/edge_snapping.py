"""Moving the sides of a rough quadrilateral onto the strongest edges beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import Quad

    Side = tuple[NDArray[np.float64], NDArray[np.float64]]

REACH_PX = 9
_SAMPLES = 30
_MAX_CORNER_SHIFT_PX = 2.0 * REACH_PX


def snapped_to_edges(quad: Quad, gradient: NDArray[np.float32]) -> Quad:
    """The quad with each side moved, within a few px, onto the edge that runs along it.

    Shapes and units: `quad` (4, 2) px of `gradient`, the (H, W) float32 edge strength.
    Returns: the quad as given where no better one is near.
    """
    middle = quad.mean(axis=0)
    sides = [
        _snapped_side(start, end, middle, gradient)
        for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True)
    ]
    corners = [crossing(sides[i - 1], sides[i]) for i in range(4)]
    found = [corner for corner in corners if corner is not None]
    if len(found) < len(corners):
        return quad
    moved = np.array(found)
    if float(np.abs(moved - quad).max()) > _MAX_CORNER_SHIFT_PX:
        return quad
    return moved


def crossing(one: Side, other: Side) -> NDArray[np.float64] | None:
    """Where two sides, prolonged, meet; None when they are nearly parallel."""
    first, second = one[1] - one[0], other[1] - other[0]
    turn = first[0] * second[1] - first[1] * second[0]
    if abs(turn) < 0.5 * float(np.linalg.norm(first) * np.linalg.norm(second)):
        return None  # neighbours that meet at under 30 degrees are no corner of a card
    offset = other[0] - one[0]
    along = (offset[0] * second[1] - offset[1] * second[0]) / turn
    return np.asarray(one[0] + along * first)


def _snapped_side(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    middle: NDArray[np.float64],
    gradient: NDArray[np.float32],
) -> Side:
    direction = (end - start) / max(float(np.linalg.norm(end - start)), 1.0)
    inward = np.array([-direction[1], direction[0]])
    if float(inward @ (middle - start)) < 0:
        inward = -inward
    # The corners are left out: on a card they are round.
    points = start + (end - start) * np.linspace(0.1, 0.9, _SAMPLES)[:, None]
    offsets = np.arange(-REACH_PX, REACH_PX + 1, dtype=np.float64)
    grid = (points[:, None] + inward * offsets[None, :, None]).astype(np.float32)
    columns, rows = grid[..., 0], grid[..., 1]
    strength = cv2.remap(gradient, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # A shadow's soft edge lies outside the card's: among near equals the inner one is the card's.
    preference = 1.0 + 0.01 * (offsets + REACH_PX)
    best = offsets[(strength * preference).argmax(axis=1)]
    near = np.abs(best - np.median(best)) <= REACH_PX / 2
    if near.sum() < _SAMPLES // 3:
        return start, end
    chosen = (points + inward * best[:, None])[near].astype(np.float32)
    dx, dy, x, y = cv2.fitLine(chosen, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().astype(np.float64)
    anchor, unit = np.array([x, y]), np.array([dx, dy])
    if float(unit @ direction) < 0:
        unit = -unit
    length = float(np.linalg.norm(end - start))
    return anchor - unit * length / 2, anchor + unit * length / 2
