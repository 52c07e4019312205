"""The 37 characters of the machine readable zone as pen strokes, in the proportions of OCR-B."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Stroke = NDArray[np.float64]
"""(N, 2) float64 points (x, y) of a pen's centre line, in hundredths of the character pitch."""

CAP_HEIGHT = 86.0
"""Centre line of a capital's top to its foot, in hundredths of the pitch."""

PEN_WIDTH = 13.5
"""OCR-B's constant stroke width, 0.35 mm at the pitch of 2.54 mm."""

# Path letters: M moves the pen, L draws a line, Q a quadratic curve (control point, end). The pen's
# box is 60 wide and 86 high, y growing downwards; `mrz_font` centres it in its cell.
_PATHS = {
    "A": "M 0 86 L 24 0 L 36 0 L 60 86 M 10 57 L 50 57",
    "B": "M 4 43 L 34 43 Q 54 43 54 21 Q 54 0 34 0 L 4 0 L 4 86 L 36 86 "
    "Q 58 86 58 65 Q 58 43 34 43",
    "C": "M 56 20 Q 52 0 34 0 Q 6 0 6 43 Q 6 86 34 86 Q 52 86 56 66",
    "D": "M 4 0 L 24 0 Q 56 4 56 43 Q 56 82 24 86 L 4 86 L 4 0",
    "E": "M 56 0 L 6 0 L 6 86 L 56 86 M 6 41 L 46 41",
    "F": "M 56 0 L 6 0 L 6 86 M 6 41 L 46 41",
    "G": "M 55 16 Q 50 0 33 0 Q 4 0 4 43 Q 4 86 33 86 Q 57 86 57 64 L 57 46 L 34 46",
    "H": "M 4 0 L 4 86 M 56 0 L 56 86 M 4 42 L 56 42",
    "I": "M 10 0 L 50 0 M 30 0 L 30 86 M 10 86 L 50 86",
    "J": "M 22 0 L 50 0 L 50 62 Q 50 86 29 86 Q 8 86 8 64",
    "K": "M 6 0 L 6 86 M 56 0 L 8 48 M 22 36 L 58 86",
    "L": "M 6 0 L 6 86 L 56 86",
    "M": "M 2 86 L 4 0 L 8 0 L 30 46 L 52 0 L 56 0 L 58 86",
    "N": "M 4 86 L 4 0 L 9 0 L 51 86 L 56 86 L 56 0",
    "O": "M 30 0 Q 3 0 3 43 Q 3 86 30 86 Q 57 86 57 43 Q 57 0 30 0",
    "P": "M 6 86 L 6 0 L 34 0 Q 58 0 58 24 Q 58 48 34 48 L 6 48",
    "Q": "M 30 0 Q 3 0 3 43 Q 3 86 30 86 Q 57 86 57 43 Q 57 0 30 0 M 32 54 L 59 88",
    "R": "M 6 86 L 6 0 L 34 0 Q 58 0 58 22 Q 58 45 34 45 L 6 45 M 32 45 L 58 86",
    "S": "M 53 15 Q 48 0 30 0 Q 7 0 7 21 Q 7 36 30 41 Q 56 47 56 64 Q 56 86 30 86 Q 8 86 4 69",
    "T": "M 2 0 L 58 0 M 30 0 L 30 86",
    "U": "M 4 0 L 4 56 Q 4 86 30 86 Q 56 86 56 56 L 56 0",
    "V": "M 2 0 L 27 86 L 33 86 L 58 0",
    "W": "M 0 0 L 9 86 L 14 86 L 30 38 L 46 86 L 51 86 L 60 0",
    "X": "M 4 0 L 56 86 M 56 0 L 4 86",
    "Y": "M 3 0 L 30 46 L 57 0 M 30 46 L 30 86",
    "Z": "M 6 0 L 54 0 L 4 86 L 58 86",
    # Figures stand a little taller than capitals: the eye and the reader tell 0 from O by it.
    "0": "M 30 -6 Q 4 -6 4 26 L 4 54 Q 4 86 30 86 Q 56 86 56 54 L 56 26 Q 56 -6 30 -6",
    "1": "M 10 16 L 32 -6 L 32 86",
    "2": "M 6 10 Q 10 -6 28 -6 Q 52 -6 52 16 Q 52 28 42 38 Q 4 74 4 86 L 56 86",
    "3": "M 6 -6 L 52 -6 L 26 28 Q 56 30 56 57 Q 56 86 28 86 Q 9 86 3 74",
    "4": "M 34 -6 L 4 64 L 58 64 M 44 36 L 44 86",
    "5": "M 52 -6 L 12 -6 L 11 32 L 26 32 Q 56 34 56 58 Q 56 86 26 86 Q 12 86 4 80",
    "6": "M 44 -6 Q 4 34 4 58 Q 4 86 30 86 Q 56 86 56 60 Q 56 35 30 35 Q 16 35 9 44",
    "7": "M 4 -6 L 56 -6 Q 28 36 28 86",
    "8": "M 30 37 Q 8 33 8 15 Q 8 -6 30 -6 Q 52 -6 52 15 Q 52 33 30 37 "
    "Q 4 42 4 62 Q 4 86 30 86 Q 56 86 56 62 Q 56 42 30 37",
    "9": "M 16 86 Q 56 46 56 22 Q 56 -6 30 -6 Q 4 -6 4 20 Q 4 45 30 45 Q 44 45 51 36",
    "<": "M 57 12 L 3 46 L 57 80",
}

MRZ_CHARACTERS = "".join(sorted(_PATHS))
"""The only characters that a machine readable zone may hold."""

_CURVE_STEPS = np.linspace(0, 1, 13)[1:, None]


@cache
def glyph_strokes(character: str) -> tuple[Stroke, ...]:
    """The strokes of one MRZ character; x 0 to 60, y 0 (cap line) to 86 (base line).

    Raises: KeyError for a character outside `MRZ_CHARACTERS`.
    """
    strokes: list[list[tuple[float, float]]] = []
    tokens = iter(_PATHS[character].split())
    for command in tokens:
        point = (float(next(tokens)), float(next(tokens)))
        if command == "M":
            strokes.append([point])
        elif command == "L":
            strokes[-1].append(point)
        else:
            end = (float(next(tokens)), float(next(tokens)))
            strokes[-1].extend(_curve(strokes[-1][-1], point, end))
    return tuple(np.array(stroke) for stroke in strokes)


def _curve(
    start: tuple[float, float], control: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, float]]:
    first, middle, last = np.array(start), np.array(control), np.array(end)
    t = _CURVE_STEPS
    points = (1 - t) ** 2 * first + 2 * t * (1 - t) * middle + t**2 * last
    return [(float(x), float(y)) for x, y in points]
