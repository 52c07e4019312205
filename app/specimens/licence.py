"""Utopia's driver's licence: a card with AAMVA's numbered fields and its PDF417 barcode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import zxingcpp

from app.specimens.guilloche import LICENCE_PALETTE as PALETTE
from app.specimens.id_card import CARD_PX_PER_MM, CARD_SIZE_MM
from app.specimens.sheet import RED, Sheet
from app.standards.aamva import AamvaAttributes, build_aamva

if TYPE_CHECKING:
    from datetime import date

    from app.specimens.attributes import SpecimenAttributes
    from app.vision.image import Image

UTOPIA_IIN = "636999"
"""An issuer number beyond those that AAMVA has given out."""

UTOPIA_JURISDICTION = "XU"
"""A jurisdiction code that no state or province of North America bears."""

_PORTRAIT_MM = (4.0, 12.5, 30.0, 46.0)
_BARCODE_COLUMNS = 10
_BARCODE_ERROR_LEVEL = "5"  # AAMVA, annex D.6: at least 3, 5 recommended where the space is there
_MODULE_PX = (6, 4)  # height and width: 0.29 mm wide (AAMVA: 0.17 to 0.38), rows 4.5 times as high
# zxing-cpp lost rows of the least height (3 modules) in 8 of 8 photographs tilted by 4 degrees,
# these in 1 of 8; no text needs the space.
_BARCODE_TOP_MM = 5.0


def licence_barcode(attributes: SpecimenAttributes) -> str:
    """The text of the AAMVA barcode, with one DL subfile."""
    first_name, _, middle_names = attributes.given_names.partition(" ")
    return build_aamva(
        AamvaAttributes(
            iin=UTOPIA_IIN,
            jurisdiction=UTOPIA_JURISDICTION,
            issuing_country=attributes.issuing_state,
            document_number=attributes.document_number,
            family_name=attributes.family_name,
            first_name=first_name,
            middle_names=middle_names,
            date_of_birth=attributes.date_of_birth,
            date_of_issue=attributes.date_of_issue,
            date_of_expiry=attributes.date_of_expiry,
            sex=cast("Literal['M', 'F', 'X']", attributes.sex),
            street=attributes.street,
            city=attributes.city,
            postal_code=attributes.postal_code,
            eye_colour=attributes.eye_colour,
            height_cm=attributes.height_cm,
            document_discriminator=attributes.personal_number,
        )
    )


def print_licence_front(printed: SpecimenAttributes, portrait: Image | None) -> Image:
    """The side with the portrait and the numbered fields.

    Shapes and units: returns (756, 1198, 3) uint8 RGB, 14 px per mm.
    """
    sheet = Sheet(CARD_SIZE_MM, CARD_PX_PER_MM, PALETTE)
    sheet.watermark((58.0, 33.0), "SPECIMEN", 6.6)
    sheet.band((0, 0, CARD_SIZE_MM[0], 8.5), PALETTE.ink)
    sheet.text((4.0, 5.9), "UTOPIA", 3.0, colour=(255, 255, 255), bold=True)
    sheet.text((24.0, 5.7), "DRIVER LICENSE", 2.2, colour=(255, 255, 255), bold=True)
    sheet.text((81.6, 5.7), "SPECIMEN", 1.9, colour=(255, 214, 120), bold=True, anchor="r")
    if portrait is not None:
        sheet.picture(_PORTRAIT_MM, portrait)
    _print_fields(sheet, printed)
    sheet.emblem((79.0, 24.5), 4.4)
    sheet.text((4.0, 50.6), "NOT A VALID DOCUMENT", 1.4, colour=RED, bold=True)
    return sheet.image()


def print_licence_back(printed: SpecimenAttributes, barcode: str) -> Image:
    """The side with the PDF417 barcode.

    Shapes and units: returns (756, 1198, 3) uint8 RGB, 14 px per mm.
    """
    sheet = Sheet(CARD_SIZE_MM, CARD_PX_PER_MM, PALETTE)
    ink = _barcode_ink(barcode)
    left = (round(CARD_SIZE_MM[0] * CARD_PX_PER_MM) - ink.shape[1]) // 2
    top = round(_BARCODE_TOP_MM * CARD_PX_PER_MM)
    bottom_mm = _BARCODE_TOP_MM + ink.shape[0] / CARD_PX_PER_MM
    sheet.band((0, _BARCODE_TOP_MM - 2.0, CARD_SIZE_MM[0], bottom_mm + 2.0), (252, 252, 252))
    sheet.ink((left, top), ink)
    sheet.field((4.0, bottom_mm + 5.5), "9 Class", "D")
    sheet.field((18.0, bottom_mm + 5.5), "12 Restrictions", "NONE")
    sheet.field((40.0, bottom_mm + 5.5), "5 Document discriminator", printed.personal_number)
    sheet.text((4.0, 51.0), "SPECIMEN - NOT A VALID DOCUMENT", 1.6, colour=RED, bold=True)
    sheet.text((81.6, 51.0), "UTOPIA", 2.1, colour=PALETTE.ink, bold=True, anchor="r")
    return sheet.image()


def _print_fields(sheet: Sheet, printed: SpecimenAttributes) -> None:
    left, right = 33.5, 59.5
    sheet.field((left, 12.0), "4d License No.", printed.document_number, 2.4)
    sheet.field((right, 12.0), "4b Date of expiry", _year_month_day(printed.date_of_expiry))
    sheet.field((left, 18.5), "1 Family name", printed.family_name)
    sheet.field((left, 24.8), "2 Given names", printed.given_names)
    sheet.field((left, 31.1), "8 Address", printed.street, 1.9)
    city = f"{printed.city}, {UTOPIA_JURISDICTION} {printed.postal_code}"
    sheet.text((left, 36.9), city, 1.9, bold=True)
    sheet.field((left, 40.5), "3 Date of birth", _year_month_day(printed.date_of_birth))
    sheet.field((right, 40.5), "15 Sex", printed.sex)
    sheet.field((left, 46.6), "4a Date of issue", _year_month_day(printed.date_of_issue))
    sheet.field((right, 46.6), "16 Height", f"{printed.height_cm} cm")
    sheet.field((right + 9.0, 40.5), "18 Eyes", printed.eye_colour)


def _barcode_ink(text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    symbol = zxingcpp.create_barcode(
        text,
        zxingcpp.BarcodeFormat.PDF417,
        columns=_BARCODE_COLUMNS,
        ec_level=_BARCODE_ERROR_LEVEL,
    )
    modules = 255 - np.array(zxingcpp.write_barcode_to_image(symbol, scale=1), dtype=np.uint8)
    return modules.repeat(_MODULE_PX[0], axis=0).repeat(_MODULE_PX[1], axis=1)


def _year_month_day(day: date) -> str:
    return f"{day.year}/{day.month:02d}/{day.day:02d}"
