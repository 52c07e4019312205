"""Reading PDF417 by zxing-cpp: the picture as it is, then straightened, scaled and sharpened."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from app.vision.image import resize_to_fit, to_gray
from app.vision.rectification import rectify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.vision.image import GrayImage, Image, Quad

BINARISATIONS = (
    zxingcpp.Binarizer.LocalAverage,
    zxingcpp.Binarizer.GlobalHistogram,
)
CARD_SIDE_PX = 1400  # a module of an AAMVA barcode (0.17 mm) is then 2.8 px wide
LARGE_SIDE_PX = 2400
DEFAULT_BUDGET_MS = 1500.0  # a back without a barcode must not hold up the rest


@dataclass(frozen=True, slots=True)
class BarcodeReading:
    """One barcode: its text, its corners in the picture that was given, how it was prepared."""

    text: str = field(repr=False)
    quad: Quad | None = field(repr=False)
    preparation: str


def pdf417_readings(
    image: Image, document_quad: Quad | None = None, *, budget_ms: float = DEFAULT_BUDGET_MS
) -> Iterator[BarcodeReading]:
    """The PDF417 of the picture as each preparation reads it, until the caller is content.

    A damaged symbol can pass its error correction with a wrong text, so the caller decides by the
    content whether to ask for the next reading.

    Shapes and units: `image` (H, W, 3) uint8 RGB; `document_quad` in its px: the card is then
    also tried straightened, which is what reads most tilted photographs.
    Cost: 20 to 80 ms when the first preparation reads, `budget_ms` (checked between preparations)
    when none does.
    """
    started = perf_counter()
    for name, gray in _preparations(image, document_quad):
        for binarisation in BINARISATIONS:
            found = _read(gray, binarisation)
            if found is not None:
                quad = _corners(found) if name == "photograph" else None
                yield BarcodeReading(_text(found.bytes), quad, name)
        if (perf_counter() - started) * 1000 > budget_ms:
            return


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _preparations(image: Image, quad: Quad | None) -> Iterator[tuple[str, GrayImage]]:
    if quad is not None:
        card = to_gray(rectify(image, quad, margin=0.02))
        yield "straightened", _at_side(card, CARD_SIDE_PX)
    photograph = to_gray(image)
    yield "photograph", photograph
    if quad is not None:
        large = _at_side(card, LARGE_SIDE_PX)
        yield "straightened_large", large
        yield "straightened_sharp", _sharp(large)
        yield "straightened_local", _local_contrast(_at_side(card, CARD_SIDE_PX))
    yield "photograph_small", resize_to_fit(photograph, CARD_SIDE_PX)
    yield "photograph_sharp", _sharp(photograph)


def _at_side(gray: GrayImage, side_px: int) -> GrayImage:
    scale = side_px / max(gray.shape)
    interpolation = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=interpolation))


def _sharp(gray: GrayImage) -> GrayImage:
    soft = cv2.GaussianBlur(gray, (0, 0), 2.5)
    return np.asarray(cv2.addWeighted(gray, 2.2, soft, -1.2, 0))


def _local_contrast(gray: GrayImage) -> GrayImage:
    return np.asarray(cv2.createCLAHE(clipLimit=4.0, tileGridSize=(8, 8)).apply(gray))


def _read(gray: GrayImage, binarisation: zxingcpp.Binarizer) -> zxingcpp.Barcode | None:
    found: Sequence[zxingcpp.Barcode] = zxingcpp.read_barcodes(
        gray,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.PDF417]),
        binarizer=binarisation,
        try_rotate=True,
        try_downscale=True,
    )
    return next((barcode for barcode in found if barcode.valid), None)


def _corners(found: zxingcpp.Barcode) -> Quad:
    place = found.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], dtype=np.float64)
