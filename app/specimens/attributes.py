"""The invented people who hold specimen papers, with names that a privacy test can search for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

UTOPIA = "UTO"
"""The state code that ICAO Doc 9303 prints on its own specimens; no state owns it."""

FAMILY_NAMES = ("SPECIMENOVA", "TRIPWIRESEN", "SPECIMELLI", "TRIPWIROVIC", "SPECIMAQUE")
_MARKED_GIVEN_NAMES = {
    "F": ("TRIPWIRINA", "SPECIMELIA"),
    "M": ("TRIPWIRIUS", "SPECIMELIO"),
}
_GIVEN_NAMES = {"F": ("ANNA", "MARIA", "INGRID", "LEILA"), "M": ("ERIK", "JONAS", "PAVEL", "OMAR")}
_STREETS = ("TRIPWIRE LANE", "SPECIMEN QUAY")
_CITIES = ("AMAUROT", "ANYDER", "NUSQUAMA")
_EYE_COLOURS = ("BRO", "BLU", "GRN", "HAZ")  # as AAMVA abbreviates them

MARKED_VALUES = frozenset(
    (*FAMILY_NAMES, *_STREETS, *(name for names in _MARKED_GIVEN_NAMES.values() for name in names))
)
"""Words that stand nowhere but on specimens: one of them in a log or an error is a leak."""


@dataclass(frozen=True, slots=True, repr=False)
class SpecimenAttributes:
    """What a specimen says of its holder; the same person may hold all three papers."""

    family_name: str
    given_names: str
    date_of_birth: date
    sex: str  # F or M
    nationality: str
    issuing_state: str
    document_number: str
    personal_number: str
    date_of_issue: date
    date_of_expiry: date
    place_of_birth: str
    street: str
    city: str
    postal_code: str
    height_cm: int
    eye_colour: str


def specimen_attributes(chance: Random, today: date) -> SpecimenAttributes:
    """An adult of Utopia whose papers, five years old at most, are valid on `today`."""
    sex = chance.choice("FM")
    issued = today - timedelta(days=chance.randint(30, 5 * 365))
    return SpecimenAttributes(
        family_name=chance.choice(FAMILY_NAMES),
        given_names=f"{chance.choice(_GIVEN_NAMES[sex])} {chance.choice(_MARKED_GIVEN_NAMES[sex])}",
        date_of_birth=today - timedelta(days=chance.randint(21 * 366, 60 * 365)),
        sex=sex,
        nationality=UTOPIA,
        issuing_state=UTOPIA,
        document_number=_document_number(chance),
        personal_number=f"{chance.randrange(10**10):010d}",
        date_of_issue=issued,
        date_of_expiry=ten_years_after(issued) - timedelta(days=1),
        place_of_birth=chance.choice(_CITIES),
        street=f"{chance.randint(1, 99)} {chance.choice(_STREETS)}",
        city=chance.choice(_CITIES),
        postal_code=f"{chance.randrange(10**5):05d}",
        height_cm=chance.randint(155, 195),
        eye_colour=chance.choice(_EYE_COLOURS),
    )


def ten_years_after(day: date) -> date:
    """The same day ten years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + 10)
    except ValueError:
        return day.replace(year=day.year + 10, day=28)


def _document_number(chance: Random) -> str:
    # No letter that is mistaken for a digit (O, I, S, B, Z): a person may have to type it.
    letters = "".join(chance.choice("ACEFHKLMNPRTUVWXY") for _ in range(2))
    return f"{letters}{chance.randrange(10**7):07d}"
