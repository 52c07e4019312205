"""The data page of Utopia's passport: TD3, 125 x 88 mm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.specimens.guilloche import PASSPORT_PALETTE as PALETTE
from app.specimens.sheet import RED, Sheet
from app.standards.icao9303 import MrzAttributes, MrzDate, MrzFormat, build_mrz

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.specimens.attributes import SpecimenAttributes
    from app.vision.image import Image

PASSPORT_SIZE_MM = (125.0, 88.0)
PASSPORT_PX_PER_MM = 12

_PORTRAIT_MM = (5.0, 17.5, 38.0, 60.0)
_FIELDS_LEFT_MM = 44.0
_SECOND_COLUMN_MM = 82.0
_MRZ_TOP_MM = 65.0
_MRZ_BOTTOM_MM = 84.5


def passport_mrz(attributes: SpecimenAttributes) -> list[str]:
    """Two lines of 44 characters with correct check digits."""
    return build_mrz(
        MrzFormat.TD3,
        MrzAttributes(
            document_code="P",
            issuing_state=attributes.issuing_state,
            primary_identifier=attributes.family_name,
            secondary_identifier=attributes.given_names,
            document_number=attributes.document_number,
            nationality=attributes.nationality,
            date_of_birth=MrzDate.of(attributes.date_of_birth),
            sex=attributes.sex,
            date_of_expiry=MrzDate.of(attributes.date_of_expiry),
            optional_data=attributes.personal_number,
        ),
    )


def print_passport_page(
    printed: SpecimenAttributes,
    portrait: Image | None,
    mrz_lines: Sequence[str],
    *,
    own_strokes: bool = False,
) -> Image:
    """The data page; without a portrait its place stays empty.

    Shapes and units: returns (1056, 1500, 3) uint8 RGB, 12 px per mm.
    """
    sheet = Sheet(PASSPORT_SIZE_MM, PASSPORT_PX_PER_MM, PALETTE)
    sheet.watermark((84.0, 40.0), "SPECIMEN", 10.0)
    sheet.band((0, 0, PASSPORT_SIZE_MM[0], 9.5), PALETTE.ink)
    sheet.text((5.0, 6.7), "UTOPIA", 3.6, colour=(255, 255, 255), bold=True)
    sheet.text((31.0, 6.5), "PASSPORT / PASSEPORT", 2.3, colour=(255, 255, 255))
    sheet.text((120.0, 6.5), "SPECIMEN", 2.6, colour=(255, 214, 120), bold=True, anchor="r")
    sheet.veil((0, _MRZ_TOP_MM, *PASSPORT_SIZE_MM))
    if portrait is not None:
        sheet.picture(_PORTRAIT_MM, portrait)
    sheet.emblem((113.0, 55.5), 6.0)
    _print_fields(sheet, printed)
    sheet.mrz(mrz_lines, _MRZ_BOTTOM_MM, own_strokes=own_strokes)
    return sheet.image()


def _print_fields(sheet: Sheet, printed: SpecimenAttributes) -> None:
    left, right = _FIELDS_LEFT_MM, _SECOND_COLUMN_MM
    sheet.field((left, 13.5), "Type / Type", "P")
    sheet.field((left + 17, 13.5), "Code of State / Code", printed.issuing_state)
    sheet.field((right, 13.5), "Passport No. / No. du passeport", printed.document_number, 2.6)
    sheet.field((left, 21.0), "Surname / Nom", printed.family_name, 2.4)
    sheet.field((left, 28.5), "Given names / Prénoms", printed.given_names, 2.4)
    sheet.field((left, 36.0), "Nationality / Nationalité", "UTOPIAN")
    sheet.field(
        (right, 36.0), "Date of birth / Date de naissance", day_month_year(printed.date_of_birth)
    )
    sheet.field((left, 43.0), "Sex / Sexe", printed.sex)
    sheet.field((left + 17, 43.0), "Place of birth", printed.place_of_birth)
    sheet.field((right, 43.0), "Personal No. / No. personnel", printed.personal_number)
    sheet.field((left, 50.0), "Date of issue / Délivré le", day_month_year(printed.date_of_issue))
    sheet.field((left, 57.0), "Date of expiry / Expire le", day_month_year(printed.date_of_expiry))
    sheet.field((right, 50.0), "Authority / Autorité", "UTOPIA")
    sheet.text((right, 61.0), "NOT A VALID DOCUMENT", 1.3, colour=RED)


def day_month_year(day: date) -> str:
    """A date as visual zones print it: 12 AUG 1974, in English whatever the locale."""
    months = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
    month = months[3 * day.month - 3 : 3 * day.month]
    return f"{day.day:02d} {month} {day.year}"
