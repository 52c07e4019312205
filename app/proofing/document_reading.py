"""Reading one document from the pictures of its sides: what each zone says, and what it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

from app.domain.evidence import DocumentType, Side
from app.proofing.attributes import barcode_attributes, mrz_attributes
from app.proofing.mrz_reading import read_mrz_by_detector, search_mrz
from app.proofing.name_forms import compact
from app.proofing.operating_points import PROSE_MIN_LINES
from app.proofing.visual_zone import is_label, labels_of_letters, visual_attributes
from app.standards.aamva import AamvaParseError, parse_aamva
from app.standards.icao9303 import MrzFormat
from app.vision.barcodes import pdf417_readings
from app.vision.document_hints import text_line_regions
from app.vision.localisation import locate_document
from app.vision.mrz_reader import mirrored
from app.vision.orientation import orientation_by_text
from app.vision.print_layout import printed_lines, prose_lines
from app.vision.rectification import quarter_turned, rectify
from app.vision.text import read_letter_below, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from app.proofing.attributes import Attribute
    from app.proofing.mrz_reading import MrzReading
    from app.standards.aamva import Aamva
    from app.vision.barcodes import BarcodeReading
    from app.vision.image import Image, Quad
    from app.vision.localisation import DocumentLocation
    from app.vision.orientation import Orientation
    from app.vision.text import TextLine

# Words that name the document on its face, without accents and blanks.
_TITLES: tuple[tuple[DocumentType, tuple[str, ...]], ...] = (
    (
        DocumentType.DRIVERS_LICENSE,
        ("DRIVERLIC", "DRIVINGLIC", "DRIVERSLIC", "PERMISDECOND", "FUHRERSCHEIN", "PATENTEDI"),
    ),
    (DocumentType.PASSPORT, ("PASSPORT", "PASSEPORT", "REISEPASS", "PASAPORTE", "PASSAPORTO")),
    (DocumentType.ID_CARD, ("IDENTITYCARD", "IDENTITE", "PERSONALAUSWEIS", "IDENTIDAD")),
)


@dataclass(frozen=True, slots=True)
class SideReading:
    """One picture as read. `upright` is the document cut out of it and turned the right way up."""

    upright: Image = field(repr=False)
    location: DocumentLocation | None
    mrz: MrzReading | None
    barcode: Aamva | None = field(repr=False)
    barcode_text: BarcodeReading | None
    lines: tuple[TextLine, ...] = field(repr=False)
    ms: Mapping[str, float]

    @property
    def has_content(self) -> bool:
        """Whether anything on the picture speaks for a document."""
        if self.mrz is not None or self.barcode_text is not None:
            return True
        texts = [line.text for line in self.lines]
        if sum(is_label(text) or _title_of(text) is not None for text in texts) >= _LEAST_LABELS:
            return True
        n_long = sum(len(text) > _PROSE_LINE_CHARACTERS for text in texts)
        is_prose = n_long > _PROSE_SHARE * len(texts)
        return self.location is not None and len(texts) >= _LEAST_LINES and not is_prose


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """All sides together; `attributes` holds at most one value of a name from a zone."""

    sides: Mapping[Side, SideReading]
    attributes: tuple[Attribute, ...] = field(repr=False)
    document_type: DocumentType | None

    @property
    def mrz(self) -> MrzReading | None:
        """The machine readable zone of whichever side carries it."""
        return next((side.mrz for side in self.sides.values() if side.mrz), None)

    @property
    def barcode(self) -> Aamva | None:
        """The licence barcode of whichever side carries it."""
        return next((side.barcode for side in self.sides.values() if side.barcode), None)

    @property
    def stage_ms(self) -> dict[str, float]:
        """Milliseconds by stage, summed over the sides."""
        total: dict[str, float] = {}
        for side in self.sides.values():
            for stage, ms in side.ms.items():
                total[stage] = total.get(stage, 0.0) + ms
        return total


# 36 photographed specimens: sides that were read as text had 20 lines or more; noise and blank
# pictures had none.
_LEAST_LINES = 4
_LEAST_PRINT = 2  # lines that the text detector sees on the whole picture
_PROSE_SAMPLE = 8
# Of 204 pictures of the evaluation data the two with most long lines, open passports, show 20.
_MANY_PROSE_LINES = 30
_LEAST_LABELS = 2
# Lines of a letter or a book page hold 60 characters and more, lines of documents seldom 40.
_PROSE_LINE_CHARACTERS = 42
_PROSE_SHARE = 0.3


def read_document(
    images: Mapping[Side, Image], today: date, expected: DocumentType | None = None
) -> DocumentReading:
    """What the pictures of one document say.

    Shapes and units: images (H, W, 3) uint8 RGB at any turn. `expected` only decides what is looked
    for longest; what the document is, is recognised.
    Cost: 1 to 2 s a side on one core.
    """
    sides = {
        side: read_side(
            image,
            want_barcode=_may_have_barcode(side, expected),
            may_lack_mrz=expected is DocumentType.DRIVERS_LICENSE
            or (expected is DocumentType.ID_CARD and side is Side.FRONT),
        )
        for side, image in images.items()
    }
    machine = tuple(_machine_attributes(sides, today))
    lines = [line for side in sides.values() for line in side.lines]
    visual = visual_attributes(lines, machine, today)
    return DocumentReading(sides, (*machine, *visual), _recognised_type(sides))


def read_side(
    image: Image, *, want_barcode: bool = True, may_lack_mrz: bool = False
) -> SideReading:
    """One picture: located, read by machine, turned upright by what is on it, read as text.

    The text detector helps to find an MRZ only where there must be one: where there may be none
    (`may_lack_mrz`) or a barcode was read, it would be asked in vain most of the time.
    """
    clock = _StageClock()
    location = locate_document(image)
    clock.lap("localise")
    search = search_mrz(image, lambda: location.quad if location else None)
    if search.is_mirrored:
        # A front camera showed the document as a mirror does: all of it is read the right way.
        image = mirrored(image)
        location = locate_document(image)
        search = search_mrz(image, lambda: location.quad if location else None)
    mrz = search.reading
    clock.lap("mrz")
    if (mrz is None or not mrz.is_valid) and _is_page_of_prose(image):
        # Asked after the MRZ, for fine guilloches are suspected too: papers have one, pages none.
        clock.lap("print")
        return SideReading(image, location, None, None, None, (), clock.ms)
    text, barcode = (None, None)
    if want_barcode and mrz is None:
        text, barcode = _read_barcode(image, location)
        clock.lap("barcode")
    if mrz is None and text is None and not _has_print(image, location):
        # A table, a cat, a blank page: the readers would look for print once more at each turn.
        clock.lap("print")
        return SideReading(image, location, None, None, None, (), clock.ms)
    clock.lap("print")
    if text is None and not may_lack_mrz:
        mrz = read_mrz_by_detector(image, search)
        clock.lap("mrz")
    upright, lines = _read_print(image, location, mrz, text, clock)
    has_print = len(lines) >= _LEAST_LINES
    if location is not None and not has_print and _has_visual_zone(mrz, text):
        # What was found is a part of a document that fills the picture: its portrait, its MRZ.
        location = None
        upright, lines = _read_print(image, None, mrz, text, clock)
    return SideReading(upright, location, mrz, barcode, text, lines, clock.ms)


def _read_print(
    image: Image,
    location: DocumentLocation | None,
    mrz: MrzReading | None,
    barcode: BarcodeReading | None,
    clock: _StageClock,
) -> tuple[Image, tuple[TextLine, ...]]:
    """The document upright, and its printed lines where it has a visual zone."""
    flat = rectify(image, location.quad, margin=0.02) if location else image
    orientation = orientation_by_text(flat) if mrz is None else None
    upright = quarter_turned(flat, _turns_to_upright(mrz, orientation))
    clock.lap("orient")
    lines: tuple[TextLine, ...] = ()
    if _has_visual_zone(mrz, barcode):
        found = _sampled_prose(orientation.lines) if orientation else None
        lines = tuple(_with_letters(upright, read_text(upright, found)))
    clock.lap("viz")
    return upright, lines


def _with_letters(upright: Image, lines: list[TextLine]) -> Iterator[TextLine]:
    yield from lines
    for label in labels_of_letters(lines):
        letter = read_letter_below(upright, label.quad)
        if letter is not None:
            yield letter


def _has_print(image: Image, location: DocumentLocation | None) -> bool:
    """Whether anything is printed; that of a small card may be seen only when it is cut out."""
    if len(printed_lines(image)) >= _LEAST_PRINT:
        return True
    card = rectify(image, location.quad) if location else None
    return card is not None and len(printed_lines(card)) >= _LEAST_PRINT


def _is_page_of_prose(image: Image) -> bool:
    """A page of a letter or a book; the slow look is taken only where a quick one suspects it."""
    if len(text_line_regions(image)) < _MANY_PROSE_LINES:
        return False
    return len(prose_lines(printed_lines(image))) >= _MANY_PROSE_LINES


def _sampled_prose(found: Sequence[Quad]) -> Sequence[Quad]:
    """The lines, but of a page of prose only some of the long ones: enough to know it by."""
    prose = prose_lines(found)
    if len(prose) < PROSE_MIN_LINES:
        return found
    left_out = {id(quad) for quad in prose[_PROSE_SAMPLE:]}
    return [quad for quad in found if id(quad) not in left_out]


class _StageClock:
    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.ms[stage] = self.ms.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now


def _may_have_barcode(side: Side, expected: DocumentType | None) -> bool:
    return expected is None or (side is Side.BACK and expected is not DocumentType.PASSPORT)


def _turns_to_upright(mrz: MrzReading | None, orientation: Orientation | None) -> int:
    """Clockwise quarter turns; cutting a document out keeps the turn it had in the picture."""
    if mrz is not None:
        return -mrz.quarter_turn % 4
    return orientation.quarter_turns if orientation else 0


def _has_visual_zone(mrz: MrzReading | None, barcode: BarcodeReading | None) -> bool:
    """Backs of cards carry no attribute that is compared: an address, a height, notes."""
    is_back_of_card = mrz is not None and mrz.mrz.format is MrzFormat.TD1 and mrz.is_valid
    return barcode is None and not is_back_of_card


def _read_barcode(
    image: Image, location: DocumentLocation | None
) -> tuple[BarcodeReading | None, Aamva | None]:
    """The first reading that parses; else the first reading at all."""
    first: BarcodeReading | None = None
    for reading in pdf417_readings(image, location.quad if location else None):
        first = first or reading
        try:
            return reading, parse_aamva(reading.text)
        except AamvaParseError:
            continue
    return first, None


def _machine_attributes(sides: Mapping[Side, SideReading], today: date) -> Iterator[Attribute]:
    seen: set[object] = set()
    for side in sides.values():
        found: list[Attribute] = []
        if side.mrz is not None:
            found += mrz_attributes(side.mrz.mrz, today, side.mrz.confidence)
        if side.barcode is not None:
            found += barcode_attributes(side.barcode)
        for attribute in found:
            if (attribute.name, attribute.zone) not in seen:
                seen.add((attribute.name, attribute.zone))
                yield attribute


def _recognised_type(sides: Mapping[Side, SideReading]) -> DocumentType | None:
    """The machine readable zone decides, then the barcode, then the printed title."""
    for side in sides.values():
        if side.mrz is not None:
            return _type_of_mrz(side.mrz)
    for side in sides.values():
        if side.barcode is not None:
            kinds = {subfile.code for subfile in side.barcode.subfiles}
            is_id = "ID" in kinds and "DL" not in kinds
            return DocumentType.ID_CARD if is_id else DocumentType.DRIVERS_LICENSE
    printed = "".join(line.text for side in sides.values() for line in side.lines)
    return _title_of(printed)


def _title_of(text: str) -> DocumentType | None:
    printed = compact(text)
    for document_type, titles in _TITLES:
        if any(title in printed for title in titles):
            return document_type
    return None


def _type_of_mrz(reading: MrzReading) -> DocumentType | None:
    """Passports begin with P, cards with I, A or C; a visa proves nobody's identity."""
    code = reading.mrz.document_code[:1]
    if reading.mrz.format is MrzFormat.TD3 and code == "P":
        return DocumentType.PASSPORT
    return DocumentType.ID_CARD if code in {"I", "A", "C"} else None
