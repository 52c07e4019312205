"""The day on which a paper was issued, among all the days that it prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from app.proofing.paper_text import plain_capitals
from app.proofing.paper_words import ISSUE_LABELS, OTHER_DATE_LABELS, PLAIN_DATE_LABELS
from app.proofing.printed_dates import MONTH_OF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.proofing.paper_text import PaperLine

# JUI begins two French months; the others are spelt out where a table of three letters has no room.
_LONGER = {"JUIN": 6, "JUIL": 7, "MAAR": 3}
_BETWEEN = r"[\s.,\-/]*"
_FULL_YEAR = r"((?:19|20)\d\d)(?!\d)"
_DAY_MONTH_NAME = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:ST|ND|RD|TH|ER|O)?{_BETWEEN}(?:DE\s|DI\s)?{_BETWEEN}"
    rf"([A-Z]{{3,12}}){_BETWEEN}(?:DEL?\s?)?{_FULL_YEAR}"
)
_MONTH_NAME_DAY = re.compile(
    rf"(?<![A-Z])([A-Z]{{3,12}}){_BETWEEN}(\d{{1,2}})(?:ST|ND|RD|TH)?{_BETWEEN}{_FULL_YEAR}"
)
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?([.\-/])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(
    r"(?<!\d)(\d{1,2})\s?([.\-/])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d|\d\d)(?![\d.])"
)
_EAST_ASIAN = re.compile(r"((?:19|20)\d\d)年\s?(\d{1,2})月\s?(\d{1,2})日")
_CENTURY = 100
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


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    days: tuple[date, ...]
    order: str | None  # dmy or mdy, where the numbers leave no other


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


def _dates_in(text: str) -> list[_Found]:
    plain = plain_capitals(text)
    found: list[_Found] = []
    for each in _matches(plain):
        if each.days and not any(
            each.start < other.end and other.start < each.end for other in found
        ):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _matches(plain: str) -> Iterator[_Found]:
    for match in _DAY_MONTH_NAME.finditer(plain):
        yield _named(match, match[3], match[2], match[1])
    for match in _MONTH_NAME_DAY.finditer(plain):
        yield _named(match, match[3], match[1], match[2])
    for match in _YEAR_FIRST.finditer(plain):
        yield _Found(*match.span(), _days(match[1], match[3], match[4]), None)
    for match in _EAST_ASIAN.finditer(plain):
        yield _Found(*match.span(), _days(match[1], match[2], match[3]), None)
    for match in _YEAR_LAST.finditer(plain):
        yield _numeric(match)


def _named(match: re.Match[str], year: str, month: str, day: str) -> _Found:
    number = _LONGER.get(month[:4]) or MONTH_OF.get(month[:3])
    return _Found(*match.span(), _days(year, number, day) if number else (), None)


def _numeric(match: re.Match[str]) -> _Found:
    first, sign, second, year = match.groups()
    year = year if len(year) > 2 else f"20{year}"
    by_day, by_month = _days(year, second, first), _days(year, first, second)
    if sign == "." and by_day:
        # With dots the day comes first wherever dots are used.
        return _Found(*match.span(), by_day, "dmy")
    order = None if by_day and by_month else "dmy" if by_day else "mdy"
    return _Found(*match.span(), tuple(dict.fromkeys((*by_day, *by_month))), order)


def _days(year: str, month: str | int, day: str) -> tuple[date, ...]:
    try:
        return (date(int(year), int(month), int(day)),)
    except ValueError:
        return ()


def _standing(line: PaperLine, found: _Found, lines: Sequence[PaperLine]) -> Standing:
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
