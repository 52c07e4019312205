"""From the printed lines of a side to attributes: by their labels, or by values known elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.proofing.attributes import Attribute, AttributeName, Zone
from app.proofing.name_forms import compact, name_words
from app.proofing.numbered_fields import numbered_fields
from app.proofing.printed_dates import dates_in
from app.proofing.printed_labels import is_other_label, is_second_family_name, label_of
from app.proofing.printed_values import DATES, NAMES, height_px, printed_value
from app.proofing.unlabelled_values import dates_by_order, lone_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from app.vision.text import TextLine

_N = AttributeName
_MAX_LABEL_CHARACTERS = 40
_LEAST_INLINE = 2  # where two labels have their value behind them, an empty one has none below
_MAX_GAP_HEIGHTS = 2.6
_MAX_INDENT_HEIGHTS = 2.5
_NEXT_LINE_GAP_HEIGHTS = 0.6
_SAME_PRINT = (0.7, 1.4)  # heights of lines in one size


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A line that is a label; `rest` is what stands behind its colon, None without a colon."""

    line: TextLine = field(repr=False)
    name: AttributeName
    rest: str | None = field(repr=False)


def visual_attributes(
    lines: Sequence[TextLine], known: Iterable[Attribute], today: date
) -> list[Attribute]:
    """What the printed text says, at most one attribute of each name.

    A label decides first. An attribute without a readable label is taken when its value from
    another zone (`known`) stands in the text; such a find can confirm, never contradict.
    """
    found = {each.name: each for each in (*numbered_fields(lines, today), *_by_label(lines, today))}
    for attribute in known:
        if attribute.name in found:
            continue
        line = _line_with(attribute, lines, today)
        if line is not None:
            found[attribute.name] = replace(
                attribute, zone=Zone.VIZ, value=_as_printed(attribute, line),
                confidence=line.confidence, quad=line.quad, is_truncated=False,
            )  # fmt: skip
    if _N.DOCUMENT_NUMBER not in found:
        found = {each.name: each for each in lone_number(lines)} | found
    found = {each.name: each for each in dates_by_order(lines, found, today)} | found
    return list(found.values())


def labels_of_letters(lines: Sequence[TextLine]) -> list[TextLine]:
    """The labels whose value is one letter, of which nothing was read."""
    labels = [line for line in lines if label_of(line.text) is _N.SEX]
    return [
        line
        for line in labels
        if ":" not in line.text
        and not any(len(each.text) <= 3 for each in _lines_below(line, lines))
    ]


def is_label(text: str) -> bool:
    """Whether a line is the printed name of an attribute, of those that are read or not."""
    is_short = len(text) <= _MAX_LABEL_CHARACTERS
    return is_short and (label_of(text) is not None or is_other_label(text))


def _by_label(lines: Sequence[TextLine], today: date) -> list[Attribute]:
    labels = [label for line in lines if (label := _labelled(line, today)) is not None]
    is_inline = sum(bool(label.rest) for label in labels) >= _LEAST_INLINE
    found: dict[AttributeName, Attribute] = {}
    for label in labels:
        is_second = is_second_family_name(label.line.text)
        if label.name in found and not is_second:
            continue
        attribute = _behind(label, today)
        if attribute is None and not (is_inline and label.rest is not None):
            attribute = _below(label, lines, today)
        if attribute is None:
            continue
        first = found.get(attribute.name)
        found[attribute.name] = (
            replace(first, value=f"{first.value} {attribute.value}") if first else attribute
        )
    return list(found.values())


def _labelled(line: TextLine, today: date) -> _Labelled | None:
    before, colon, rest = line.text.rpartition(":")
    text = before if colon else line.text
    name = label_of(text)
    if name is None or is_other_label(text):
        return None
    if not colon and name in DATES and dates_in(text, today):
        return _Labelled(line, name, text)  # DOB 01/02/1990
    return _Labelled(line, name, rest.strip() if colon else None)


def _behind(label: _Labelled, today: date) -> Attribute | None:
    value = printed_value(label.name, label.rest, today) if label.rest else None
    if value is None:
        return None
    return Attribute(label.name, Zone.VIZ, value, label.line.confidence, label.line.quad)


def _below(label: _Labelled, lines: Sequence[TextLine], today: date) -> Attribute | None:
    for line in _lines_below(label.line, lines):
        if label_of(line.text) is not None or is_other_label(line.text):
            continue
        value = printed_value(label.name, line.text, today)
        if value is None:
            return None
        if label.name in NAMES:
            value = " ".join([value, *_further_names(label.name, line, lines, today)])
        return Attribute(label.name, Zone.VIZ, value, line.confidence, line.quad)
    return None


def _further_names(
    name: AttributeName, line: TextLine, lines: Sequence[TextLine], today: date
) -> list[str]:
    """The names on the next line, where they do not fit on one."""
    height = height_px(line)
    for below in _lines_below(line, lines):
        gap = float(below.quad[0][1] - line.quad[3][1])
        is_next = gap <= _NEXT_LINE_GAP_HEIGHTS * height
        is_same_print = _SAME_PRINT[0] <= height_px(below) / height <= _SAME_PRINT[1]
        is_aligned = abs(float(below.quad[0][0] - line.quad[0][0])) <= height
        if is_next and is_same_print and is_aligned and not is_label(below.text):
            value = printed_value(name, below.text, today)
            return [value] if value else []
    return []


def _lines_below(label: TextLine, lines: Sequence[TextLine]) -> list[TextLine]:
    left, bottom = float(label.quad[3][0]), float(label.quad[3][1])
    height = height_px(label)

    def gap(line: TextLine) -> float:
        return float(line.quad[0][1]) - bottom

    near = [
        line
        for line in lines
        if line is not label
        and -0.6 * height <= gap(line) <= _MAX_GAP_HEIGHTS * height
        and abs(float(line.quad[0][0]) - left) <= _MAX_INDENT_HEIGHTS * height
    ]
    return sorted(near, key=gap)


def _line_with(known: Attribute, lines: Sequence[TextLine], today: date) -> TextLine | None:
    if known.name in {_N.SEX, _N.ISSUING_STATE, _N.NATIONALITY}:
        return None  # too short to be found by chance-free search
    for line in lines:
        if known.name in DATES:
            ahead = known.name is _N.DATE_OF_EXPIRY
            days = dates_in(line.text, today, lies_ahead=ahead)
            is_here = known.value in {day.isoformat() for day in days}
        elif known.name is _N.DOCUMENT_NUMBER:
            is_here = compact(known.value) in compact(line.text)
        else:
            words = name_words(known.value)
            is_here = bool(words) and words <= name_words(line.text)
        if is_here:
            return line
    return None


def _as_printed(known: Attribute, line: TextLine) -> str:
    """The name in the print's own spelling, with its accents, where the line holds nothing else."""
    words = name_words(known.value)
    is_alone = all(name_words(word) & words for word in line.text.replace(",", " ").split())
    return line.text.strip().upper() if known.name in NAMES and is_alone else known.value
