"""Bills, statements and letters of Utopia that show where somebody lives, sound or spoilt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

import cv2
import numpy as np
import PIL.Image

from app.specimens.letter import Band, Letter, Print, letter_image, letter_pdf
from app.specimens.paper_wordings import BODY, HEADS, ISSUERS, LANGUAGES, MONTHS, ROWS
from app.specimens.photograph import photograph
from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date
    from random import Random

    from app.specimens.attributes import SpecimenAttributes
    from app.specimens.photograph import Background
    from app.vision.image import Image

PAPER_KINDS = tuple(ISSUERS)
PAPER_LANGUAGES = LANGUAGES
PHOTOGRAPH_SIZE_PX = (2400, 3200)
"""Width and height of a photograph of a page, half of what a telephone's camera gives."""

_TABLES: tuple[Background, ...] = ("desk", "cloth", "dark")
_OLD_DAYS, _FUTURE_DAYS = 200, 40
UNREADABLE_BLUR_MM = 0.6
"""Standard deviation on the paper: strokes of 10 pt print run into one another."""

_A4_WIDTH_MM = 210.0
_INK = {"utility": (20, 96, 60), "bank": (150, 24, 40), "tax": (40, 40, 46),
        "telecom": (84, 30, 130)}  # fmt: skip


class PaperSpoil(StrEnum):
    """One thing wrong with a paper, or with its picture."""

    OTHER_NAME = "other_name"
    OTHER_ADDRESS = "other_address"
    OLD_DATE = "old_date"
    FUTURE_DATE = "future_date"
    NO_DATE = "no_date"
    NO_ISSUER = "no_issuer"
    BLURRED = "blurred"
    BLANK = "blank"


class PaperFormat(StrEnum):
    """As what a paper is handed in."""

    PNG = "png"
    JPEG = "jpeg"
    PHOTOGRAPH = "photograph"
    PDF = "pdf"
    SCANNED_PDF = "scanned_pdf"


SUFFIXES = {
    PaperFormat.PNG: "png", PaperFormat.JPEG: "jpg", PaperFormat.PHOTOGRAPH: "jpg",
    PaperFormat.PDF: "pdf", PaperFormat.SCANNED_PDF: "pdf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one paper says, as printed."""

    holder: str
    address: tuple[str, str]
    issuer: str
    issued: str
    period: str
    due: str
    heads: tuple[str, str, str, str]
    rows: tuple[tuple[str, str], ...]
    body: tuple[str, ...]
    ink: tuple[int, int, int]
    place: str


def print_proof_of_address(
    kind: str,
    language: str,
    attributes: SpecimenAttributes,
    today: date,
    chance: Random,
    spoil: Collection[str] = (),
) -> Letter:
    """One page of the kind in the language, dated in the last 80 days unless spoilt."""
    spoils = {PaperSpoil(each) for each in spoil}
    if PaperSpoil.BLANK in spoils:
        return Letter()
    facts = _facts(kind, language, attributes, today, chance, spoils)
    return _LAYOUTS[kind](facts)


def paper_file(
    letter: Letter, file_format: PaperFormat, chance: Random, *, turn: int = 0, blur_mm: float = 0.0
) -> bytes:
    """The page as a file.

    Shapes and units: `turn` is that of a photograph in degrees clockwise; `blur_mm` is the standard
    deviation on the paper, which makes a scan of a PDF: text is never blurred.
    """
    if file_format is PaperFormat.PDF and blur_mm > 0:
        file_format = PaperFormat.SCANNED_PDF
    if file_format is PaperFormat.PDF:
        return letter_pdf([letter])
    image = blurred(letter_image(letter), blur_mm)
    if file_format is PaperFormat.PHOTOGRAPH:
        size = PHOTOGRAPH_SIZE_PX if turn in {0, 180} else PHOTOGRAPH_SIZE_PX[::-1]
        background = chance.choice(_TABLES)
        picture, _ = photograph(
            image, chance=chance, background=background, turn=turn, size_px=size
        )
        return encode_jpeg(picture, 85)
    if file_format is PaperFormat.JPEG:
        return encode_jpeg(image, 80)
    buffer = BytesIO()
    kind = "PDF" if file_format is PaperFormat.SCANNED_PDF else "PNG"
    PIL.Image.fromarray(image).save(buffer, format=kind, resolution=200.0)
    return buffer.getvalue()


def blurred(image: Image, blur_mm: float = UNREADABLE_BLUR_MM) -> Image:
    """The page out of focus; at the usual amount nobody can read it."""
    if blur_mm <= 0:
        return image
    sigma = blur_mm * image.shape[1] / _A4_WIDTH_MM
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), dtype=np.uint8)


