"""ICAO Doc 9303: machine readable travel documents."""

from app.standards.icao9303.build import MrzAttributes, MrzBuildError, attributes_of, build_mrz
from app.standards.icao9303.check_digit import check_digit
from app.standards.icao9303.dates import MrzDate, resolve_birth, resolve_expiry
from app.standards.icao9303.formats import LAYOUTS, MrzFormat
from app.standards.icao9303.mrz import CheckDigit, Mrz
from app.standards.icao9303.parse import MrzParseError, parse_mrz
from app.standards.icao9303.states import is_issuing_state, iso_alpha3
from app.standards.icao9303.transliteration import (
    TransliterationError,
    spellings,
    transliterate,
)

__all__ = [
    "LAYOUTS",
    "CheckDigit",
    "Mrz",
    "MrzAttributes",
    "MrzBuildError",
    "MrzDate",
    "MrzFormat",
    "MrzParseError",
    "TransliterationError",
    "attributes_of",
    "build_mrz",
    "check_digit",
    "is_issuing_state",
    "iso_alpha3",
    "parse_mrz",
    "resolve_birth",
    "resolve_expiry",
    "spellings",
    "transliterate",
]
