"""A sheet of security paper that is printed on in millimetres."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image as PilImage
from PIL import ImageDraw, ImageFont

from app.specimens.guilloche import guilloche
from app.specimens.mrz_font import MrzFont, mrz_font, print_mrz_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.specimens.guilloche import Colour, Palette
    from app.vision.image import GrayImage, Image

BLACK = (24, 24, 28)
RED = (176, 30, 40)

_CAPITAL_SHARE = 0.70  # capital height of Pillow's built-in font, of its size
_MRZ_PITCH_MM = 2.54  # ICAO Doc 9303 part 3: ten characters to the inch
_MRZ_LINE_STEP_MM = 6.2
# Pillow's built-in font holds ASCII only, so the accents of French labels are drawn by hand:
# from and to, in capital heights, relative to the letter's middle and its cap line.
_ACCENTS = {"\u0301": ((-0.05, 0.02), (0.16, -0.22)), "\u0300": ((0.05, 0.02), (-0.16, -0.22))}
_X_HEIGHT_DROP = 0.24  # small letters carry their accent lower, in capital heights


class Sheet:
    """One side of a paper: a guilloche ground, then whatever is printed on it."""

    def __init__(self, size_mm: tuple[float, float], px_per_mm: int, palette: Palette) -> None:
        self._px_per_mm = px_per_mm
        width_px, height_px = (round(side * px_per_mm) for side in size_mm)
        self._canvas = PilImage.fromarray(guilloche(width_px, height_px, palette))
        self._draw = ImageDraw.Draw(self._canvas)
        self._palette = palette

    def image(self) -> Image:
        """The printed sheet as pixels."""
        return np.array(self._canvas, dtype=np.uint8)

    def text(
        self,
        at_mm: tuple[float, float],
        text: str,
        height_mm: float,
        *,
        colour: Colour = BLACK,
        bold: bool = False,
        anchor: str = "l",
    ) -> None:
        """Prints one line; `at_mm` is its base line's left end (or `m`iddle or `r`ight end)."""
        capital_px = height_mm * self._px_per_mm
        font = _text_font(round(capital_px / _CAPITAL_SHARE))
        plain = "".join(c for c in unicodedata.normalize("NFD", text) if c not in _ACCENTS)
        x, y = self._px(at_mm[0]), self._px(at_mm[1])
        pen = max(1, round(capital_px * 0.045)) if bold else 0
        style = {"font": font, "fill": colour, "stroke_width": pen, "stroke_fill": colour}
        self._draw.text((x, y), plain, anchor=f"{anchor}s", **style)  # type: ignore[arg-type]
        left = x - font.getlength(plain) * {"l": 0.0, "m": 0.5, "r": 1.0}[anchor]
        self._accents((left, y), text, capital_px, colour)

    def field(
        self, at_mm: tuple[float, float], label: str, value: str, height_mm: float = 2.1
    ) -> None:
        """Prints a small label and the value under it; `at_mm` is the label's base line."""
        self.text(at_mm, label, 1.15, colour=self._palette.ink)
        # The built-in font's blank is so thin that readers join the words beside it.
        spaced = value.replace(" ", "  ")
        self.text((at_mm[0], at_mm[1] + 1.3 + height_mm), spaced, height_mm, bold=True)

    def band(self, box_mm: tuple[float, float, float, float], colour: Colour) -> None:
        """Fills left, top, right, bottom with one colour."""
        self._draw.rectangle([self._px(side) for side in box_mm], fill=colour)

    def veil(self, box_mm: tuple[float, float, float, float], share: float = 0.7) -> None:
        """Lightens left, top, right, bottom towards white, as under an MRZ."""
        left, top, right, bottom = (round(self._px(side)) for side in box_mm)
        box = (left, top, right, bottom)
        part = self._canvas.crop(box)
        self._canvas.paste(
            PilImage.blend(part, PilImage.new("RGB", part.size, "white"), share), box
        )

    def watermark(self, centre_mm: tuple[float, float], text: str, height_mm: float) -> None:
        """Prints large pale letters that do not hide what is printed over them."""
        layer = PilImage.new("L", self._canvas.size)
        font = _text_font(round(height_mm * self._px_per_mm / _CAPITAL_SHARE))
        middle = (self._px(centre_mm[0]), self._px(centre_mm[1]))
        ImageDraw.Draw(layer).text(middle, text, fill=34, font=font, anchor="mm", stroke_width=2)
        self._canvas.paste(PilImage.new("RGB", self._canvas.size, self._palette.ink), mask=layer)

    def emblem(self, centre_mm: tuple[float, float], radius_mm: float) -> None:
        """Prints the arms of Utopia: an island under a star, in a ring."""
        x, y, r = self._px(centre_mm[0]), self._px(centre_mm[1]), radius_mm * self._px_per_mm
        ink, pen = self._palette.ink, max(2, round(r / 14))
        self._draw.ellipse([x - r, y - r, x + r, y + r], outline=ink, width=pen)
        self._draw.chord(
            [x - r * 0.72, y - r * 0.05, x + r * 0.72, y + r * 1.1], 180, 360, fill=ink
        )
        points = [(r * (0.36 if k % 2 == 0 else 0.15), np.pi * (k / 5 - 0.5)) for k in range(10)]
        star = [(x + d * np.cos(a), y - r * 0.42 + d * np.sin(a)) for d, a in points]
        self._draw.polygon(star, fill=ink)

    def picture(self, box_mm: tuple[float, float, float, float], image: Image) -> None:
        """Prints an image into left, top, right, bottom, cropped at its edges to keep its ratio."""
        left, top, right, bottom = (round(self._px(side)) for side in box_mm)
        size = (right - left, bottom - top)
        fitted = _cropped(image, size[0] / size[1])
        method = cv2.INTER_AREA if fitted.shape[1] > size[0] else cv2.INTER_CUBIC
        resized = np.asarray(cv2.resize(fitted, size, interpolation=method), dtype=np.uint8)
        self._canvas.paste(PilImage.fromarray(resized), (left, top))

    def mrz(self, lines: Sequence[str], bottom_mm: float, *, own_strokes: bool = False) -> None:
        """Prints the lines of a machine readable zone, centred; `bottom_mm` ends the last cell."""
        font: MrzFont = mrz_font(own_strokes=own_strokes)
        pitch_px = round(_MRZ_PITCH_MM * self._px_per_mm)
        left = (self._canvas.width - pitch_px * len(lines[0])) // 2
        for upwards, line in enumerate(reversed(lines)):
            ink = print_mrz_line(line, pitch_px, font)
            bottom = self._px(bottom_mm - upwards * _MRZ_LINE_STEP_MM)
            self.ink((left, round(bottom) - ink.shape[0]), ink)

    def ink(self, at_px: tuple[int, int], coverage: GrayImage) -> None:
        """Prints black where `coverage` is 255 and nothing where it is 0."""
        mask = PilImage.fromarray(coverage)
        self._canvas.paste(PilImage.new("RGB", mask.size, BLACK), at_px, mask)

    def _px(self, mm: float) -> float:
        return mm * self._px_per_mm

    def _accents(
        self, base: tuple[float, float], text: str, capital_px: float, colour: Colour
    ) -> None:
        font = _text_font(round(capital_px / _CAPITAL_SHARE))
        before = ""
        for character in unicodedata.normalize("NFD", text):
            if character not in _ACCENTS:
                before += character
                continue
            letter_px = font.getlength(before[-1])
            drop = _X_HEIGHT_DROP if before[-1].islower() else 0.0
            middle = base[0] + font.getlength(before) - letter_px / 2
            top = base[1] - capital_px * (1.08 - drop)
            ends = [
                (middle + dx * capital_px, top + dy * capital_px) for dx, dy in _ACCENTS[character]
            ]
            self._draw.line(ends, fill=colour, width=max(1, round(capital_px * 0.12)))


@lru_cache(maxsize=32)
def _text_font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size_px)


def _cropped(image: Image, ratio: float) -> Image:
    height, width = image.shape[:2]
    if width / height > ratio:
        keep = max(1, round(height * ratio))
        start = (width - keep) // 2
        return image[:, start : start + keep]
    keep = max(1, round(width / ratio))
    start = round((height - keep) * 0.3)  # heads stand above the middle
    return image[start : start + keep]
