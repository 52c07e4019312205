"""From attributes to the text of an AAMVA barcode.

Source: AAMVA DL/ID Card Design Standard, annex D (header, mandatory elements).
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from app.standards.aamva.elements import ELEMENT_NAMES

_HEADER_LENGTH: Final = 21  # `@`, LF, RS, CR, `ANSI `, issuer, two versions, number of entries
_DESIGNATOR_LENGTH: Final = 10
_VERSIONS: Final = range(8, 11)
_SEX_CODES: Final = {"M": "1", "F": "2", "X": "9"}
_PRINTABLE: Final = re.compile(r"[\x20-\x7e\xa0-\xff]*")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AamvaAttributes:
    """What to print; `further_elements` maps element ids to values and wins over the rest."""

    iin: str
    jurisdiction: str
    issuing_country: str
    document_number: str
    family_name: str
    first_name: str
    middle_names: str = ""
    date_of_birth: dt.date
    date_of_issue: dt.date
    date_of_expiry: dt.date
    sex: Literal["M", "F", "X"]
    street: str
    city: str
    postal_code: str
    eye_colour: str = "BRO"
    height_cm: int = 170
    document_discriminator: str = "0"
    further_elements: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    subfile: Literal["DL", "ID"] = "DL"
    aamva_version: int = 10
    jurisdiction_version: int = 0

    def __repr__(self) -> str:
        return "<AamvaAttributes>"


class AamvaBuildError(ValueError):
    """An attribute cannot be printed; `attribute` is its name or element id, never its value."""

    def __init__(self, attribute: str) -> None:
        super().__init__(f"{attribute} cannot be printed in an AAMVA barcode")
        self.attribute = attribute


def build_aamva(attributes: AamvaAttributes) -> str:
    """Return the barcode's text, of version 08 or later, with one subfile and a true header.

    Raises: AamvaBuildError when a value has characters outside ISO 8859-1 or a separator in it.
    """
    if attributes.aamva_version not in _VERSIONS:
        raise AamvaBuildError("aamva_version")
    if not re.fullmatch(r"[0-9]{6}", attributes.iin):
        raise AamvaBuildError("iin")
    elements = _elements(attributes) | dict(attributes.further_elements)
    for element_id, value in elements.items():
        if element_id not in ELEMENT_NAMES or not _PRINTABLE.fullmatch(value):
            raise AamvaBuildError(element_id)
    body = "\n".join(element_id + value for element_id, value in elements.items())
    subfile = f"{attributes.subfile}{body}\r"
    return _header(attributes, len(subfile)) + subfile


def _header(attributes: AamvaAttributes, subfile_length: int) -> str:
    offset = _HEADER_LENGTH + _DESIGNATOR_LENGTH
    versions = f"{attributes.aamva_version:02}{attributes.jurisdiction_version:02}"
    designator = f"{attributes.subfile}{offset:04}{subfile_length:04}"
    return f"@\n\x1e\rANSI {attributes.iin}{versions}01{designator}"


def _elements(attributes: AamvaAttributes) -> dict[str, str]:
    has_vehicles = attributes.subfile == "DL"
    vehicles = {"DCA": "D", "DCB": "NONE", "DCD": "NONE"} if has_vehicles else {}
    # The document number comes first: readers of old look for it there.
    return {
        "DAQ": attributes.document_number,
        **vehicles,
        **_person(attributes),
        **_card(attributes),
    }


def _person(attributes: AamvaAttributes) -> dict[str, str]:
    return {
        "DCS": attributes.family_name,
        "DDE": "N",  # N: not truncated
        "DAC": attributes.first_name,
        "DDF": "N",
        "DAD": attributes.middle_names or "NONE",
        "DDG": "N",
        "DBB": _date(attributes.date_of_birth, attributes),
        "DBC": _SEX_CODES[attributes.sex],
        "DAY": attributes.eye_colour,
        "DAU": f"{attributes.height_cm:03} cm",
        "DAG": attributes.street,
        "DAI": attributes.city,
        "DAJ": attributes.jurisdiction,
        "DAK": attributes.postal_code.ljust(11),  # the one element of fixed length
    }


def _card(attributes: AamvaAttributes) -> dict[str, str]:
    return {
        "DBD": _date(attributes.date_of_issue, attributes),
        "DBA": _date(attributes.date_of_expiry, attributes),
        "DCF": attributes.document_discriminator,
        "DCG": attributes.issuing_country,
    }


def _date(day: dt.date, attributes: AamvaAttributes) -> str:
    # strftime does not pad years everywhere, hence no %Y.
    year, month, date = f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"
    is_american = attributes.issuing_country == "USA"
    return month + date + year if is_american else year + month + date
