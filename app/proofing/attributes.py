"""What a document says of its holder: one value, under one name, from one zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from app.standards.icao9303 import iso_alpha3, resolve_birth, resolve_expiry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from app.standards.aamva import Aamva
    from app.standards.icao9303 import Mrz
    from app.vision.image import Quad


class Zone(StrEnum):
    """Where a value was printed."""

    VIZ = "VIZ"
    MRZ = "MRZ"
    BARCODE = "BARCODE"


class AttributeName(StrEnum):
    """The attributes that are read; dates are ISO 8601, countries ISO 3166 alpha-3 or ICAO's."""

    FAMILY_NAME = "family_name"
    GIVEN_NAMES = "given_names"
    DATE_OF_BIRTH = "date_of_birth"
    DOCUMENT_NUMBER = "document_number"
    DATE_OF_EXPIRY = "date_of_expiry"
    DATE_OF_ISSUE = "date_of_issue"
    NATIONALITY = "nationality"
    ISSUING_STATE = "issuing_state"
    SEX = "sex"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One value; `is_truncated` when the zone had no room for the whole of it.

    `quad` is its place in the upright picture of its side, where that is known.
    """

    name: AttributeName
    zone: Zone
    value: str = field(repr=False)
    confidence: float = 1.0
    quad: Quad | None = field(default=None, repr=False, compare=False)
    is_truncated: bool = False


def mrz_attributes(mrz: Mrz, today: date, confidence: float = 1.0) -> list[Attribute]:
    """What the machine readable zone says; unknown and impossible dates are left out."""
    birth = resolve_birth(mrz.date_of_birth, today)
    expiry = resolve_expiry(mrz.date_of_expiry, today) if mrz.date_of_expiry else None
    values: dict[AttributeName, str | None] = {
        AttributeName.FAMILY_NAME: mrz.primary_identifier,
        AttributeName.GIVEN_NAMES: mrz.secondary_identifier,
        AttributeName.DATE_OF_BIRTH: birth.isoformat() if birth else None,
        AttributeName.DOCUMENT_NUMBER: mrz.document_number,
        AttributeName.DATE_OF_EXPIRY: expiry.isoformat() if expiry else None,
        AttributeName.NATIONALITY: iso_alpha3(mrz.nationality) or mrz.nationality,
        AttributeName.ISSUING_STATE: iso_alpha3(mrz.issuing_state) or mrz.issuing_state,
        AttributeName.SEX: mrz.sex.replace("<", ""),
    }
    names = {AttributeName.FAMILY_NAME, AttributeName.GIVEN_NAMES}
    return [
        Attribute(
            name,
            Zone.MRZ,
            value,
            confidence,
            is_truncated=mrz.name_is_truncated and name in names,
        )
        for name, value in values.items()
        if value
    ]


def barcode_attributes(aamva: Aamva) -> list[Attribute]:
    """What the licence's barcode says."""
    birth, expiry, issue = aamva.date_of_birth, aamva.date_of_expiry, aamva.date_of_issue
    values: dict[AttributeName, str | None] = {
        AttributeName.FAMILY_NAME: aamva.family_name,
        AttributeName.GIVEN_NAMES: aamva.given_names,
        AttributeName.DATE_OF_BIRTH: birth.isoformat() if birth else None,
        AttributeName.DOCUMENT_NUMBER: aamva.document_number,
        AttributeName.DATE_OF_EXPIRY: expiry.isoformat() if expiry else None,
        AttributeName.DATE_OF_ISSUE: issue.isoformat() if issue else None,
        AttributeName.ISSUING_STATE: aamva.issuing_country,
        AttributeName.SEX: aamva.sex,
    }
    # DDE and DDF say whether family and given names were truncated (T) for the barcode.
    truncated = {
        AttributeName.FAMILY_NAME: aamva.elements.get("DDE") == "T",
        AttributeName.GIVEN_NAMES: aamva.elements.get("DDF") == "T",
    }
    return [
        Attribute(name, Zone.BARCODE, value, is_truncated=truncated.get(name, False))
        for name, value in values.items()
        if value
    ]


def by_zone(attributes: Iterable[Attribute]) -> dict[str, dict[str, str]]:
    """All values by zone and name, as plain texts to be sealed and shown to a reviewer."""
    found: dict[str, dict[str, str]] = {}
    for each in attributes:
        found.setdefault(each.zone.value, {}).setdefault(each.name.value, each.value)
    return found


def value_of(attributes: Iterable[Attribute], name: AttributeName, zone: Zone) -> Attribute | None:
    """The attribute of that name and zone, None when the zone does not say."""
    return next((each for each in attributes if (each.name, each.zone) == (name, zone)), None)