def _facts(
    kind: str,
    language: str,
    attributes: SpecimenAttributes,
    today: date,
    chance: Random,
    spoils: Collection[PaperSpoil],
) -> _Facts:
    issued = today - timedelta(days=chance.randint(2, 80))
    if PaperSpoil.OLD_DATE in spoils:
        issued = today - timedelta(days=_OLD_DAYS)
    if PaperSpoil.FUTURE_DATE in spoils:
        issued = today + timedelta(days=_FUTURE_DAYS)
    in_words = chance.random() < 0.5
    title, *labels = HEADS[kind][language]
    first = issued - timedelta(days=34)
    last = issued - timedelta(days=4)
    day = "" if PaperSpoil.NO_DATE in spoils else _day(issued, language, in_words=in_words)
    shown = _with_other_facts(attributes, spoils)
    return _Facts(
        holder=_holder(shown, chance),
        address=(_street(shown.street, chance), f"{shown.postal_code} {shown.city}"),
        issuer="" if PaperSpoil.NO_ISSUER in spoils else ISSUERS[kind][language],
        issued=day,
        period=" - ".join(_day(each, language, in_words=False) for each in (first, last)),
        due=_day(issued + timedelta(days=14), language, in_words=in_words),
        heads=(title, *labels),  # type: ignore[arg-type]
        rows=ROWS[kind][language],
        body=BODY[language],
        ink=_INK[kind],
        place=chance.choice(("Amaurot", "Anyder")),
    )


def _with_other_facts(
    attributes: SpecimenAttributes, spoils: Collection[PaperSpoil]
) -> SpecimenAttributes:
    if PaperSpoil.OTHER_NAME in spoils:
        attributes = replace(attributes, given_names="LORENZ", family_name="QUERFELD")
    if PaperSpoil.OTHER_ADDRESS in spoils:
        attributes = replace(
            attributes, street="77 ORCHARD HILL", postal_code="90417", city="BRUGA"
        )
    return attributes


def _holder(attributes: SpecimenAttributes, chance: Random) -> str:
    first = attributes.given_names.split()[0]
    given, family = attributes.given_names, attributes.family_name
    return chance.choice(
        (
            f"{given} {family}".title(),
            f"{first} {family}".title(),
            f"{first.title()} {family}",
            f"{family} {first}",
            f"Ms {first.title()} {family.title()}" if attributes.sex == "F"
            else f"Mr {first.title()} {family.title()}",
        )
    )  # fmt: skip


def _street(street: str, chance: Random) -> str:
    number, _, name = street.title().partition(" ")
    short = name.replace(" Lane", " Ln").replace(" Quay", " Qy")
    return chance.choice((f"{number} {name}", f"{name} {number}", f"{number}, {name}",
                          f"{number} {short}", f"{number} {name}, Apt 4"))  # fmt: skip


def _day(day: date, language: str, *, in_words: bool) -> str:
    if not in_words:
        sign = "." if language == "de" else "/"
        return f"{day:%d}{sign}{day:%m}{sign}{day:%Y}"
    month = MONTHS[language].split()[day.month - 1]
    pattern = {"en": "{} {} {}", "de": "{}. {} {}", "fr": "{} {} {}", "es": "{} de {} de {}"}
    return pattern[language].format(day.day, month, day.year)


def _utility(facts: _Facts) -> Letter:
    """Name above left, box of facts at the right, addressee in the window."""
    captions = list(zip(facts.heads[1:], (facts.issued, facts.period, facts.due), strict=True))
    prints = [
        Print(20, 24, facts.issuer, 17, bold=True, colour=facts.ink),
        *_block(facts, 20, 52),
        *_column([each for each in captions if each[1]], 118, 52, 34),
        Print(20, 102, facts.heads[0], 14, bold=True),
        *_paragraph(facts, 20, 114),
        *_table(facts, 20, 146),
        Print(20, 284, f"{facts.issuer} - Utopia 7 - UTAXY22" if facts.issuer else "", 7),
    ]
    return Letter(_filled(prints), (Band((20, 138, 190, 139), facts.ink),))


