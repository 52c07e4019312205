"""From attributes to the lines of a machine readable zone, check digits and all.

Source: ICAO Doc 9303 part 3, section 4, and the format's own part.
"""

from dataclasses import dataclass
from typing import Final

from app.standards.icao9303.check_digit import FILLER, check_digit
from app.standards.icao9303.dates import MrzDate
from app.standards.icao9303.formats import FORMATS_WITH_LONG_NUMBERS, LAYOUTS, MrzFormat, Span
from app.standards.icao9303.mrz import Mrz
from app.standards.icao9303.transliteration import transliterate

_NUMBER_LENGTH: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MrzAttributes:
    """What to print. Names may have any letters that `transliterate` knows."""

    document_code: str
    issuing_state: str
    primary_identifier: str
    secondary_identifier: str = ""
    document_number: str
    nationality: str
    date_of_birth: MrzDate
    sex: str = FILLER
    date_of_expiry: MrzDate | None = None
    optional_data: str = ""
    second_optional_data: str = ""

    def __repr__(self) -> str:
        return "<MrzAttributes>"


class MrzBuildError(ValueError):
    """An attribute cannot be printed in this format; `attribute` is its name, never its value."""

    def __init__(self, attribute: str) -> None:
        super().__init__(f"{attribute} does not fit the format")
        self.attribute = attribute


def attributes_of(mrz: Mrz) -> MrzAttributes:
    """Return what `build_mrz` needs to print the zone again."""
    return MrzAttributes(
        document_code=mrz.document_code,
        issuing_state=mrz.issuing_state,
        primary_identifier=mrz.primary_identifier,
        secondary_identifier=mrz.secondary_identifier,
        document_number=mrz.document_number,
        nationality=mrz.nationality,
        date_of_birth=mrz.date_of_birth,
        sex=mrz.sex,
        date_of_expiry=mrz.date_of_expiry,
        optional_data=mrz.optional_data,
        second_optional_data=mrz.second_optional_data,
    )


def build_mrz(fmt: MrzFormat, attributes: MrzAttributes) -> list[str]:
    """Return the lines of the zone; the inverse of `parse_mrz`.

    Names that are too long are cut as Doc 9303 asks, so that a letter stands at the end.
    Raises: MrzBuildError when an attribute does not fit, TransliterationError for foreign letters.
    """
    layout = LAYOUTS[fmt]
    lines = [FILLER * layout.line_length] * layout.line_count
    for name, text in _texts(fmt, attributes).items():
        field = next((field for field in layout.fields if field.name == name), None)
        if field is None and text:
            raise MrzBuildError(name)
        if field is None:
            continue
        width = field.span.end - field.span.start
        if len(text) > width or not set(text) <= set(field.kind.alphabet):
            raise MrzBuildError(name)
        _print(lines, field.span, text)
    if not lines[0].startswith(layout.code_prefixes):
        raise MrzBuildError("document_code")
    is_long = _is_long(fmt, attributes)
    for rule in layout.check_digits[is_long:]:  # a long number carries its check digit with it
        _print(lines, rule.printed_at, check_digit("".join(s.of(lines) for s in rule.covers)))
    return lines


def fit_names(primary: str, secondary: str, width: int) -> str:
    """Return both identifiers, in MRZ letters, in at most `width` characters.

    When they are too long the secondary identifier keeps its first word if half of the space
    suffices for it, and the last position gets a letter, the sign of a cut name.
    """
    names = primary + (2 * FILLER + secondary if secondary else "")
    if len(names) <= width:
        return names
    if not secondary:
        return primary[:width].rstrip(FILLER)
    kept = min(len(secondary.partition(FILLER)[0]), width // 2 - 2)
    if primary[: width - 2 - kept].endswith(FILLER) and kept > 1:
        kept -= 1  # else the cut would fall between two words and not show
    primary = primary[: width - 2 - kept].rstrip(FILLER)
    room = width - 2 - len(primary)
    if secondary[:room].endswith(FILLER):
        # A letter must stand last: the primary identifier gives one more place.
        primary = primary[:-1].rstrip(FILLER)
        room = width - 2 - len(primary)
    return primary + 2 * FILLER + secondary[:room].rstrip(FILLER)


def _texts(fmt: MrzFormat, attributes: MrzAttributes) -> dict[str, str]:
    number, optional_data = _number_and_optional_data(fmt, attributes)
    return {
        "document_code": attributes.document_code,
        "issuing_state": attributes.issuing_state,
        "document_number": number,
        "nationality": "" if fmt is MrzFormat.FRENCH_ID else attributes.nationality,
        "date_of_birth": attributes.date_of_birth.raw,
        "sex": attributes.sex,
        "date_of_expiry": attributes.date_of_expiry.raw if attributes.date_of_expiry else "",
        "optional_data": optional_data,
        "second_optional_data": attributes.second_optional_data,
        **_names(fmt, attributes),
    }


def _names(fmt: MrzFormat, attributes: MrzAttributes) -> dict[str, str]:
    layout = LAYOUTS[fmt]
    primary = transliterate(attributes.primary_identifier)
    secondary = transliterate(attributes.secondary_identifier)
    if span := layout.span("names"):
        return {"names": fit_names(primary, secondary, span.end - span.start)}
    texts = {"primary_identifier": primary, "secondary_identifier": secondary}
    spans = {name: layout.span(name) for name in texts}
    return {n: texts[n][: s.end - s.start].rstrip(FILLER) for n, s in spans.items() if s}


def _number_and_optional_data(fmt: MrzFormat, attributes: MrzAttributes) -> tuple[str, str]:
    number = attributes.document_number
    if not _is_long(fmt, attributes):
        return number, attributes.optional_data
    if FILLER in number:
        raise MrzBuildError("document_number")  # the number would end there for every reader
    rest = number[_NUMBER_LENGTH:] + check_digit(number)
    tail = FILLER + attributes.optional_data if attributes.optional_data else ""
    return number[:_NUMBER_LENGTH], rest + tail


def _is_long(fmt: MrzFormat, attributes: MrzAttributes) -> bool:
    return fmt in FORMATS_WITH_LONG_NUMBERS and len(attributes.document_number) > _NUMBER_LENGTH


def _print(lines: list[str], span: Span, text: str) -> None:
    line = lines[span.line]
    padded = text.ljust(span.end - span.start, FILLER)
    lines[span.line] = line[: span.start] + padded + line[span.end :]
