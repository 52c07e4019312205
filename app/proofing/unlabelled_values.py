"""Values whose label is illegible or not printed: told by their kind and their order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.proofing.attributes import Attribute, AttributeName, Zone
from app.proofing.printed_dates import dates_in
from app.proofing.printed_values import DATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from app.vision.text import TextLine

_N = AttributeName
# Letters and a digit that is no letter's look-alike, or several digits.
_LONE_NUMBER = re.compile(r"(?=.*[2346789]|(?:.*\d){2})(?=.*[A-Z])[A-Z0-9]{7,12}")
_LEAST_YEARS_APART = 16  # more than lies between issue and expiry
_VALIDITY_YEARS = (5, 10, 15)
_MONTH_DAYS = 31


def lone_number(lines: Sequence[TextLine]) -> list[Attribute]:
    """A document number without a label, as on German cards: the only text of its kind."""
    alike = [line for line in lines if _LONE_NUMBER.fullmatch(line.text)]
    if len(alike) != 1:
        return []
    [line] = alike
    return [Attribute(_N.DOCUMENT_NUMBER, Zone.VIZ, line.text, line.confidence, line.quad)]


def dates_by_order(
    lines: Sequence[TextLine], found: Mapping[AttributeName, Attribute], today: date
) -> list[Attribute]:
    """Dates whose labels are illegible: birth comes first, expiry last, issue years before it."""
    dated = {days[0]: line for line in lines if (days := dates_in(line.text, today))}
    if len(dated) < 2 or max(dated).year - min(dated).year < _LEAST_YEARS_APART:
        return []
    first, last = min(dated), max(dated)
    known = {name: found[name].value for name in DATES & found.keys()}
    if known.get(_N.DATE_OF_BIRTH, first.isoformat()) != first.isoformat():
        return []
    if known.get(_N.DATE_OF_EXPIRY, last.isoformat()) != last.isoformat():
        return []
    issues = [day for day in dated if _is_validity(day, last)]
    told = {_N.DATE_OF_BIRTH: first}
    if issues or last > today:
        told[_N.DATE_OF_EXPIRY] = last
    if len(issues) == 1:
        told[_N.DATE_OF_ISSUE] = issues[0]
    return [
        Attribute(name, Zone.VIZ, day.isoformat(), dated[day].confidence, dated[day].quad)
        for name, day in told.items()
    ]


def _is_validity(issue: date, expiry: date) -> bool:
    """Whether so long lies between them as documents are valid, a month more or less."""
    days = (expiry - issue).days
    return any(abs(days - 365.25 * years) <= _MONTH_DAYS for years in _VALIDITY_YEARS)
