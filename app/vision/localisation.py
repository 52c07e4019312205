"""Finding the document in a photograph: its four corners and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.edge_snapping import crossing, snapped_to_edges
from app.vision.image import resize_to_fit, to_gray
from app.vision.rectification import quad_size_px

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from app.vision.image import Image, Quad

WORK_SIDE_PX = 480
MIN_AREA = 0.06  # of the picture; smaller cards have under 200 px on their long side anyway
MIN_PART_AREA = 0.015
LEAST_FILL = 0.85  # of a quad by its shape: what fills less is no card
MAX_AREA = 0.97  # what fills the picture is the picture
ASPECT_RANGE = (1.2, 1.75)  # passport page 1.42, ID-1 card 1.59, with room for perspective
# Evaluation data, 201 simulated photographs: 194 quads overlap the true one by 0.9 or more, all of
# them scored 0.66 or more; 5 lie elsewhere, 2 were not found. Of 60 empty pictures made by us
# (even, shaded, noise) 2 of noise scored above: a quad alone is no proof of a document.
MIN_SCORE = 0.55
# Of 201 simulated photographs, tilted ones among them, the true quad tapers to 0.603 at the most.
MIN_TAPER = 0.55
NEARLY_AS_GOOD = 0.10
MUCH_LARGER = 1.4
# A side of a document that lies in the picture runs along an edge nearly all its length.
COMPLETE_SIDE = 0.95
MIN_BORDER_SCORE = 0.90
MIN_BORDER_AREA = 0.12
MIN_FAR_MARGIN = 0.025  # a scan is cropped tightly on all sides; a table shows across from a cut
_ON_BORDER_PX = 4.0
_SAME_QUAD_PX = 3.0
_EDGE_SAMPLES = 40
_EDGE_BAND_PX = 3
_EDGE_LEVELS = (8.0, 45.0)  # Sobel gray levels; print inside a card is stronger than its rim


@dataclass(frozen=True, slots=True)
class DocumentLocation:
    """Where the document lies: corners in px, clockwise from the picture's top-left one.

    `score` runs from 0 to 1, higher is surer; `method` names the way it was found; `weakest_side`
    is the share of its least certain side that runs along an edge within the picture.
    """

    quad: Quad = field(repr=False)
    score: float
    method: str
    weakest_side: float = 1.0


def locate_document(image: Image) -> DocumentLocation | None:
    """The most rectangular card or page in the picture, None when there is nothing like one.

    Shapes and units: `image` (H, W, 3) uint8 RGB; the quad is in its px. The content may stand at
    any turn: orientation is decided later, by what is printed.
    Cost: about 30 ms on one core.
    """
    return surest_document(document_candidates(image))


def surest_document(found: Sequence[DocumentLocation]) -> DocumentLocation | None:
    """The most rectangular of these candidates, None when none is sure enough to be a document."""
    best = _outermost(found)
    return None if best is None or best.score < MIN_SCORE else best


def document_candidates(image: Image) -> list[DocumentLocation]:
    """Everything that might be the outline of a card or page, in no order.

    Shapes and units: as `locate_document`. For whoever asks more than one thing of them.
    """
    small = resize_to_fit(image, WORK_SIDE_PX)
    scale = image.shape[1] / small.shape[1]
    gradient = _gradient(small)
    found: list[DocumentLocation] = []
    tried: list[Quad] = []
    for method, mask in _masks(small, gradient):
        for rough in map(clockwise_from_top_left, _quads(mask)):
            if any(float(np.abs(rough - other).max()) < _SAME_QUAD_PX for other in tried):
                continue
            tried.append(rough)
            quad = clockwise_from_top_left(snapped_to_edges(rough, gradient))
            supports = _side_supports(quad, gradient)
            score = _score(quad, gradient.shape, supports)
            found.append(DocumentLocation(quad * scale, score, method, min(supports)))
    return found


@dataclass(frozen=True, slots=True)
class BorderOutline:
    """An outline of which the picture's border cuts off a part.

    `side` is the border that cuts most of it: 0 left, 1 top, 2 right, 3 bottom; `aspect` the longer
    edge of what is seen over the shorter.
    """

    quad: Quad = field(repr=False)
    side: int
    aspect: float
    score: float


def outlines_to_border(image: Image) -> list[BorderOutline]:
    """What looks like a card or page that runs out of the picture, the surest first.

    Shapes and units: as `locate_document`. Two sides at least lie within the picture and run along
    edges; one or two lie on its border.
    """
    small = resize_to_fit(image, WORK_SIDE_PX)
    scale = image.shape[1] / small.shape[1]
    gradient = _gradient(small)
    found = []
    for _, mask in _masks(small, gradient):
        for quad in map(clockwise_from_top_left, _quads(mask)):
            outline = _border_outline(quad, gradient)
            if outline is not None and outline.score >= MIN_BORDER_SCORE:
                found.append(outline)
    found.sort(key=lambda each: -each.score)
    return [BorderOutline(o.quad * scale, o.side, o.aspect, o.score) for o in found]


def _border_outline(quad: Quad, gradient: NDArray[np.float32]) -> BorderOutline | None:
    height_px, width_px = gradient.shape
    borders = (quad[:, 0], quad[:, 1], width_px - 1 - quad[:, 0], height_px - 1 - quad[:, 1])
    ends = np.roll(np.arange(4), -1)
    cut = [
        (float(np.linalg.norm(quad[i] - quad[ends[i]])), side)
        for side, distance in enumerate(borders)
        for i in range(4)
        if max(distance[i], distance[ends[i]]) <= _ON_BORDER_PX
    ]
    area = float(cv2.contourArea(quad.astype(np.float32))) / (width_px * height_px)
    if cut and float(borders[(max(cut)[1] + 2) % 4].min()) < MIN_FAR_MARGIN * max(gradient.shape):
        return None
    if not 1 <= len(cut) <= 2 or not MIN_BORDER_AREA <= area <= MAX_AREA:
        return None
    parts = sorted(_side_supports(quad, gradient))[len(cut) :]
    long_px, short_px = sorted(quad_size_px(quad), reverse=True)
    return BorderOutline(quad, max(cut)[1], long_px / max(short_px, 1.0), min(parts))


def _outermost(found: Sequence[DocumentLocation]) -> DocumentLocation | None:
    """The best candidate, or one much larger that is nearly as good: frames are printed inside."""
    best = max(found, key=lambda each: each.score, default=None)
    if best is None:
        return None
    rivals = [each for each in found if each.score >= best.score - NEARLY_AS_GOOD]
    largest = max(rivals, key=lambda each: _area_px(each.quad))
    return largest if _area_px(largest.quad) > MUCH_LARGER * _area_px(best.quad) else best


def _area_px(quad: Quad) -> float:
    return float(cv2.contourArea(quad.astype(np.float32)))


def clockwise_from_top_left(points: Quad) -> Quad:
    """The four points in clockwise order as seen, the one nearest the top-left corner first."""
    middle = points.mean(axis=0)
    angles = np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0])
    ordered = points[np.argsort(angles)]
    return np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0)


def _gradient(image: Image) -> NDArray[np.float32]:
    # Per channel: a grey card on a coloured table of the same brightness still has an edge.
    soft = cv2.GaussianBlur(image, (0, 0), 1.2).astype(np.float32)
    across = cv2.Sobel(soft, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    return np.asarray(np.hypot(across, down).max(axis=2), dtype=np.float32)


def _masks(image: Image, gradient: NDArray[np.float32]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    difference = _difference_from_border(image)
    level, mask = cv2.threshold(difference, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    yield "background", np.asarray(mask, dtype=np.uint8)
    yield "background_low", (difference > 0.5 * level).astype(np.uint8)
    gray = to_gray(image)
    _, bright = cv2.threshold(gray, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    yield "brightness", np.asarray(bright, dtype=np.uint8)
    for percentile in (80, 90):
        edges = (gradient > max(8.0, float(np.percentile(gradient, percentile)))).astype(np.uint8)
        yield "edges", np.asarray(cv2.dilate(edges, np.ones((3, 3), np.uint8)), dtype=np.uint8)


def _difference_from_border(image: Image) -> NDArray[np.uint8]:
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (0, 0), 2), cv2.COLOR_RGB2LAB).astype(np.float32)
    ring = max(2, min(lab.shape[:2]) // 40)
    edge = np.concatenate(
        [lab[:ring].reshape(-1, 3), lab[-ring:].reshape(-1, 3), lab[:, :ring].reshape(-1, 3),
         lab[:, -ring:].reshape(-1, 3)]
    )  # fmt: skip
    distance = np.linalg.norm((lab - np.median(edge, axis=0)) * (1.0, 1.5, 1.5), axis=2)
    return np.asarray(np.clip(distance * 2, 0, 255), dtype=np.uint8)


def _quads(mask: NDArray[np.uint8]) -> Iterator[Quad]:
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    for picture in (closed, opened):
        contours, _ = cv2.findContours(picture, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        largest = sorted(contours, key=cv2.contourArea, reverse=True)[:6]
        parts = [each for each in largest if cv2.contourArea(each) > MIN_PART_AREA * mask.size]
        # A magnetic stripe on a dark table cuts a card in two: all parts together are tried too.
        whole = [np.concatenate(parts)] if len(parts) > 1 else []
        for contour in (*largest[:2], *whole):
            hull = np.asarray(cv2.convexHull(contour), dtype=np.int32)
            if cv2.contourArea(hull) < MIN_AREA * mask.size:
                continue
            quad = _four_sided(hull)
            if quad is not None:
                yield quad
            yield cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float64)


def _four_sided(hull: NDArray[np.int32]) -> Quad | None:
    """The quad along the hull's four main sides, so that rounded corners do not cut it."""
    perimeter = cv2.arcLength(hull, closed=True)
    for part in (0.01, 0.015, 0.02, 0.03, 0.04, 0.06):
        polygon = cv2.approxPolyDP(hull, part * perimeter, closed=True).reshape(-1, 2)
        if len(polygon) < 4:
            return None
        if len(polygon) <= 8:
            sides = _longest_sides(polygon.astype(np.float64))
            corners = [crossing(sides[i - 1], sides[i]) for i in range(4)]
            if all(corner is not None for corner in corners):
                quad = np.array(corners, dtype=np.float32)
                excess = cv2.contourArea(quad) / cv2.contourArea(hull)
                if cv2.isContourConvex(quad) and LEAST_FILL < excess < 1 / LEAST_FILL:
                    return quad.astype(np.float64)
    return None


