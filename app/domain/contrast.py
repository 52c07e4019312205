"""Contrast of two colours as WCAG 2.2 defines it, and mixing them.

Source: https://www.w3.org/TR/WCAG22/, "relative luminance" and "contrast ratio".
"""

import re
from typing import NewType

Colour = NewType("Colour", str)
"""sRGB as #rrggbb, lower case."""

COLOUR = r"#[0-9A-Fa-f]{6}"
BLACK, WHITE = Colour("#000000"), Colour("#ffffff")
_MIX_STEPS = 20


def parse_colour(text: str) -> Colour:
    """The colour in its one spelling. Raises ValueError for anything but #rrggbb."""
    if not re.fullmatch(COLOUR, text):
        raise ValueError("a colour is # and six hexadecimal digits")
    return Colour(text.lower())


def contrast(one: Colour, other: Colour) -> float:
    """The ratio, from 1 (the same) to 21 (black on white), whichever comes first."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """So much of `other`, from 0 to 1, in `one`; mixed in sRGB, as a browser's overlay would."""
    parts = (a + (b - a) * share for a, b in zip(_parts(one), _parts(other), strict=True))
    return Colour("#" + "".join(f"{round(part):02x}" for part in parts))


def until_legible(colour: Colour, towards: Colour, background: Colour, ratio: float) -> Colour:
    """The colour with as much of `towards` as it takes to reach the ratio on the background."""
    for step in range(_MIX_STEPS + 1):
        mixed = mix(colour, towards, step / _MIX_STEPS)
        if contrast(mixed, background) >= ratio:
            return mixed
    return towards


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: Colour) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
