"""Cheap signs of what a picture shows, for the answer that a person waits for.

Reading the document is `text`, `mrz_reader` and `barcodes`' work; these signs only tell a page of
print from a blank sheet and one side from the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import Region, resize_to_fit, to_gray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.vision.image import GrayImage, Image

    RotatedBox = tuple[Sequence[float], Sequence[float], float]  # cv2.minAreaRect

_WORK_SIDE_PX = 1000
_HASH_SIDE = 16
_HASH_PAGE_PX = (640, 400)
_LINE_MIN_ASPECT = 3.0
_LINE_MIN_WIDTH_SHARE = 0.06
_LINE_HEIGHTS_PX = (6, 60)
_INK_LEVEL = 35
_MRZ_MIN_LENGTH_PX = 300
_MRZ_MIN_ASPECT = 14.0
_MRZ_SAME_LENGTH = 0.85
_MRZ_MAX_GAP = 0.12  # between the middles of two lines, in lengths
_BARCODE_CELL_PX = 20
_BARCODE_GRADIENT = 22.0  # mean absolute gradient across the bars, gray levels a pixel
_BARCODE_DIRECTEDNESS = 2.2  # across the bars against along them
_BARCODE_MIN_CELLS = 14


def has_mrz_pattern(image: Image) -> bool:
    """Whether two long printed lines of about equal length lie close together, as an MRZ's do.

    Shapes and units: `image` (H, W, 3) uint8 RGB, the document near any quarter turn.
    """
    ink = _ink(to_gray(resize_to_fit(image, _WORK_SIDE_PX)))
    for kernel in ((27, 1), (1, 27)):
        joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(kernel[::-1], np.uint8))
        contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        strips = [cv2.minAreaRect(contour) for contour in contours if len(contour) > 4]
        if _has_pair([strip for strip in strips if _is_long(strip)]):
            return True
    return False


def text_line_regions(image: Image) -> list[Region]:
    """The places of printed lines in any direction, as upright boxes.

    Shapes and units: `image` (H, W, 3) uint8 RGB.
    """
    gray = to_gray(resize_to_fit(image, _WORK_SIDE_PX))
    strong = _ink(gray)
    found = []
    for kernel in ((17, 3), (3, 17)):
        joined = cv2.morphologyEx(
            strong, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, kernel)
        )
        contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        found += [box for contour in contours if (box := _line_box(contour, gray)) is not None]
    return found


def has_barcode_pattern(image: Image) -> bool:
    """Whether a block of the picture has strong edges in one direction only, as PDF417 has.

    Shapes and units: `image` (H, W, 3) uint8 RGB; works within 20 degrees of a quarter turn.
    """
    gray = to_gray(resize_to_fit(image, _WORK_SIDE_PX))
    across = _cell_means(np.abs(cv2.Sobel(gray, cv2.CV_32F, 1, 0)) / 8)
    along = _cell_means(np.abs(cv2.Sobel(gray, cv2.CV_32F, 0, 1)) / 8)
    return _has_block(across, along) or _has_block(along, across)


def layout_hash(image: Image) -> int:
    """A 256-bit hash of where the ink lies; few bits differ for two pictures of the same side.

    Shapes and units: `image` (H, W, 3) uint8 RGB, cut to the document's outline and straightened.
    Ink rather than gray levels, because light falls differently on every photograph.
    """
    page = cv2.resize(to_gray(image), _HASH_PAGE_PX, interpolation=cv2.INTER_AREA)
    ink = cv2.morphologyEx(page, cv2.MORPH_BLACKHAT, np.ones((21, 21), np.uint8))
    spread = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), 12)
    cells = cv2.resize(spread, (_HASH_SIDE, _HASH_SIDE), interpolation=cv2.INTER_AREA)
    return int.from_bytes(np.packbits(cells > np.median(cells)).tobytes(), "big")


def _ink(gray: GrayImage) -> GrayImage:
    dark_marks = cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, np.ones((15, 15), np.uint8))
    _, ink = cv2.threshold(dark_marks, _INK_LEVEL, 255, cv2.THRESH_BINARY)
    return np.asarray(ink, dtype=np.uint8)


def _is_long(strip: RotatedBox) -> bool:
    length, thickness = max(strip[1]), max(1.0, min(strip[1]))
    return length >= _MRZ_MIN_LENGTH_PX and length >= _MRZ_MIN_ASPECT * thickness


def _has_pair(strips: list[RotatedBox]) -> bool:
    for index, one in enumerate(strips):
        for other in strips[index + 1 :]:
            lengths = sorted((max(one[1]), max(other[1])))
            apart = float(np.hypot(one[0][0] - other[0][0], one[0][1] - other[0][1]))
            if lengths[0] >= _MRZ_SAME_LENGTH * lengths[1] and apart <= _MRZ_MAX_GAP * lengths[1]:
                return True
    return False


def _line_box(contour: cv2.typing.MatLike, gray: GrayImage) -> Region | None:
    (_, (side_a, side_b), _) = cv2.minAreaRect(contour)
    length, thickness = max(side_a, side_b), min(side_a, side_b)
    low, high = _LINE_HEIGHTS_PX
    is_line = low <= thickness <= high and length >= _LINE_MIN_ASPECT * thickness
    if not is_line or length < _LINE_MIN_WIDTH_SHARE * _WORK_SIDE_PX:
        return None
    left, top, width, height = cv2.boundingRect(contour)
    rows, columns = gray.shape
    return Region(left / columns, top / rows, width / columns, height / rows)


def _cell_means(values: cv2.typing.MatLike) -> NDArray[np.float32]:
    rows, columns = values.shape[0] // _BARCODE_CELL_PX, values.shape[1] // _BARCODE_CELL_PX
    size = (max(1, columns), max(1, rows))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _has_block(across: NDArray[np.float32], along: NDArray[np.float32]) -> bool:
    striped = (across > _BARCODE_GRADIENT) & (across > _BARCODE_DIRECTEDNESS * along)
    count, _, stats, _ = cv2.connectedComponentsWithStats(striped.astype(np.uint8))
    areas = [int(stats[index][cv2.CC_STAT_AREA]) for index in range(1, count)]
    return max(areas, default=0) >= _BARCODE_MIN_CELLS
