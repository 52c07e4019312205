"""What an AAMVA barcode says."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.standards.aamva.elements import (
    ABSENT_VALUES,
    CANADIAN_JURISDICTIONS,
    US_JURISDICTIONS,
)
from app.standards.aamva.header import Subfile

_DATE_LENGTH: Final = 8
_YEARS: Final = range(1880, 2200)  # tells CCYYMMDD from MMDDCCYY, of which no text can be both
_SEXES: Final = {"1": "M", "2": "F", "M": "M", "F": "F", "9": "X", "X": "X"}


@dataclass(frozen=True, slots=True, repr=False)
class Aamva:
    """A parsed barcode; `elements` maps element ids to values without blanks at their ends."""

    iin: str
    aamva_version: int
    jurisdiction_version: int
    subfiles: tuple[Subfile, ...]
    elements: Mapping[str, str]

    def __repr__(self) -> str:
        return f"<Aamva version {self.aamva_version}>"

    @property
    def document_number(self) -> str | None:
        """Return DAQ."""
        return self._value("DAQ")

    @property
    def family_name(self) -> str | None:
        """Return DCS, else DAB, else the family name in DAA."""
        return self._value("DCS") or self._value("DAB") or self._full_name()[0]

    @property
    def given_names(self) -> str | None:
        """Return DAC and DAD, else DCT, else the given names in DAA, with blanks between."""
        if first := self._value("DAC"):
            return f"{_words(first)} {_words(self._value('DAD') or '')}".strip()
        if names := self._value("DCT"):
            return _words(names)
        return self._full_name()[1]

    @property
    def date_of_birth(self) -> dt.date | None:
        """Return DBB; None when absent or no calendar day."""
        return self._date("DBB")

    @property
    def date_of_expiry(self) -> dt.date | None:
        """Return DBA; None when absent or no calendar day."""
        return self._date("DBA")

    @property
    def date_of_issue(self) -> dt.date | None:
        """Return DBD; None when absent or no calendar day."""
        return self._date("DBD")

    @property
    def sex(self) -> str | None:
        """Return DBC as M, F or X."""
        return _SEXES.get(self.elements.get("DBC", ""))

    @property
    def issuing_country(self) -> str | None:
        """Return DCG (USA, CAN); where a card has none, the country of its jurisdiction DAJ."""
        if country := self._value("DCG"):
            return country
        jurisdiction = self.elements.get("DAJ")
        if jurisdiction in CANADIAN_JURISDICTIONS:
            return "CAN"
        return "USA" if jurisdiction in US_JURISDICTIONS else None

    def _value(self, element_id: str) -> str | None:
        value = self.elements.get(element_id, "")
        return None if value.upper() in ABSENT_VALUES else value

    def _date(self, element_id: str) -> dt.date | None:
        return parse_date(self.elements.get(element_id, ""))

    def _full_name(self) -> tuple[str | None, str | None]:
        full_name = self._value("DAA") or ""
        if "," in full_name:
            # LAST,FIRST,MIDDLE,SUFFIX: the suffix is no given name.
            family, *given = (part.strip() for part in full_name.split(","))
            return family or None, _words(" ".join(given[:2])) or None
        # Pennsylvania prints given names first and no commas.
        *given, family = full_name.split() or [""]
        return family or None, " ".join(given) or None


def parse_date(text: str) -> dt.date | None:
    """Return the day that MMDDCCYY (United States) or CCYYMMDD (Canada, version 01) stands for.

    Some jurisdictions print the other country's order, so the text itself decides: a century is
    never a month. Returns None when it is neither.
    """
    if len(text) != _DATE_LENGTH or not re.fullmatch(r"[0-9]+", text):
        return None
    for year, month, day in (
        (text[4:], text[:2], text[2:4]),
        (text[:4], text[4:6], text[6:]),
    ):
        if int(year) in _YEARS:
            try:
                return dt.date(int(year), int(month), int(day))
            except ValueError:
                continue
    return None


def _words(names: str) -> str:
    return " ".join(names.replace(",", " ").split())
