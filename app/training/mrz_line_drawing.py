"""Drawing lines of a machine readable zone, with the place of every character, for training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image as PilImage
from PIL import ImageDraw, ImageFont

from app.specimens.glyphs import glyph_strokes
from app.vision.mrz_emission import MRZ_ALPHABET

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from app.vision.image import GrayImage

CELL_WIDTH_PX, CELL_HEIGHT_PX = 40, 60
CAP_HEIGHT_PX = 38.0  # of a capital on its cell, pen included
_FONTS = Path("/usr/share/fonts")
# Debian packages fonts-ocr-b (public domain), fonts-liberation (OFL), fonts-dejavu-core
# (Bitstream Vera's free licence), fonts-freefont-ttf (GPL with font exception).
_OCR_B_FILE = _FONTS / "opentype/ocr-b/OCRB.otf"
_LOOK_ALIKE_FILES = (
    _FONTS / "truetype/liberation/LiberationMono-Regular.ttf",
    _FONTS / "truetype/liberation/LiberationMono-Bold.ttf",
    _FONTS / "truetype/liberation/LiberationSans-Regular.ttf",
    _FONTS / "truetype/dejavu/DejaVuSansMono.ttf",
    _FONTS / "truetype/freefont/FreeMonoBold.ttf",
)
_PRINT_FILES = (
    _FONTS / "truetype/liberation/LiberationSerif-Regular.ttf",
    _FONTS / "truetype/liberation/LiberationSans-Bold.ttf",
    _FONTS / "truetype/dejavu/DejaVuSans.ttf",
)
# Shares of the lines drawn in each face. A real zone is OCR-B; photocopies and home-made specimens
# are what the rest is for.
OCR_B_SHARE, STROKES_SHARE = 0.62, 0.26
_LETTERS = MRZ_ALPHABET[:26]
_COMMON_LETTERS = _LETTERS + "AEIONRSTL" * 2
_DIGITS = MRZ_ALPHABET[26:36]
_LOOK_ALIKES = "000OOQDU1I5S2Z8B6G"


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """Ink coverage (CELL_HEIGHT_PX, w) uint8, 255 full; `centres_px` along it, one a character."""

    ink: GrayImage
    text: str
    centres_px: NDArray[np.float64]
    cap_middle_px: float


def random_text(length: int, chance: Random) -> str:
    """Characters as they stand in a zone: names, numbers, dates, fillers, and mere soup."""
    text = ""
    while len(text) < length:
        text += _piece(chance)
    start = chance.randint(0, len(text) - length)
    return text[start : start + length]


def _piece(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.30:
        word = "".join(chance.choices(_COMMON_LETTERS, k=chance.randint(2, 10)))
        return word + "<" * chance.choice((1, 1, 2))
    if kind < 0.50:
        return "".join(chance.choices(_DIGITS, k=chance.randint(4, 9)))
    if kind < 0.60:
        return "<" * chance.randint(2, 14)
    if kind < 0.72:
        return "".join(chance.choices(_LETTERS + _DIGITS, k=chance.randint(5, 9)))
    if kind < 0.80:
        return "".join(chance.choices(_LOOK_ALIKES, k=chance.randint(3, 9)))
    return "".join(chance.choices(MRZ_ALPHABET, k=chance.randint(4, 12)))


def draw_line(text: str, chance: Random) -> DrawnLine:
    """The text on cells of one pitch, in a random face and weight, each character a little off."""
    cells = _cells(chance)
    jitter = chance.choice((0.0, 0.0, 0.6, 1.2))
    parts = [_shaken(cells[character], jitter, chance) for character in text]
    ink = np.concatenate(parts, axis=1)
    grow = chance.choice((-3, 0, 0, 0, 3, 3, 5, 7))
    if grow:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(grow), abs(grow)))
        spread = cv2.dilate(ink, kernel) if grow > 0 else cv2.erode(ink, kernel)
        ink = np.asarray(spread, np.uint8)
    centres = (np.arange(len(text), dtype=np.float64) + 0.5) * CELL_WIDTH_PX
    return DrawnLine(ink, text, centres, CELL_HEIGHT_PX / 2)


def draw_print(chance: Random) -> DrawnLine:
    """A line of ordinary print, which is no MRZ: small letters in a proportional face."""
    letters = _LETTERS.lower() + "aeionrst" * 3
    words = ("".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(14))
    text = " ".join(word.capitalize() if chance.random() < 0.25 else word for word in words)
    font = _truetype(chance.choice(_PRINT_FILES), 42)
    canvas = PilImage.new("L", (CELL_WIDTH_PX * 30, CELL_HEIGHT_PX))
    ImageDraw.Draw(canvas).text((4, 46), text, fill=255, font=font, anchor="ls")
    ink = np.asarray(canvas, dtype=np.uint8)
    return DrawnLine(ink, "", np.zeros(0), CELL_HEIGHT_PX / 2)


def _shaken(cell: GrayImage, jitter: float, chance: Random) -> GrayImage:
    if jitter == 0:
        return cell
    across, down = (round(chance.gauss(0, jitter)) for _ in range(2))
    return np.roll(cell, (down, across), axis=(0, 1))


def _cells(chance: Random) -> dict[str, GrayImage]:
    kind = chance.random()
    if kind < OCR_B_SHARE:
        return _outline_cells(_OCR_B_FILE)
    if kind < OCR_B_SHARE + STROKES_SHARE:
        return _stroke_cells(chance.choice((9, 11, 13, 15, 17)))
    return _outline_cells(chance.choice(_LOOK_ALIKE_FILES))


@lru_cache(maxsize=8)
def _stroke_cells(pen: int) -> dict[str, GrayImage]:
    """The project's own strokes with a pen of that many hundredths of the pitch."""
    cells = {}
    for character in MRZ_ALPHABET:
        canvas = np.zeros((CELL_HEIGHT_PX * 4, CELL_WIDTH_PX * 4), np.uint8)
        for stroke in glyph_strokes(character):
            points = (stroke + np.array((20, 32))) / 100 * CELL_WIDTH_PX * 4 * 16
            cv2.polylines(
                canvas,
                [np.rint(points).astype(np.int32)],
                isClosed=False,
                color=(255,),
                thickness=round(pen / 100 * CELL_WIDTH_PX * 4),
                lineType=cv2.LINE_AA,
                shift=4,
            )
        small = cv2.resize(canvas, (CELL_WIDTH_PX, CELL_HEIGHT_PX), interpolation=cv2.INTER_AREA)
        cells[character] = np.asarray(small, np.uint8)
    return cells


@lru_cache(maxsize=8)
def _outline_cells(file: Path) -> dict[str, GrayImage]:
    """A face's glyphs, their capitals scaled to CAP_HEIGHT_PX and set on a common base line."""
    reference = _truetype(file, 100).getbbox("H", anchor="ls")
    font = _truetype(file, round(100 * CAP_HEIGHT_PX / -reference[1]))
    base_px = CELL_HEIGHT_PX / 2 + CAP_HEIGHT_PX / 2
    cells = {}
    for character in MRZ_ALPHABET:
        canvas = PilImage.new("L", (CELL_WIDTH_PX, CELL_HEIGHT_PX))
        advance = font.getlength(character)
        ImageDraw.Draw(canvas).text(
            ((CELL_WIDTH_PX - advance) / 2, base_px), character, fill=255, font=font, anchor="ls"
        )
        cells[character] = np.asarray(canvas, dtype=np.uint8)
    return cells


@lru_cache(maxsize=32)
def _truetype(file: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(file), size)
