"""Reading the printed text of an upright card: lines with place and confidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import resize_to_fit, to_gray
from app.vision.rectification import quad_size_px, rectify
from app.vision.text_networks import characters, recognise_lines, text_probability_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.vision.image import Image, Quad
    from app.vision.text_networks import LineProbabilities

DETECTOR_SIDE_PX = 736  # 0.4 s; print of 2 mm on an ID-1 card is then 17 px high
MAX_LINES = 48  # an identity document has 15 to 40; a page of prose is no reason to read on
MIN_LINE_HEIGHT_PX = 5.0  # of the detector's picture
# Chosen by eye on specimens: print scores 0.9 and more, guilloches and signatures less than this.
MIN_LINE_CONFIDENCE = 0.60
_PIXEL_LEVEL = 0.3
_REGION_LEVEL = 0.5
_GROWTH = 1.6  # the detector marks the kernel of a line; area / perimeter times this gives the rest
_UPRIGHT_DEG = 30.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line: what it says, its corners in px, the mean character probability."""

    text: str = field(repr=False)
    quad: Quad = field(repr=False)
    confidence: float


def read_text(
    image: Image, found: Sequence[Quad] | None = None, *, max_lines: int = MAX_LINES
) -> list[TextLine]:
    """The printed lines of an upright picture from top to bottom, left to right.

    Shapes and units: `image` (H, W, 3) uint8 RGB; quads in its px; `found` are the lines, where
    `find_text_lines` has already been asked.
    Cost: 0.4 s for finding and about 20 ms a line on one core.
    """
    known = find_text_lines(image) if found is None else found
    quads = [quad for quad in known if _is_level(quad)]
    largest = sorted(quads, key=lambda quad: -quad_size_px(quad)[0] * quad_size_px(quad)[1])
    kept = sorted(largest[:max_lines], key=lambda quad: (quad[0][1], quad[0][0]))
    seen = recognise_lines([rectify(image, quad) for quad in kept])
    lines = []
    for quad, probabilities in zip(kept, seen, strict=True):
        text, confidence = decoded(probabilities)
        if text and confidence >= MIN_LINE_CONFIDENCE:
            lines.append(TextLine(text, quad, confidence))
    return lines


def read_letter_below(image: Image, label: Quad) -> TextLine | None:
    """The single letter printed under a label, which the detector passes over for its size.

    Shapes and units: `image` (H, W, 3) uint8 RGB, upright; `label` in its px. Cost: 15 ms.
    """
    height = float(label[3][1] - label[0][1])
    left, top = (round(max(float(edge), 0.0)) for edge in label[3] - np.array([0.4, 0.15]) * height)
    part = image[top : top + round(2.2 * height), left : left + round(3.0 * height)]
    if min(part.shape[:2]) < MIN_LINE_HEIGHT_PX:
        return None
    _, ink = cv2.threshold(to_gray(part), 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, blobs, _ = cv2.connectedComponentsWithStats(ink)
    letters = [blob for blob in blobs[1:] if _may_be_letter(blob, height, part.shape[0])]
    if not letters:
        return None
    x, y, width, tall, _ = (int(each) for each in max(letters, key=lambda blob: blob[4]))
    rim, side = round(0.25 * tall), round(0.55 * tall)
    corners = [[x - side, y - rim], [x + width + side, y - rim],
               [x + width + side, y + tall + rim], [x - side, y + tall + rim]]  # fmt: skip
    quad = np.array(corners, dtype=np.float64) + np.array([left, top])
    text, confidence = decoded(recognise_lines([rectify(image, quad)])[0])
    is_letter = len(text) == 1 and confidence >= MIN_LINE_CONFIDENCE
    return TextLine(text, quad, confidence) if is_letter else None


def _may_be_letter(blob: NDArray[np.int32], label_height: float, part_height: int) -> bool:
    x, y, width, tall, _ = blob
    is_whole = x > 0 and y > 0 and y + tall < part_height
    return bool(is_whole and tall >= 0.45 * label_height and width <= 1.6 * tall)


def find_text_lines(image: Image, side_px: int = DETECTOR_SIDE_PX) -> list[Quad]:
    """The corners of each line of text, at whatever slant, long side first to second corner.

    Shapes and units: `image` (H, W, 3) uint8 RGB, of which the detector sees a copy that is at most
    `side_px` long; quads in its px, unordered, each clockwise.
    """
    small = resize_to_fit(image, side_px)
    scale = image.shape[1] / small.shape[1]
    probabilities = text_probability_map(small)
    mask = (probabilities > _PIXEL_LEVEL).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    quads = []
    for found in contours:
        contour = np.asarray(found, dtype=np.int32)
        quad = _grown_quad(contour)
        if quad is not None and _mean_inside(probabilities, contour) >= _REGION_LEVEL:
            quads.append(quad * scale)
    return quads


def decoded(line: LineProbabilities) -> tuple[str, float]:
    """The most likely text of a line, repeats merged, and its mean character probability."""
    best = line.values.argmax(axis=1)
    is_new = (best != 0) & (best != np.concatenate([[0], best[:-1]]))
    if not is_new.any():
        return "", 0.0
    alphabet = characters()
    text = "".join(alphabet[index] for index in best[is_new])
    return text.strip(), float(line.values[is_new].max(axis=1).mean())


def _grown_quad(contour: NDArray[np.int32]) -> Quad | None:
    (x, y), (width, height), angle_deg = cv2.minAreaRect(contour)
    if min(width, height) < 2:
        return None
    if width < height:
        width, height, angle_deg = height, width, angle_deg + 90
    angle_deg = (angle_deg + 90) % 180 - 90  # along the line, from left to right
    growth = width * height * _GROWTH / (2 * (width + height))
    width, height = width + 2 * growth, height + 2 * growth
    if height < MIN_LINE_HEIGHT_PX:
        return None
    angle = np.deg2rad(angle_deg)
    along = np.array([np.cos(angle), np.sin(angle)]) * width / 2
    across = np.array([-np.sin(angle), np.cos(angle)]) * height / 2
    middle = np.array([x, y])
    return np.stack(
        [middle - along - across, middle + along - across, middle + along + across,
         middle - along + across]
    )  # fmt: skip


def _mean_inside(probabilities: NDArray[np.float32], contour: NDArray[np.int32]) -> float:
    x, y, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), dtype=np.uint8)
    cv2.drawContours(mask, [contour - (x, y)], -1, 1, cv2.FILLED)
    return float(probabilities[y : y + height, x : x + width][mask > 0].mean())


def _is_level(quad: Quad) -> bool:
    along = quad[1] - quad[0]
    return abs(float(np.degrees(np.arctan2(along[1], along[0])))) < _UPRIGHT_DEG
