"""Printing lines of the machine readable zone in OCR-B, or in our own strokes without it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np
from PIL import Image as PilImage
from PIL import ImageDraw, ImageFont

from app.specimens.glyphs import PEN_WIDTH, glyph_strokes

if TYPE_CHECKING:
    from app.vision.image import GrayImage

OCR_B_FILE = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
"""Where Debian's package fonts-ocr-b puts its regular face."""

_CELL_HEIGHT = 1.5  # of the pitch: capital height, figures' overshoot and half a pen on each side
_CAP_LINE = 0.30  # of the pitch, from the cell's top to the centre line of a capital's top
_LEFT_BEARING = 0.20  # of the pitch: centres the 60-wide pen box
_OUTLINE_PITCH = 0.723  # advance of every glyph of fonts-ocr-b, of its em
_OVERSAMPLING = 4
_SUBPIXEL_BITS = 4  # cv2 draws at sixteenths of a pixel


class MrzFont(Protocol):
    """Draws single MRZ characters on cells of one pitch."""

    def cell(self, character: str, pitch_px: int) -> GrayImage:
        """Ink coverage (0 none, 255 full) of one character, `pitch_px` wide."""


class StrokeFont:
    """The project's own strokes, drawn with a round pen."""

    def cell(self, character: str, pitch_px: int) -> GrayImage:
        """Ink coverage of one character."""
        scale = pitch_px * _OVERSAMPLING
        canvas = np.zeros((round(_CELL_HEIGHT * scale), scale), np.uint8)
        for stroke in glyph_strokes(character):
            points = (stroke / 100 + (_LEFT_BEARING, _CAP_LINE)) * scale * 2**_SUBPIXEL_BITS
            cv2.polylines(
                canvas,
                [np.rint(points).astype(np.int32)],
                isClosed=False,
                color=(255,),
                thickness=round(PEN_WIDTH / 100 * scale),
                lineType=cv2.LINE_AA,
                shift=_SUBPIXEL_BITS,
            )
        size = (pitch_px, round(_CELL_HEIGHT * pitch_px))
        return np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8)


class OutlineFont:
    """An installed OCR-B outline font."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def cell(self, character: str, pitch_px: int) -> GrayImage:
        """Ink coverage of one character."""
        font = _outline(self._file, pitch_px)
        canvas = PilImage.new("L", (pitch_px, round(_CELL_HEIGHT * pitch_px)))
        baseline_px = (_CAP_LINE + 0.86 + PEN_WIDTH / 200) * pitch_px
        ImageDraw.Draw(canvas).text((0, baseline_px), character, fill=255, font=font, anchor="ls")
        return np.asarray(canvas, dtype=np.uint8)


@lru_cache(maxsize=8)
def _outline(file: Path, pitch_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(file), pitch_px / _OUTLINE_PITCH)


def mrz_font(*, own_strokes: bool = False) -> MrzFont:
    """OCR-B if this machine has it, otherwise (or when asked for) the project's own strokes."""
    if own_strokes or not OCR_B_FILE.is_file():
        return StrokeFont()
    return OutlineFont(OCR_B_FILE)


def print_mrz_line(line: str, pitch_px: int, font: MrzFont) -> GrayImage:
    """Ink coverage of a whole MRZ line, every character on its own cell.

    Shapes and units: returns (1.5 * pitch_px, len(line) * pitch_px) uint8, 255 is full ink.
    Raises: KeyError for a character that the zone may not hold.
    """
    cells = {character: font.cell(character, pitch_px) for character in set(line)}
    return np.hstack([cells[character] for character in line])
