"""Dates as documents and papers print them, in the orders and languages that are common."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from app.proofing.name_forms import without_accents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The first three letters of the months, without accents: English, French, German, Spanish,
# Italian, Portuguese, Dutch, Polish. Where languages disagree (none here) the month would be
# ambiguous and left out.
_MONTHS = {
    1: "JAN ENE GEN STY", 2: "FEB FEV FEV LUT", 3: "MAR MRZ MRT MAA", 4: "APR AVR ABR KWI",
    5: "MAY MAI MAG MEI MAJ", 6: "JUN GIU CZE", 7: "JUL LUG LIP", 8: "AUG AOU AGO SIE",
    9: "SEP SET WRZ", 10: "OCT OKT OTT OUT PAZ", 11: "NOV LIS", 12: "DEC DEZ DIC DES GRU",
}  # fmt: skip
_MONTH_OF = {name: month for month, names in _MONTHS.items() for name in names.split()}
_LONGER = {"JUIN": 6, "JUIL": 7}  # JUI begins two French months
_BETWEEN = r"[\s.,\-/]*"
_FULL_YEAR = r"((?:19|20)\d\d)(?!\d)"
_ANY_YEAR = r"((?:19|20)\d\d|\d\d)(?!\d)"
_YEAR_FIRST = r"(?<!\d)((?:19|20)\d\d)\s?([{signs}])\s?(\d{{1,2}})\s?\2\s?(\d{{1,2}})(?!\d)"
_YEAR_LAST = (
    r"(?<!\d)(\d{{1,2}})\s?([{signs}])\s?(\d{{1,2}})\s?\2\s?((?:19|20)\d\d|\d\d)(?!\d|\.\d)"
)
_EAST_ASIAN = re.compile(r"((?:19|20)\d\d)年\s?(\d{1,2})月\s?(\d{1,2})日")
_CENTURY = 100


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """One date in a text: from where to where, and each day that it may mean, likeliest first.

    `order` is dmy or mdy where the figures leave no other, else None.
    """

    start: int
    end: int
    days: tuple[date, ...] = field(repr=False)
    order: str | None = None


@dataclass(frozen=True, slots=True)
class _Forms:
    """What a date may look like in one kind of text."""

    day_month_name: re.Pattern[str]
    month_name_day: re.Pattern[str]
    year_first: re.Pattern[str]
    year_last: re.Pattern[str]


def _forms(second_month: str, named_year: str, signs: str) -> _Forms:
    return _Forms(
        re.compile(
            rf"(?<!\d)(\d{{1,2}})(?:ST|ND|RD|TH|ER|O)?{_BETWEEN}(?:DE\s|DI\s)?{_BETWEEN}"
            rf"([A-Z]{{3,12}}){second_month}{_BETWEEN}(?:DEL?\s?)?{named_year}"
        ),
        re.compile(
            rf"(?<![A-Z])([A-Z]{{3,12}}){_BETWEEN}(\d{{1,2}})(?:ST|ND|RD|TH)?{_BETWEEN}{_FULL_YEAR}"
        ),
        re.compile(_YEAR_FIRST.format(signs=signs)),
        re.compile(_YEAR_LAST.format(signs=signs)),
    )


# A card prints nothing but the date in its field: the month in two languages (12 AUG/AOUT 74), a
# short year, figures with blanks between them. In a letter those are counts and amounts.
_ON_CARDS = _forms(rf"(?:{_BETWEEN}[A-Z]{{3,12}})?", _ANY_YEAR, r".\-/ ")
_IN_PROSE = _forms("", _FULL_YEAR, r".\-/")


def dates_in(text: str, today: date, *, lies_ahead: bool = False) -> list[date]:
    """Every day that the text of a card's field may mean, the likeliest reading first.

    Day before month is taken before month before day. Years of two digits are the latest ones not
    after `today`, or, where `lies_ahead` (expiry), within 50 years from it.
    """

    def full_year(short: int) -> int:
        century = today.year - today.year % _CENTURY
        latest = today.year + 50 if lies_ahead else today.year
        return century + short if century + short <= latest else century + short - _CENTURY

    found = _found(without_accents(text.upper()), _ON_CARDS, full_year)
    return list(dict.fromkeys(day for each in found for day in each.days))


def dates_in_prose(plain: str) -> list[PrintedDate]:
    """The dates in running text, in its order; years of two digits are of this century.

    `plain` is the text in capitals without accents; `start` and `end` count its characters.
    """
    return _found(plain, _IN_PROSE, lambda short: 2000 + short)


def _found(plain: str, forms: _Forms, full_year: Callable[[int], int]) -> list[PrintedDate]:
    found: list[PrintedDate] = []
    for each in _matches(plain, forms, full_year):
        if each.days and not any(
            each.start < other.end and other.start < each.end for other in found
        ):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _matches(plain: str, forms: _Forms, full_year: Callable[[int], int]) -> Iterator[PrintedDate]:
    def year_of(printed: str) -> int:
        return int(printed) if len(printed) > 2 else full_year(int(printed))

    for match in forms.day_month_name.finditer(plain):
        yield _named(match, year_of(match[3]), match[2], match[1])
    for match in forms.month_name_day.finditer(plain):
        yield _named(match, year_of(match[3]), match[1], match[2])
    for match in forms.year_first.finditer(plain):
        yield PrintedDate(*match.span(), _days(int(match[1]), match[3], match[4]))
    for match in _EAST_ASIAN.finditer(plain):
        yield PrintedDate(*match.span(), _days(int(match[1]), match[2], match[3]))
    for match in forms.year_last.finditer(plain):
        yield _numeric(match, year_of(match[4]))


def _named(match: re.Match[str], year: int, month: str, day: str) -> PrintedDate:
    number = _LONGER.get(month[:4]) or _MONTH_OF.get(month[:3])
    return PrintedDate(*match.span(), _days(year, number, day) if number else ())


def _numeric(match: re.Match[str], year: int) -> PrintedDate:
    first, sign, second, _ = match.groups()
    by_day, by_month = _days(year, second, first), _days(year, first, second)
    if sign == "." and by_day:
        # With dots the day comes first wherever dots are used.
        return PrintedDate(*match.span(), by_day, "dmy")
    order = None if by_day and by_month else "dmy" if by_day else "mdy"
    return PrintedDate(*match.span(), tuple(dict.fromkeys((*by_day, *by_month))), order)


def _days(year: int, month: str | int, day: str) -> tuple[date, ...]:
    try:
        return (date(year, int(month), int(day)),)
    except ValueError:
        return ()
