"""The numbered fields of licences on the European model (Directive 2006/126/EC, annex I)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.proofing.attributes import Attribute, AttributeName, Zone
from app.proofing.printed_labels import is_other_label, label_of
from app.proofing.printed_values import height_px, printed_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from app.vision.text import TextLine

_N = AttributeName
# Later ones win: 5 is the number of the licence, 4d at times that of its holder.
_NUMBERED = {
    "1": _N.FAMILY_NAME, "2": _N.GIVEN_NAMES, "3": _N.DATE_OF_BIRTH, "4A": _N.DATE_OF_ISSUE,
    "4B": _N.DATE_OF_EXPIRY, "4D": _N.DOCUMENT_NUMBER, "5": _N.DOCUMENT_NUMBER,
}  # fmt: skip
_NUMBERED_LINE = re.compile(r"^\s*([123]|4\s?[a-dA-D]|5)(?:\s?[.,]\s*|\s+)(\S.*)$")
_FIELD_WITHIN = re.compile(r"\s+(?=4\s?[a-dA-D]\s?[.,]?\s)")
_LONE_FIELD = re.compile(r"([123]|4\s?[a-dA-D]|5)\s?[.,]?")
_LEAST_NUMBERED = 3
_MAX_FIELD_GAP_HEIGHTS = 2.0


def numbered_fields(lines: Sequence[TextLine], today: date) -> list[Attribute]:
    """What stands behind the numbers, where enough of them make it such a licence."""
    parts = [(line, part) for line, text in _rows(lines) for part in _FIELD_WITHIN.split(text)]
    matches = [(line, _NUMBERED_LINE.match(part)) for line, part in parts]
    numbered = [
        (line, match.group(1).replace(" ", "").upper(), match.group(2))
        for line, match in matches
        if match and label_of(match.group(2)) is None and not is_other_label(match.group(2))
    ]
    if len({number for _, number, _ in numbered}) < _LEAST_NUMBERED:
        return []
    found = []
    for line, number, text in sorted(numbered, key=lambda each: each[1]):
        name = _NUMBERED.get(number)
        value = printed_value(name, text, today) if name else None
        if name and value:
            found.append(Attribute(name, Zone.VIZ, value, line.confidence, line.quad))
    return found


def _rows(lines: Sequence[TextLine]) -> Iterator[tuple[TextLine, str]]:
    """Each line with its text; where a field's number stands apart, with the number before it."""
    for line in lines:
        middle = float(line.quad[:, 1].mean())
        numbers = [
            other
            for other in lines
            if _LONE_FIELD.fullmatch(other.text)
            and other.quad[0][1] < middle < other.quad[3][1]
            and abs(float(line.quad[0][0] - other.quad[1][0]))
            <= _MAX_FIELD_GAP_HEIGHTS * height_px(line)
        ]
        yield line, f"{numbers[0].text} {line.text}" if len(numbers) == 1 else line.text
