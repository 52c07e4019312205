"""The print of a whole page: its lines upright, in rows, and letters folded for comparing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from app.proofing.name_forms import compact, without_accents
from app.vision.image import resize_to_fit
from app.vision.orientation import orientation_by_text
from app.vision.rectification import quarter_turned
from app.vision.text import find_text_lines, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.vision.image import Image, Quad
    from app.vision.text import TextLine

PAGE_SIDE_PX = 2400
DETECTOR_SIDE_PX = 1600  # capitals of 8 pt on A4 are then 10 px high, and finding takes 1.5 s
MAX_PAGE_LINES = 90  # drawn papers have 20 to 45; beyond the largest 90 there is only small print
_SAME_ROW = 0.6  # of the line height, between the middles of two lines
_NOT_DECOMPOSED = str.maketrans(
    {"Ł": "L", "Ø": "O", "Đ": "D", "Æ": "AE", "Œ": "OE", "Þ": "TH", "İ": "I", "ẞ": "SS"}
)
_TWO_LETTERS = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "Ø": "OE", "Å": "AA"})
# Shapes that recognisers take for one another.
_LOOKALIKES = str.maketrans("01568", "OISGB")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of a page. Edges are shares of the page's height, from its upright top-left.

    `height` is that of the line, `page` counts from 0.
    """

    text: str = field(repr=False)
    confidence: float
    left: float
    right: float
    middle: float
    height: float
    page: int

    def is_in_row_with(self, other: PaperLine) -> bool:
        """Whether both stand side by side."""
        apart = abs(self.middle - other.middle)
        return self.page == other.page and apart < _SAME_ROW * max(self.height, other.height)


@dataclass(frozen=True, slots=True)
class PaperText:
    """All lines from top to bottom; `n_found` counts those that were seen, read or not."""

    lines: tuple[PaperLine, ...] = field(repr=False)
    n_found: int

    @property
    def n_letters(self) -> int:
        """Letters and digits in all lines."""
        return sum(each.isalnum() for line in self.lines for each in line.text)

    @property
    def confidence(self) -> float:
        """The median over the lines, 0 without any."""
        return median([line.confidence for line in self.lines] or [0.0])

    @property
    def line_height(self) -> float:
        """The median over the lines, as a share of the page's height."""
        return median([line.height for line in self.lines] or [0.0])


def read_page(image: Image, page: int = 0) -> PaperText:
    """The print of one page at whatever quarter turn.

    Shapes and units: `image` (H, W, 3) uint8 RGB. Cost: 2 s and 25 ms a line on one core.
    """
    image = resize_to_fit(image, PAGE_SIDE_PX)
    orientation = orientation_by_text(image)
    if orientation is not None and orientation.quarter_turns:
        image = quarter_turned(image, orientation.quarter_turns)
    found = find_text_lines(image, DETECTOR_SIDE_PX)
    lines = read_text(image, found, max_lines=MAX_PAGE_LINES)
    slant = _slant([line.quad for line in lines])
    placed = [_placed(line, slant, image.shape[0], page) for line in lines]
    n_looked_at = min(len(found), MAX_PAGE_LINES)
    return PaperText(tuple(sorted(placed, key=lambda line: line.middle)), n_looked_at)


def joined(pages: Sequence[PaperText]) -> PaperText:
    """The pages one after the other."""
    lines = tuple(line for page in pages for line in page.lines)
    return PaperText(lines, sum(page.n_found for page in pages))


def foldings(text: str) -> frozenset[str]:
    """The capital letters and digits of a text, nothing between them, in the usual spellings."""
    upper = unicodedata.normalize("NFC", text.upper())
    plain = compact(upper.translate(_NOT_DECOMPOSED))
    return frozenset({plain, compact(upper.translate(_TWO_LETTERS).translate(_NOT_DECOMPOSED))})


def folded(text: str) -> str:
    """The letters and digits as printed, accents dropped."""
    return compact(unicodedata.normalize("NFC", text.upper()).translate(_NOT_DECOMPOSED))


def plain_capitals(text: str) -> str:
    """Capitals without accents; blanks and signs stay."""
    composed = unicodedata.normalize("NFC", text.upper())
    return without_accents(composed.translate(_NOT_DECOMPOSED)).upper()


def capital_spellings(text: str) -> list[str]:
    """Capitals without accents, and with umlauts written as two letters where there are any."""
    composed = unicodedata.normalize("NFC", text.upper())
    spelt = [plain_capitals(text), plain_capitals(composed.translate(_TWO_LETTERS))]
    return list(dict.fromkeys(spelt))


def likened(text: str) -> str:
    """The text with digits that look like letters made letters, for comparing what was read."""
    return text.translate(_LOOKALIKES)


def rows(lines: Sequence[PaperLine]) -> list[list[PaperLine]]:
    """The lines that stand side by side, each row from left to right."""
    found: list[list[PaperLine]] = []
    for line in lines:
        row = next((row for row in reversed(found) if row[-1].is_in_row_with(line)), None)
        if row is None:
            found.append([line])
        else:
            row.append(line)
    return [sorted(row, key=lambda line: line.left) for row in found]


def _slant(quads: Sequence[Quad]) -> float:
    """How far lines fall by each px to the right."""
    along = [quad[1] - quad[0] for quad in quads]
    return median([float(way[1] / way[0]) for way in along if way[0] > 0] or [0.0])


def _placed(line: TextLine, slant: float, height_px: int, page: int) -> PaperLine:
    """The line where it would stand on a level page, so that rows are rows."""
    quad = np.array(line.quad) / height_px
    height = float(np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
    level = quad + np.stack([slant * quad[:, 1], -slant * quad[:, 0]], axis=1)
    return PaperLine(
        line.text,
        line.confidence,
        float(level[:, 0].min()),
        float(level[:, 0].max()),
        float(level[:, 1].mean()),
        height,
        page,
    )
