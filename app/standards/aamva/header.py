"""The header of an AAMVA barcode, as the standard wants it and as jurisdictions print it.

Source: AAMVA DL/ID Card Design Standard, annex D: `@`, data element, record and segment
separators, file type, issuer (6 digits), version (2), jurisdiction version (2, not in version
01), number of entries (2), then designators of 2 + 4 + 4 characters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FILE_TYPE: Final = re.compile(r"(?:ANSI ?|AAMVA ?)(?P<iin>\d{6})(?P<version>\d{2})")
_DESIGNATOR: Final = re.compile(r"([A-Z]{2})(\d{4})(\d{4})")
# Between `@` and the file type stand three separators, of which some get lost or garbled.
_MAX_BEFORE_FILE_TYPE: Final = 24
_LAST_VERSION_WITHOUT_JURISDICTION: Final = 1


class AamvaParseError(ValueError):
    """The text is no AAMVA barcode; says why, never what was read.

    `code`: no_header, no_subfile or no_elements.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Subfile:
    """A designator: `code` is DL, ID, EN or one of the jurisdiction's own; counts are characters.

    Readers and transports rewrite separators, so offset and length rarely hold and are not relied
    upon.
    """

    code: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the elements; `body_start` is where they begin in the text."""

    iin: str
    aamva_version: int
    jurisdiction_version: int
    subfiles: tuple[Subfile, ...]
    separators: str
    body_start: int


def parse_header(text: str) -> Header:
    """Return the header found at the beginning of the text.

    Raises: AamvaParseError with no_header, or no_subfile when no designator follows.
    """
    at = text.find("@")
    found = _FILE_TYPE.search(text, max(at, 0), max(at, 0) + _MAX_BEFORE_FILE_TYPE + 15)
    if found is None:
        raise AamvaParseError("no_header")
    version, position = int(found["version"]), found.end()
    jurisdiction_version = 0
    if version > _LAST_VERSION_WITHOUT_JURISDICTION or _has_jurisdiction_version(text, position):
        jurisdiction_version = int(_digits(text, position))
        position += 2
    _digits(text, position)  # the number of entries; the designators are counted instead
    subfiles = tuple(_designators(text, position + 2))
    if not subfiles:
        raise AamvaParseError("no_subfile")
    return Header(
        iin=found["iin"],
        aamva_version=version,
        jurisdiction_version=jurisdiction_version,
        subfiles=subfiles,
        separators=text[at + 1 : found.start()] if at >= 0 else "",
        body_start=position + 2 + 10 * len(subfiles),
    )


def _has_jurisdiction_version(text: str, position: int) -> bool:
    # Some cards of version 00 and 01 have one all the same: four digits before the first letters.
    return text[position : position + 4].isdigit()


def _digits(text: str, position: int) -> str:
    digits = text[position : position + 2]
    if not (len(digits) == 2 and digits.isascii() and digits.isdigit()):
        raise AamvaParseError("no_header")
    return digits


def _designators(text: str, position: int) -> Iterator[Subfile]:
    while found := _DESIGNATOR.match(text, position):
        yield Subfile(found[1], int(found[2]), int(found[3]))
        position = found.end()