def _longest_sides(
    polygon: NDArray[np.float64],
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    sides = list(zip(polygon, np.roll(polygon, -1, axis=0), strict=True))
    lengths = [float(np.linalg.norm(end - start)) for start, end in sides]
    kept = sorted(np.argsort(lengths)[-4:])
    return [sides[i] for i in kept]


def _score(quad: Quad, size: tuple[int, int], supports: Sequence[float]) -> float:
    height_px, width_px = size
    area = cv2.contourArea(quad.astype(np.float32)) / (width_px * height_px)
    if not MIN_AREA <= area <= MAX_AREA:
        return 0.0
    outside = np.maximum(-quad, quad - (width_px, height_px)).max()
    if outside > 0.1 * max(width_px, height_px) or _taper(quad) < MIN_TAPER:
        return 0.0
    long_px, short_px = sorted(quad_size_px(quad), reverse=True)
    aspect = long_px / max(short_px, 1.0)
    low, high = ASPECT_RANGE
    shape = 1.0 if low <= aspect <= high else max(0.0, 1 - 2 * max(low - aspect, aspect - high))
    # The weakest side is weighted.
    support = 0.5 * min(supports) + 0.5 * float(np.mean(supports))
    # A card's outline beats an equally sharp frame printed inside it.
    return float(shape * (0.9 * support + 0.1 * min(1.0, area / 0.5)))


def _taper(quad: Quad) -> float:
    """The shorter of two opposite edges as a share of the longer, of the pair that differs more."""
    top, right, bottom, left = (float(np.linalg.norm(e)) for e in np.roll(quad, -1, 0) - quad)
    pairs = ((top, bottom), (left, right))
    return min(min(pair) / max(*pair, 1.0) for pair in pairs)


def _side_supports(quad: Quad, gradient: NDArray[np.float32]) -> list[float]:
    """The part of each side that runs along an edge within the picture."""
    strongest = cv2.dilate(gradient, np.ones((2 * _EDGE_BAND_PX + 1,) * 2, np.uint8))
    # An outline must stand out from what is usual in the picture: in noise every line is an edge.
    level = float(np.clip(np.percentile(strongest, 70), *_EDGE_LEVELS))
    parts = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        steps = np.linspace(0.05, 0.95, _EDGE_SAMPLES)[:, None]
        points = np.rint(start + (end - start) * steps).astype(int)
        columns = np.clip(points[:, 0], 0, gradient.shape[1] - 1)
        rows = np.clip(points[:, 1], 0, gradient.shape[0] - 1)
        # What runs along the picture's own border is no edge of a document.
        is_inside = (
            (columns > _EDGE_BAND_PX) & (columns < gradient.shape[1] - 1 - _EDGE_BAND_PX)
            & (rows > _EDGE_BAND_PX) & (rows < gradient.shape[0] - 1 - _EDGE_BAND_PX)
        )  # fmt: skip
        parts.append(float(((strongest[rows, columns] > level) & is_inside).mean()))
    return parts
