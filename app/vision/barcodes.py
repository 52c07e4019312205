"""Reading PDF417 by zxing-cpp: as photographed, then its symbol straightened and sharpened."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import thread_time
from typing import TYPE_CHECKING

import cv2
import numpy as np
import zxingcpp

from app.vision.bar_sharpening import blurred_bars_sharpened, moved_bars_sharpened
from app.vision.barcode_symbol import (
    dense_regions,
    flattened,
    has_bars,
    is_oblong,
    straightened,
)
from app.vision.image import to_gray
from app.vision.rectification import rectify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.vision.image import GrayImage, Image, Quad

BINARISATIONS = (
    zxingcpp.Binarizer.LocalAverage,
    zxingcpp.Binarizer.GlobalHistogram,
)
CARD_SIDE_PX = 1400  # a module of an AAMVA barcode (0.17 mm) is then 2.8 px wide
DEFAULT_BUDGET_MS = 600.0  # a back without a barcode must not hold up the rest
# Of 264 photographs of drawn licences (blurred, moved, tilted, bent, scratched, in glare, in the
# dark, under a finger) these and the steps before them read 260; zxing-cpp read 140 as they were.
BLURS_PX = (5.0, 3.8)
MOVEMENTS_PX = (12.0, 16.0, 20.0)


@dataclass(frozen=True, slots=True)
class BarcodeReading:
    """One barcode: its text, and how the picture was prepared."""

    text: str = field(repr=False)
    preparation: str


def pdf417_readings(
    image: Image, document_quad: Quad | None = None, *, budget_ms: float = DEFAULT_BUDGET_MS
) -> Iterator[BarcodeReading]:
    """The PDF417 of the picture as each preparation reads it, until the caller is content.

    A damaged symbol can pass its error correction with a wrong text, so the caller decides by the
    content whether to ask for the next reading.

    Shapes and units: `image` (H, W, 3) uint8 RGB; `document_quad` in its px: the card is then
    also tried straightened, which is what reads most tilted photographs.
    Cost: 15 to 40 ms when the first preparation reads; when none does, `budget_ms` of this thread's
    processor time (checked between preparations, so that a busy machine looks no less far) where
    something like a barcode is in the picture, else 60 ms.
    """
    until_s = thread_time() + budget_ms / 1000
    for name, gray in _preparations(image, document_quad):
        for binarisation in BINARISATIONS:
            found = _read(gray, binarisation)
            if found is not None and found.valid:
                yield BarcodeReading(_text(found), name)
        if thread_time() > until_s:
            return


def _preparations(image: Image, quad: Quad | None) -> Iterator[tuple[str, GrayImage]]:
    """The likeliest first: the whole picture twice, then each symbol that may be in it."""
    photograph = to_gray(image)
    if quad is not None:
        yield "card", _at_side(to_gray(rectify(image, quad, margin=0.02)), CARD_SIDE_PX)
    yield "photograph", photograph
    for symbol in _symbols(photograph):
        yield "symbol", symbol
        flat = flattened(symbol)
        yield "symbol_flattened", flat
        for blur_px in BLURS_PX:
            yield "symbol_sharpened", blurred_bars_sharpened(flat, blur_px)
        for moved_px in MOVEMENTS_PX:
            yield "symbol_steadied", moved_bars_sharpened(flat, moved_px)


def _symbols(photograph: GrayImage) -> Iterator[GrayImage]:
    """Every place where a barcode may be, cut out and level."""
    for quad in dense_regions(photograph):
        symbol = straightened(photograph, quad)
        if has_bars(symbol):
            yield symbol
    seen = _read(photograph, BINARISATIONS[0])
    if seen is not None and is_oblong(_corners(seen)):
        yield straightened(photograph, _corners(seen))


def _read(gray: GrayImage, binarisation: zxingcpp.Binarizer) -> zxingcpp.Barcode | None:
    """A symbol that was read; else one whose bars were seen, with an error and its corners."""
    found: Sequence[zxingcpp.Barcode] = zxingcpp.read_barcodes(
        gray,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.PDF417]),
        binarizer=binarisation,
        try_rotate=True,
        try_downscale=True,
        return_errors=True,
    )
    return max(found, key=lambda barcode: barcode.valid, default=None)


def _text(found: zxingcpp.Barcode) -> str:
    try:
        return found.bytes.decode("utf-8-sig")
    except UnicodeDecodeError:
        return found.bytes.decode("latin-1")


def _corners(found: zxingcpp.Barcode) -> Quad:
    place = found.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], dtype=np.float64)


def _at_side(gray: GrayImage, side_px: int) -> GrayImage:
    scale = side_px / max(gray.shape)
    interpolation = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=interpolation))
