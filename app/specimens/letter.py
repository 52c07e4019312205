"""A4 pages of plain print, as pixels and as a PDF of text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as PilImage
from PIL import ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.vision.image import Image

A4_MM = (210.0, 297.0)
PRINT_PX_PER_MM = 200 / 25.4
_MM_PER_PT = 25.4 / 72
_BLACK = (30, 30, 34)
_CAPITAL = 0.70  # of the size, as in Pillow's built-in font
_MARK_PEN = 0.09  # of a capital's height
# Pillow's built-in font holds ASCII only. Each mark is drawn by strokes from and to, in capital
# heights from the middle of its letter's cap line.
_MARKS: dict[str, tuple[tuple[tuple[float, float], tuple[float, float]], ...]] = {
    "\u0301": (((-0.06, -0.04), (0.14, -0.26)),),
    "\u0300": (((0.06, -0.04), (-0.14, -0.26)),),
    "\u0302": (((-0.18, -0.06), (0.0, -0.26)), ((0.0, -0.26), (0.18, -0.06))),
    "\u0303": (((-0.2, -0.1), (-0.05, -0.2)), ((-0.05, -0.2), (0.05, -0.1)),
               ((0.05, -0.1), (0.2, -0.2))),
    "\u0308": (((-0.16, -0.16), (-0.14, -0.16)), ((0.14, -0.16), (0.16, -0.16))),
    "\u0327": (((0.0, 1.02), (0.04, 1.2)), ((0.04, 1.2), (-0.1, 1.26))),
}  # fmt: skip
_SMALL_LETTERS_DROP = 0.26  # small letters carry their mark lower, in capital heights


@dataclass(frozen=True, slots=True)
class Print:
    """One line of print: its base line's left end in mm from the top-left, its size in points."""

    x_mm: float
    y_mm: float
    text: str
    size_pt: float = 10.0
    bold: bool = False
    colour: tuple[int, int, int] = _BLACK


@dataclass(frozen=True, slots=True)
class Band:
    """A filled rectangle: left, top, right, bottom in mm."""

    box_mm: tuple[float, float, float, float]
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands on one A4 page; bands lie under the print."""

    prints: tuple[Print, ...] = ()
    bands: tuple[Band, ...] = ()


def letter_image(letter: Letter, px_per_mm: float = PRINT_PX_PER_MM) -> Image:
    """The page as pixels, (2339, 1654, 3) uint8 RGB at the usual 200 dpi."""
    width_px, height_px = (round(side * px_per_mm) for side in A4_MM)
    canvas = PilImage.new("RGB", (width_px, height_px), (252, 252, 250))
    draw = ImageDraw.Draw(canvas)
    for band in letter.bands:
        draw.rectangle([side * px_per_mm for side in band.box_mm], fill=band.colour)
    for each in letter.prints:
        _print(draw, each, px_per_mm)
    return np.array(canvas, dtype=np.uint8)


def letter_pdf(letters: Sequence[Letter]) -> bytes:
    """The pages as a PDF of text in Helvetica, which every reader has."""
    n_pages = len(letters)
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(n_pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {n_pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for place, letter in enumerate(letters):
        stream = _stream(letter)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * place} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return pdf_file(objects)


def pdf_file(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    body = bytearray(b"%PDF-1.4\n")
    starts = []
    for number, content in enumerate(objects, start=1):
        starts.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table_at = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % start for start in starts)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    body += b"startxref\n%d\n%%%%EOF\n" % table_at
    return bytes(body)


def _print(draw: ImageDraw.ImageDraw, each: Print, px_per_mm: float) -> None:
    size_px = each.size_pt * _MM_PER_PT * px_per_mm
    font = _font(round(size_px))
    # The built-in font's blank is so thin that readers join the words beside it.
    decomposed = unicodedata.normalize("NFD", each.text.replace(" ", "  "))
    plain = "".join(letter for letter in decomposed if letter not in _MARKS)
    x, y = each.x_mm * px_per_mm, each.y_mm * px_per_mm
    pen = max(1, round(size_px * 0.03)) if each.bold else 0
    draw.text(
        (x, y), plain, font=font, fill=each.colour, anchor="ls", stroke_width=pen,
        stroke_fill=each.colour,
    )  # fmt: skip
    capital_px = size_px * _CAPITAL
    before = ""
    for letter in decomposed:
        if letter not in _MARKS:
            before += letter
            continue
        middle = x + font.getlength(before) - font.getlength(before[-1]) / 2
        is_low = before[-1].islower() and letter != "\u0327"
        top = y - capital_px * (1 - (_SMALL_LETTERS_DROP if is_low else 0))
        for (x0, y0), (x1, y1) in _MARKS[letter]:
            ends = (middle + x0 * capital_px, top + y0 * capital_px,
                    middle + x1 * capital_px, top + y1 * capital_px)  # fmt: skip
            draw.line(ends, fill=each.colour, width=max(1, round(capital_px * _MARK_PEN)))


def _stream(letter: Letter) -> bytes:
    height_mm = A4_MM[1]
    parts = []
    for band in letter.bands:
        left, top, right, bottom = band.box_mm
        box = (left, height_mm - bottom, right - left, bottom - top)
        parts.append(f"{_rgb(band.colour)} rg {' '.join(_pt(side) for side in box)} re f".encode())
    for each in letter.prints:
        place = f"{_pt(each.x_mm)} {_pt(height_mm - each.y_mm)} Td"
        head = f"BT /F1 {each.size_pt} Tf {_rgb(each.colour)} rg {place} (".encode()
        text = each.text.encode("cp1252", errors="replace")
        parts.append(head + text.translate(_WITHOUT_BRACKETS) + b") Tj ET")
    return b"\n".join(parts)


# Brackets and the backslash would need an escape; no specimen has any.
_WITHOUT_BRACKETS = bytes.maketrans(b"\\()", b"/[]")


def _pt(mm: float) -> str:
    return f"{mm / _MM_PER_PT:.2f}"


def _rgb(colour: tuple[int, int, int]) -> str:
    return " ".join(f"{level / 255:.3f}" for level in colour)


@lru_cache(maxsize=32)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size=size_px)  # type: ignore[return-value]
