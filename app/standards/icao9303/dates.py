"""Dates of machine readable zones: two-digit years, parts that may be unknown.

Source: ICAO Doc 9303 part 3, section 4 (YYMMDD, `<<` for an unknown part).
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

# An expiry date lies at most this far ahead; anything beyond is of the century before. Papers run
# for 10 years, a few cards for 30. A paper that is read as expired costs a retake, one that
# expired in 1996 and is read as 2096 would pass, so the window leans towards the past.
MAX_YEARS_TO_EXPIRY: Final = 50
_LENGTH: Final = 6


@dataclass(frozen=True, slots=True)
class MrzDate:
    """A date as printed, `raw` being YYMMDD with `<<` for parts that are not known."""

    raw: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != _LENGTH or not set(self.raw) <= set("0123456789<"):
            message = "not an MRZ date"
            raise ValueError(message)

    @classmethod
    def of(cls, day: dt.date) -> "MrzDate":
        """Return the MRZ form of a calendar day."""
        return cls(f"{day:%y%m%d}")

    @property
    def is_complete(self) -> bool:
        """Tell whether year, month and day are all known."""
        return "<" not in self.raw

    def in_century(self, first_year: int) -> dt.date | None:
        """Return the day in the century that begins with `first_year`, None if there is none."""
        if not self.is_complete:
            return None
        year, month, day = (int(self.raw[i : i + 2]) for i in (0, 2, 4))
        try:
            return dt.date(first_year + year, month, day)
        except ValueError:
            return None


def resolve_birth(date: MrzDate, today: dt.date) -> dt.date | None:
    """Return the latest such day that is not after `today`; None if incomplete or no such day.

    People of 100 years and more come out a century too young: two digits cannot say it.
    """
    this_century = today.year - today.year % 100
    candidates = (date.in_century(this_century), date.in_century(this_century - 100))
    return next((day for day in candidates if day and day <= today), None)


def resolve_expiry(date: MrzDate, today: dt.date) -> dt.date | None:
    """Return the latest such day within `MAX_YEARS_TO_EXPIRY` of today, None if incomplete.

    So in 2026 the year 76 is 2076 and 77 is 1977.
    """
    this_century = today.year - today.year % 100
    latest_year = today.year + MAX_YEARS_TO_EXPIRY
    candidates = (date.in_century(this_century + offset) for offset in (100, 0, -100))
    return next((day for day in candidates if day and day.year <= latest_year), None)
