"""Dates as visual zones print them, in the orders and languages that are common."""

from __future__ import annotations

import re
from datetime import date

from app.proofing.name_forms import without_accents

# The first three letters of the months, without accents: English, French, German, Spanish,
# Italian, Portuguese, Dutch, Polish. Where languages disagree (none here) the month would be
# ambiguous and left out.
_MONTHS = {
    1: "JAN ENE GEN STY", 2: "FEB FEV FEV LUT", 3: "MAR MRZ MRT", 4: "APR AVR ABR KWI",
    5: "MAY MAI MAG MEI MAJ", 6: "JUN GIU CZE", 7: "JUL LUG LIP", 8: "AUG AOU AGO SIE",
    9: "SEP SET WRZ", 10: "OCT OKT OTT OUT PAZ", 11: "NOV LIS", 12: "DEC DEZ DIC DES GRU",
}  # fmt: skip
MONTH_OF = {name: month for month, names in _MONTHS.items() for name in names.split()}
_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})[\s.\-/]*([A-Z]{3,9})(?:[\s.\-/]*[A-Z]{3,9})?[\s.\-/]*(\d{4}|\d{2})(?!\d)"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[.\-/ ]\s?(\d{1,2})\s?[.\-/ ]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?[.\-/ ]\s?(\d{1,2})\s?[.\-/ ]\s?(\d{4}|\d{2})(?!\d)")
_TWO_DIGITS = 100


def dates_in(text: str, today: date, *, lies_ahead: bool = False) -> list[date]:
    """Every day that the text may mean, the likeliest reading of an ambiguous one first.

    Day before month is taken before month before day. Years of two digits are the latest ones not
    after `today`, or, where `lies_ahead` (expiry), within 50 years from it.
    """
    plain = without_accents(text.upper())
    found: list[date] = []
    for day, month, year in _NAMED.findall(plain):
        number = MONTH_OF.get(month[:3])
        if number:
            found += _day(_full_year(year, today, lies_ahead=lies_ahead), number, int(day))
    for year, month, day in _YEAR_FIRST.findall(plain):
        found += _day(int(year), int(month), int(day))
    for first, second, year in _YEAR_LAST.findall(plain):
        full_year = _full_year(year, today, lies_ahead=lies_ahead)
        found += _day(full_year, int(second), int(first))
        found += _day(full_year, int(first), int(second))
    return list(dict.fromkeys(found))


def _full_year(year: str, today: date, *, lies_ahead: bool) -> int:
    number = int(year)
    if number >= _TWO_DIGITS or len(year) > 2:
        return number
    century = today.year - today.year % _TWO_DIGITS
    latest = today.year + 50 if lies_ahead else today.year
    return century + number if century + number <= latest else century + number - _TWO_DIGITS


def _day(year: int, month: int, day: int) -> list[date]:
    try:
        return [date(year, month, day)]
    except ValueError:
        return []
