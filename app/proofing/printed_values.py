"""A printed text as the value of one attribute."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.proofing.attributes import AttributeName
from app.proofing.name_forms import compact
from app.proofing.printed_dates import dates_in

if TYPE_CHECKING:
    from datetime import date

    from app.vision.text import TextLine

_N = AttributeName
NAMES = frozenset({_N.FAMILY_NAME, _N.GIVEN_NAMES})
DATES = frozenset({_N.DATE_OF_BIRTH, _N.DATE_OF_EXPIRY, _N.DATE_OF_ISSUE})
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9\-/ ]{3,18}[A-Z0-9]")


def printed_value(name: AttributeName, text: str, today: date) -> str | None:
    """The printed text as a value of that attribute, None when it cannot be one."""
    text = text.strip(" .:;,_-")
    if name in DATES:
        days = dates_in(text, today, lies_ahead=name is _N.DATE_OF_EXPIRY)
        return days[0].isoformat() if days else None
    if name is _N.DOCUMENT_NUMBER:
        match = _NUMBER.search(text.upper())
        has_digit = match is not None and any(each.isdigit() for each in match.group())
        return compact(match.group()) if match and has_digit else None
    if name is _N.SEX:
        first = text[:1].upper()
        return (
            {"W": "F", "H": "M"}.get(first, first) if first in "MFXWH" and len(text) <= 3 else None
        )
    letters = sum(each.isalpha() for each in text)
    return text.upper() if letters >= 2 and not any(each.isdigit() for each in text) else None


def height_px(line: TextLine) -> float:
    """The height of its left end."""
    return float(line.quad[3][1] - line.quad[0][1])
