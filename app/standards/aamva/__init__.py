"""AAMVA DL/ID Card Design Standard: the barcode on licences of North America."""

from app.standards.aamva.aamva import Aamva, parse_date
from app.standards.aamva.build import AamvaAttributes, AamvaBuildError, build_aamva
from app.standards.aamva.elements import ELEMENT_NAMES
from app.standards.aamva.header import AamvaParseError, Subfile
from app.standards.aamva.parse import parse_aamva

__all__ = [
    "ELEMENT_NAMES",
    "Aamva",
    "AamvaAttributes",
    "AamvaBuildError",
    "AamvaParseError",
    "Subfile",
    "build_aamva",
    "parse_aamva",
    "parse_date",
]
