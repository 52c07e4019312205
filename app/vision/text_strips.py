"""Long thin text-like shapes in a picture, at any turn: the raw material of MRZ lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import resize_to_fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import GrayImage

WORK_SIDE_PX = 960  # an MRZ character of a card that fills half of it is still 8 px wide
SMALL_SIDE_PX = 700  # smaller pictures are doubled first: strokes of one pixel vanish otherwise
# A line of an MRZ is 16 (TD1 with margin) to 45 times as long as high; photographs blur that.
MIN_LINE_ASPECT = 9.0
MIN_LINE_LENGTH = 0.18  # of the picture's longer side
MIN_PIECE_LENGTH = 0.02  # of the longer side
MIN_PIECE_ASPECT = 1.5
MIN_PIECE_HEIGHT_PX = 4.0
MAX_HEIGHT_RATIO = 1.7  # a piece of letters is higher than one of fillers
MAX_GAP_HEIGHTS = 2.2


@dataclass(frozen=True, slots=True)
class Strip:
    """A long thin text-like shape: middle, unit direction, half extents, in px."""

    middle: NDArray[np.float64]
    direction: NDArray[np.float64]
    half_length_px: float
    half_height_px: float

    @property
    def aspect(self) -> float:
        """How many times longer than high."""
        return self.half_length_px / max(self.half_height_px, 0.5)


def normal_of(direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """The direction turned clockwise by a quarter (y grows downwards)."""
    return np.array([-direction[1], direction[0]])


def work_copy(gray: GrayImage) -> GrayImage:
    """The luminance at the size at which strips are sought."""
    if max(gray.shape) < SMALL_SIDE_PX:
        gray = np.asarray(cv2.resize(gray, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
    return resize_to_fit(gray, WORK_SIDE_PX)


def ink_mask(gray: GrayImage, blackhat_px: int) -> NDArray[np.uint8]:
    """Where dark strokes thinner than `blackhat_px` are: (H, W) uint8, 0 or 1."""
    # Dark strokes as a fraction of the paper around them, so that shade and glare do not matter.
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (blackhat_px, blackhat_px))
    paper = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, kernel).astype(np.float32)
    contrast = (paper - gray) / (paper + 12.0)
    level = float(np.clip(np.percentile(contrast, 93) * 0.75, 0.10, 0.45))
    return np.asarray(contrast > level, dtype=np.uint8)


def find_strips(ink: NDArray[np.uint8], closing_px: int) -> list[Strip]:
    """The long thin shapes that appear when gaps up to `closing_px` are filled."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (closing_px, closing_px))
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel)
    # Thin bridges between a line and a border or a neighbour are cut again.
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    # Every contour, not the outermost: the border of a card encloses its lines.
    contours, _ = cv2.findContours(joined, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    side_px = max(ink.shape)
    pieces = []
    for contour in contours:
        if max(cv2.boundingRect(contour)[2:]) < MIN_PIECE_LENGTH * side_px:
            continue
        strip = _strip(contour.reshape(-1, 2).astype(np.float64))
        if strip.aspect >= MIN_PIECE_ASPECT and strip.half_height_px * 2 >= MIN_PIECE_HEIGHT_PX:
            pieces.append(strip)
    strips = _chained(pieces)
    return [
        strip
        for strip in strips
        if strip.half_length_px * 2 >= MIN_LINE_LENGTH * side_px and strip.aspect >= MIN_LINE_ASPECT
    ]


def _chained(pieces: list[Strip]) -> list[Strip]:
    """Pieces that continue one another along one line, joined: fillers often break away."""
    chains: list[Strip] = []
    waiting = sorted(pieces, key=lambda piece: -piece.half_length_px)
    while waiting:
        chain = waiting.pop(0)
        grown = True
        while grown:
            follower = next((piece for piece in waiting if _continues(chain, piece)), None)
            grown = follower is not None
            if follower is not None:
                waiting = [piece for piece in waiting if piece is not follower]
                chain = _joined(chain, follower)
        chains.append(chain)
    return chains


def _continues(chain: Strip, piece: Strip) -> bool:
    heights = sorted((chain.half_height_px, piece.half_height_px))
    if heights[1] > MAX_HEIGHT_RATIO * heights[0]:
        return False
    offset = piece.middle - chain.middle
    along = abs(float(offset @ chain.direction))
    gap = along - chain.half_length_px - piece.half_length_px
    if not -2 * chain.half_height_px < gap < MAX_GAP_HEIGHTS * 2 * chain.half_height_px:
        return False
    # The tilt of a short piece is worth little: the place of its middle decides.
    return abs(float(offset @ normal_of(chain.direction))) < 0.6 * heights[1] + 0.02 * along


def _joined(chain: Strip, piece: Strip) -> Strip:
    ends = np.concatenate([_ends(chain), _ends(piece)])
    along = (ends - chain.middle) @ chain.direction
    start, end = ends[along.argmin()], ends[along.argmax()]
    length = float(np.linalg.norm(end - start))
    direction = (end - start) / max(length, 1.0)
    height = max(chain.half_height_px, piece.half_height_px)
    return Strip((start + end) / 2, direction, length / 2, height)


def _ends(strip: Strip) -> NDArray[np.float64]:
    reach = strip.direction * strip.half_length_px
    return np.stack([strip.middle - reach, strip.middle + reach])


def _strip(points: NDArray[np.float64]) -> Strip:
    (x, y), (width, height), angle_deg = cv2.minAreaRect(points.astype(np.float32))
    if width < height:
        width, height, angle_deg = height, width, angle_deg + 90
    angle = np.deg2rad(angle_deg)
    direction = np.array([np.cos(angle), np.sin(angle)])
    if direction[0] < -1e-6 or (abs(direction[0]) <= 1e-6 and direction[1] < 0):
        direction = -direction
    return Strip(np.array([x, y]), direction, width / 2, height / 2)
