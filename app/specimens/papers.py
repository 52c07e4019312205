"""Printing a whole paper of Utopia, sound or with faults on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.evidence import DocumentType, Side
from app.specimens.id_card import id_card_mrz, print_id_card_back, print_id_card_front
from app.specimens.licence import licence_barcode, print_licence_back, print_licence_front
from app.specimens.passport import passport_mrz, print_passport_page
from app.specimens.spoils import (
    Spoil,
    another_portrait,
    expired,
    spoil_picture,
    with_another_family_name,
    with_wrong_check_digit,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from app.specimens.attributes import SpecimenAttributes
    from app.vision.image import Image


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Paper:
    """A printed specimen: one picture for each side that it has, and what was encoded on it.

    `attributes` are those of the machine readable part; a spoil may have printed others.
    """

    document_type: DocumentType
    sides: Mapping[Side, Image]
    mrz_lines: tuple[str, ...]
    aamva: str | None
    attributes: SpecimenAttributes

    @property
    def front(self) -> Image:
        """The side with the portrait."""
        return self.sides[Side.FRONT]

    @property
    def back(self) -> Image | None:
        """The other side; a passport's data page has none."""
        return self.sides.get(Side.BACK)


def print_paper(
    document_type: DocumentType | str,
    attributes: SpecimenAttributes,
    portrait: Image,
    *,
    spoil: Collection[Spoil | str] = (),
    own_strokes: bool = False,
) -> Paper:
    """The paper with the asked-for spoils; `own_strokes` prints the MRZ without an installed font.

    Shapes and units: `portrait` (H, W, 3) uint8 RGB, best as 35 x 45; the sides are (H, W, 3) uint8
    RGB, 12 px per mm for passports and 14 for cards.
    Raises: ValueError for an unknown type or spoil, or a wrong check digit on a licence, which has
    none.
    """
    kind, spoils = DocumentType(document_type), [Spoil(name) for name in spoil]
    encoded = expired(attributes) if Spoil.EXPIRED in spoils else attributes
    printed = with_another_family_name(encoded) if Spoil.MRZ_VISUAL_MISMATCH in spoils else encoded
    mrz_lines = _mrz_lines(kind, encoded, spoils)
    aamva = licence_barcode(encoded) if kind is DocumentType.DRIVERS_LICENSE else None
    shown = _shown_portrait(portrait, spoils)
    sides = _print_sides(kind, printed, shown, aamva or "", mrz_lines, own_strokes=own_strokes)
    for name in spoils:
        sides = {side: spoil_picture(image, name) for side, image in sides.items()}
    return Paper(kind, sides, tuple(mrz_lines), aamva, encoded)


def _mrz_lines(
    kind: DocumentType, encoded: SpecimenAttributes, spoils: Collection[Spoil]
) -> list[str]:
    if kind is DocumentType.DRIVERS_LICENSE:
        if Spoil.WRONG_CHECK_DIGIT in spoils:
            message = "a driver's licence has no check digit to spoil"
            raise ValueError(message)
        return []
    lines = passport_mrz(encoded) if kind is DocumentType.PASSPORT else id_card_mrz(encoded)
    return with_wrong_check_digit(lines) if Spoil.WRONG_CHECK_DIGIT in spoils else lines


def _shown_portrait(portrait: Image, spoils: Collection[Spoil]) -> Image | None:
    if Spoil.NO_PORTRAIT in spoils:
        return None
    return another_portrait(portrait) if Spoil.OTHER_PORTRAIT in spoils else portrait


def _print_sides(
    kind: DocumentType,
    printed: SpecimenAttributes,
    portrait: Image | None,
    aamva: str,
    mrz_lines: list[str],
    *,
    own_strokes: bool,
) -> dict[Side, Image]:
    if kind is DocumentType.PASSPORT:
        page = print_passport_page(printed, portrait, mrz_lines, own_strokes=own_strokes)
        return {Side.FRONT: page}
    if kind is DocumentType.ID_CARD:
        return {
            Side.FRONT: print_id_card_front(printed, portrait),
            Side.BACK: print_id_card_back(printed, mrz_lines, own_strokes=own_strokes),
        }
    return {
        Side.FRONT: print_licence_front(printed, portrait),
        Side.BACK: print_licence_back(printed, aamva),
    }
