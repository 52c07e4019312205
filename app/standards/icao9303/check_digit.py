"""The ICAO 9303 check digit.

Source: ICAO Doc 9303 part 3, section 4.9 (weights 7, 3, 1 repeating, modulo 10).
"""

from string import ascii_uppercase, digits
from typing import Final

FILLER: Final = "<"
WEIGHTS: Final = (7, 3, 1)
_VALUES: Final = {FILLER: 0} | {c: i for i, c in enumerate(digits + ascii_uppercase)}


def check_digit(text: str) -> str:
    """Return the check digit of MRZ text, one of `0` to `9`.

    Since 7, 3 and 1 are coprime to 10, replacing one character goes unnoticed exactly when the
    values of the two characters (0-9, A=10 ... Z=35, `<`=0) are equal modulo 10. Among the glyphs
    that readers confuse those are 6/G and K/`<`, which no check digit can tell apart.

    Raises: ValueError when a character is not A-Z, 0-9 or `<`.
    """
    try:
        values = [_VALUES[character] for character in text]
    except KeyError:
        # The key error would quote the character, which may be part of somebody's data.
        message = "text outside the MRZ alphabet"
        raise ValueError(message) from None
    return str(sum(value * WEIGHTS[i % 3] for i, value in enumerate(values)) % 10)
