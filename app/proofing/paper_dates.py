"""The day on which a paper was issued, among all the days that it prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from app.proofing.paper_text import plain_capitals
from app.proofing.paper_words import ISSUE_LABELS, OTHER_DATE_LABELS, PLAIN_DATE_LABELS
from app.proofing.printed_dates import dates_in_prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.proofing.paper_text import PaperLine
    from app.proofing.printed_dates import PrintedDate

# A letter's own date stands by itself, with at most a place before it, above the text.
_LETTER_HEAD = 0.50  # of the page
_MOST_BESIDE_A_DATE = 22  # letters
_NEAR_ABOVE = 2.4  # line heights between the middles of a label and the date under it
_INDENT, _FLUSH = 2.0, 0.7  # line heights between the left edges
# The clocks of issuer and reader may be a day apart.
_AHEAD = timedelta(days=1)


class Standing(IntEnum):
    """What speaks for a date's being that of issue, the more the higher."""

    OTHER = 0
    UNKNOWN = 1
    HEAD_OF_LETTER = 2
    PLAIN_LABEL = 3
    LABELLED = 4


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """One date as printed: each day that it may mean, the likeliest first."""

    days: tuple[date, ...] = field(repr=False)
    standing: Standing
    confidence: float


def printed_days(lines: Sequence[PaperLine], *, month_first: bool = False) -> list[PrintedDay]:
    """Every date on the pages. `month_first` is the custom of the place, without better knowledge.

    Where all that one paper prints is in one order, its ambiguous dates are, too.
    """
    found = [(line, each) for line in lines for each in _dates_in(line.text)]
    orders = {each.order for _, each in found} - {None}
    answer = []
    for line, each in found:
        days = each.days
        if len(days) > 1 and len(orders) == 1:
            days = days[:1] if orders == {"dmy"} else days[1:]
        elif len(days) > 1 and month_first:
            days = days[::-1]
        answer.append(PrintedDay(days, _standing(line, each, lines), line.confidence))
    return answer


def issue_day(found: Sequence[PrintedDay]) -> PrintedDay | None:
    """The date of issue: of those with the best standing the oldest; None when nothing speaks for
    any of them.
    """
    best = max((each.standing for each in found), default=Standing.OTHER)
    if best <= Standing.UNKNOWN:
        return None
    return min((each for each in found if each.standing is best), key=lambda each: each.days[0])


def is_future(day: date, today: date) -> bool:
    """Whether a paper of that day cannot have been issued yet."""
    return day > today + _AHEAD


def _dates_in(text: str) -> list[PrintedDate]:
    return dates_in_prose(plain_capitals(text))


def _standing(line: PaperLine, found: PrintedDate, lines: Sequence[PaperLine]) -> Standing:
    others = _dates_in(line.text)
    start = max((each.end for each in others if each.end <= found.start), default=0)
    before = plain_capitals(line.text)[start : found.start]
    own = _by_label(before)
    if own is not None:
        return own
    if found.start > min(each.start for each in others):
        return Standing.OTHER  # the end of a period, or a row of a table
    for label in _labels_of(line, lines):
        told = _by_label(label.text)
        if told is not None:
            return told
    if len(others) > 1:
        return Standing.OTHER
    rest = len(line.text) - (found.end - found.start)
    is_head = line.page == 0 and line.middle < _LETTER_HEAD and rest <= _MOST_BESIDE_A_DATE
    beside = any(other is not line and other.is_in_row_with(line) for other in lines)
    # In a row of a table stands more than the date.
    return Standing.HEAD_OF_LETTER if is_head and not beside else Standing.UNKNOWN


def _by_label(text: str) -> Standing | None:
    bare = re.sub(r"[^A-Z]", "", plain_capitals(text))
    if OTHER_DATE_LABELS.search(bare):
        return Standing.OTHER
    if ISSUE_LABELS.search(bare):
        return Standing.LABELLED
    return Standing.PLAIN_LABEL if PLAIN_DATE_LABELS.match(bare) else None


def _labels_of(line: PaperLine, lines: Sequence[PaperLine]) -> list[PaperLine]:
    """What stands right above at the same edge, then to the left in the row, then above."""
    beside = [each for each in lines if each.right <= line.left and each.is_in_row_with(line)]
    above = [
        each
        for each in lines
        if each.page == line.page
        and 0.4 * line.height < line.middle - each.middle < _NEAR_ABOVE * line.height
        and abs(each.left - line.left) < _INDENT * line.height
    ]
    above.sort(key=lambda each: line.middle - each.middle)
    flush = [each for each in above if abs(each.left - line.left) < _FLUSH * line.height]
    nearest = sorted(beside, key=lambda each: line.left - each.right)
    return [*flush[:1], *nearest[:1], *above[:1]]