def _bank(facts: _Facts) -> Letter:
    """Name above right, addressee at the left, facts in a row of columns over the table."""
    prints = [
        Print(128, 22, facts.issuer, 15, bold=True, colour=facts.ink),
        *_block(facts, 24, 46),
        Print(24, 88, facts.heads[0], 15, bold=True),
    ]
    values = (facts.issued, facts.period, facts.due)
    for place, (label, value) in enumerate(zip(facts.heads[1:], values, strict=True)):
        if value:
            x_mm = (24.0, 72.0, 140.0)[place]
            prints += [Print(x_mm, 100, label, 8, colour=(90, 90, 96)), Print(x_mm, 105, value, 10)]
    prints += _table(facts, 24, 124)
    prints += [Print(24, 196 + 6 * n, line, 9) for n, line in enumerate(facts.body)]
    return Letter(_filled(prints), (Band((24, 110, 186, 110.6), facts.ink),))


def _tax(facts: _Facts) -> Letter:
    """An office's letter: place and day without a label, then prose, then the figures."""
    day = f"{facts.place}, {facts.issued}" if facts.issued else ""
    prints = [
        Print(25, 26, facts.issuer, 14, bold=True),
        *_block(facts, 25, 54),
        Print(140, 88, day, 10),
        Print(25, 104, facts.heads[0], 12, bold=True),
        Print(25, 112, f"{facts.heads[2]} {facts.period}", 9),
        *_paragraph(facts, 25, 126),
        *_table(facts, 25, 160),
        Print(25, 206, f"{facts.heads[3]} {facts.due}", 10),
    ]
    return Letter(_filled(prints))


def _telecom(facts: _Facts) -> Letter:
    """A band of colour with the name in white; the addressee stands at the right."""
    captions = list(zip(facts.heads[1:], (facts.issued, facts.period, facts.due), strict=True))
    prints = [
        Print(18, 18, facts.issuer, 18, bold=True, colour=(255, 255, 255)),
        *_block(facts, 120, 48),
        Print(18, 48, facts.heads[0], 13, bold=True),
        *[
            Print(18, 56 + 7 * n, f"{label}: {value}", 9)
            for n, (label, value) in enumerate(captions)
            if value
        ],
        *_paragraph(facts, 18, 100),
        *_table(facts, 18, 134),
        Print(18, 286, facts.issuer, 7),
    ]
    return Letter(_filled(prints), (Band((0, 0, 210, 28), facts.ink),))


def _block(facts: _Facts, x_mm: float, y_mm: float) -> list[Print]:
    lines = (facts.holder, *facts.address)
    return [Print(x_mm, y_mm + 5.5 * n, line, 10.5) for n, line in enumerate(lines)]


def _column(
    captions: Collection[tuple[str, str]], x_mm: float, y_mm: float, gap_mm: float
) -> list[Print]:
    prints = []
    for place, (label, value) in enumerate(captions):
        y = y_mm + 6 * place
        prints += [Print(x_mm, y, label, 8.5), Print(x_mm + gap_mm, y, value, 8.5)]
    return prints


def _paragraph(facts: _Facts, x_mm: float, y_mm: float) -> list[Print]:
    return [Print(x_mm, y_mm + 6 * n, line, 10) for n, line in enumerate(facts.body)]


def _table(facts: _Facts, x_mm: float, y_mm: float) -> list[Print]:
    prints = []
    for place, (caption, value) in enumerate(facts.rows):
        y = y_mm + 8 * place
        prints += [Print(x_mm, y, caption, 9.5), Print(x_mm + 110, y, value, 9.5)]
    return prints


def _filled(prints: Collection[Print]) -> tuple[Print, ...]:
    return tuple(each for each in prints if each.text)


_LAYOUTS: dict[str, Callable[[_Facts], Letter]] = {
    "utility": _utility,
    "bank": _bank,
    "tax": _tax,
    "telecom": _telecom,
}
