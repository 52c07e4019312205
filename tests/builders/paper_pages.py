"""Drawn papers as the reader would see them: with its own eyes, or as if it had read perfectly."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from app.domain.proof_of_address import Address, PaperClaim
from app.proofing.paper_text import PaperLine, PaperText
from app.specimens.attributes import SpecimenAttributes, specimen_attributes
from app.specimens.letter import A4_MM, Letter, Print
from app.specimens.proof_of_address import print_proof_of_address

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = date(2026, 11, 20)
MAX_AGE = timedelta(days=90)
_PT = 25.4 / 72


@cache
def drawn(
    kind: str, language: str, *spoils: str, seed: int = 7
) -> tuple[Letter, SpecimenAttributes]:
    """One paper and what its holder claims to be."""
    chance = Random(seed)
    holder = specimen_attributes(chance, TODAY)
    return print_proof_of_address(kind, language, holder, TODAY, chance, spoils), holder


def claim_of(holder: SpecimenAttributes) -> PaperClaim:
    """What a partner would tell of this holder."""
    address = Address(line1=holder.street, postal_code=holder.postal_code, city=holder.city)
    return PaperClaim(holder.given_names, holder.family_name, address)


def as_read(letter: Letter) -> PaperText:
    """The page as a reader without a fault would give it."""
    return page_text([(each.x_mm, each.y_mm, each.text, each.size_pt) for each in letter.prints])


def page_text(prints: Sequence[tuple[float, float, str, float]]) -> PaperText:
    """Lines from left and base line in mm, their text and size in points."""
    lines = [_line(Print(*each)) for each in prints]
    return PaperText(tuple(sorted(lines, key=lambda line: line.middle)), len(lines))


def _line(each: Print) -> PaperLine:
    height_mm = each.size_pt * _PT
    width_mm = 0.5 * height_mm * len(each.text)
    page_mm = A4_MM[1]
    return PaperLine(
        each.text,
        1.0,
        each.x_mm / page_mm,
        (each.x_mm + width_mm) / page_mm,
        (each.y_mm - height_mm / 2) / page_mm,
        height_mm / page_mm,
        0,
    )
