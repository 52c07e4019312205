"""Utopia's identity card: TD1, 85.6 x 54 mm, printed on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.specimens.guilloche import ID_CARD_PALETTE as PALETTE
from app.specimens.passport import day_month_year
from app.specimens.sheet import RED, Sheet
from app.standards.icao9303 import MrzAttributes, MrzDate, MrzFormat, build_mrz

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.specimens.attributes import SpecimenAttributes
    from app.vision.image import Image

CARD_SIZE_MM = (85.6, 54.0)
CARD_PX_PER_MM = 14

_PORTRAIT_MM = (4.0, 12.5, 30.0, 46.0)
_MRZ_TOP_MM = 29.5
_MRZ_BOTTOM_MM = 52.5


def id_card_mrz(attributes: SpecimenAttributes) -> list[str]:
    """Three lines of 30 characters with correct check digits."""
    return build_mrz(
        MrzFormat.TD1,
        MrzAttributes(
            document_code="I",
            issuing_state=attributes.issuing_state,
            primary_identifier=attributes.family_name,
            secondary_identifier=attributes.given_names,
            document_number=attributes.document_number,
            nationality=attributes.nationality,
            date_of_birth=MrzDate.of(attributes.date_of_birth),
            sex=attributes.sex,
            date_of_expiry=MrzDate.of(attributes.date_of_expiry),
        ),
    )


def print_id_card_front(printed: SpecimenAttributes, portrait: Image | None) -> Image:
    """The side with the portrait and the visual zone.

    Shapes and units: returns (756, 1198, 3) uint8 RGB, 14 px per mm.
    """
    sheet = Sheet(CARD_SIZE_MM, CARD_PX_PER_MM, PALETTE)
    sheet.watermark((58.0, 31.0), "SPECIMEN", 6.6)
    sheet.band((0, 0, CARD_SIZE_MM[0], 8.5), PALETTE.ink)
    sheet.text((4.0, 5.9), "UTOPIA", 3.0, colour=(255, 255, 255), bold=True)
    sheet.text((24.0, 5.7), "IDENTITY CARD / CARTE D'IDENTITÉ", 1.7, colour=(255, 255, 255))
    sheet.emblem((79.5, 14.6), 3.9)
    if portrait is not None:
        sheet.picture(_PORTRAIT_MM, portrait)
    left, right = 33.5, 59.5
    sheet.field((left, 12.5), "Surname / Nom", printed.family_name)
    sheet.field((left, 19.0), "Given names / Prénoms", printed.given_names)
    sheet.field((left, 25.5), "Sex / Sexe", printed.sex)
    sheet.field((left + 13, 25.5), "Nationality", printed.nationality)
    sheet.field((right, 25.5), "Date of birth", day_month_year(printed.date_of_birth))
    sheet.field((left, 32.0), "Document No.", printed.document_number)
    sheet.field((right, 32.0), "Personal No.", printed.personal_number)
    sheet.field((left, 38.5), "Date of issue", day_month_year(printed.date_of_issue))
    sheet.field((right, 38.5), "Date of expiry", day_month_year(printed.date_of_expiry))
    sheet.text((4.0, 50.6), "SPECIMEN - NOT A VALID DOCUMENT", 1.6, colour=RED, bold=True)
    return sheet.image()


def print_id_card_back(
    printed: SpecimenAttributes, mrz_lines: Sequence[str], *, own_strokes: bool = False
) -> Image:
    """The side with the machine readable zone.

    Shapes and units: returns (756, 1198, 3) uint8 RGB, 14 px per mm.
    """
    sheet = Sheet(CARD_SIZE_MM, CARD_PX_PER_MM, PALETTE)
    sheet.watermark((48.0, 18.0), "UTOPIA", 7.0)
    sheet.field((4.0, 5.0), "Address / Adresse", printed.street)
    sheet.text((4.0, 11.6), f"{printed.postal_code} {printed.city}", 2.1, bold=True)
    sheet.field((4.0, 15.8), "Place of birth / Lieu de naissance", printed.place_of_birth)
    sheet.field((44.0, 5.0), "Height / Taille", f"{printed.height_cm} cm")
    sheet.field((44.0, 15.8), "Authority / Autorité", "UTOPIA")
    sheet.text((4.0, 26.6), "SPECIMEN - NOT A VALID DOCUMENT", 1.6, colour=RED, bold=True)
    sheet.emblem((77.0, 10.0), 5.0)
    sheet.veil((0, _MRZ_TOP_MM, *CARD_SIZE_MM))
    sheet.mrz(mrz_lines, _MRZ_BOTTOM_MM, own_strokes=own_strokes)
    return sheet.image()
