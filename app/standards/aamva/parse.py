"""From the text of an AAMVA barcode to its elements."""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from app.standards.aamva.aamva import Aamva
from app.standards.aamva.header import AamvaParseError, Header, parse_header

# The standard's separators are LF, RS and CR; printers and readers turn them into other controls.
# A control of the upper half that went through UTF-8 twice has become two characters.
_CONTROLS: Final = re.compile(r"(?:[\x00-\x1f\x7f-\x9f]|\xc2(?=[\x80-\x9f]))+")
_ELEMENT: Final = re.compile(r"(D[A-Z]{2}|Z[A-Z][A-Z0-9])(.*)")
_CARD_SUBFILES: Final = frozenset({"DL", "ID", "EN"})


def parse_aamva(text: str) -> Aamva:
    """Return the barcode's issuer, versions, subfiles and elements.

    Elements are found by their separators, not by the header's offsets, which no longer hold once
    a reader has rewritten a separator. Where an id stands twice, the first value counts.
    Raises: AamvaParseError with no_header, no_subfile or no_elements.
    """
    header = parse_header(text)
    elements: dict[str, str] = {}
    for element_id, value in _elements(text[header.body_start :], header):
        if not elements.get(element_id):
            elements[element_id] = value
    if not elements:
        raise AamvaParseError("no_elements")
    return Aamva(
        iin=header.iin,
        aamva_version=header.aamva_version,
        jurisdiction_version=header.jurisdiction_version,
        subfiles=header.subfiles,
        elements=MappingProxyType(elements),
    )


def _elements(body: str, header: Header) -> Iterator[tuple[str, str]]:
    unopened = {subfile.code for subfile in header.subfiles}
    for line in _lines(body, header):
        code = line[:2]
        if code in unopened and _opens_subfile(line):
            unopened.remove(code)
            line = line[2:]  # noqa: PLW2901
        if found := _ELEMENT.fullmatch(line):
            yield found[1], found[2].strip()


def _opens_subfile(line: str) -> bool:
    # DLDAQ..., ZAZAA...: the subfile's type comes directly before its first element.
    code, first_element = line[:2], line[2:5]
    return first_element.startswith("D" if code in _CARD_SUBFILES else code)


def _lines(body: str, header: Header) -> list[str]:
    # A few printers write the letter M for CR (control-M). Where the header shows it, M ends the
    # last line too; before a subfile of the jurisdiction it can be nothing else.
    for subfile in header.subfiles:
        if subfile.code not in _CARD_SUBFILES:
            body = re.sub(rf"M?(?={subfile.code}{subfile.code}[A-Z])", "\r", body, count=1)
    if header.separators.endswith("M"):
        body = body.removesuffix("M")
    if "|" in header.separators:
        body = body.replace("|", "\n")
    return [line.strip() for line in _CONTROLS.split(body) if line.strip()]
