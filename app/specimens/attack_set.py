"""Photographs of sound papers and of every forgery that is drawn here, to measure errors on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from app.domain.evidence import DocumentType
from app.specimens.attributes import specimen_attributes
from app.specimens.copies import laser_copy
from app.specimens.edits import FAMILY_NAME, PORTRAIT, Edit, paste_portrait, retype
from app.specimens.papers import Paper, print_paper
from app.specimens.photograph import Background, photograph
from app.specimens.portraits import PORTRAIT_NAMES, load_portrait
from app.specimens.screen import Screen, photograph_screen
from app.specimens.sensor import any_sensor, compressed, exposed, linear

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from app.vision.image import Image, Quad

BONA_FIDE = "bona_fide"
_SIZES_PX = ((1200, 900), (1600, 1200), (2000, 1500))
_WIDTHS_MM = {DocumentType.PASSPORT: 125.0}
_CARD_WIDTH_MM = 85.6
_PITCHES_PX = (0.6, 0.8, 1.0, 1.2, 1.5, 1.9, 2.4, 3.0)
_PAPERS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One picture of a document's front, and what it is."""

    species: str
    picture: Image


def attack_set(count: int, seed: int, today: date) -> Iterator[Shown]:
    """`count` sound photographs, then as many of each species, the same for the same seed.

    Raises: PortraitMissingError without the `demo` extra. Cost: 1 to 3 s a picture.
    """
    for species, draw in _SPECIES.items():
        for number in range(count):
            chance = Random(f"{seed}/{species}/{number}")  # noqa: S311 - repeatable on purpose
            kind = list(DocumentType)[number % 3]
            yield Shown(species, draw(_paper(kind, number % _PAPERS, today), chance))


@cache
def _paper(kind: DocumentType, number: int, today: date) -> Paper:
    attributes = specimen_attributes(Random(number), today)  # noqa: S311
    return print_paper(kind, attributes, load_portrait(PORTRAIT_NAMES[number % 2]))


def _shot(card: Image, chance: Random) -> tuple[Image, Quad]:
    """On any table, in any light, by any sensor."""
    tables: tuple[Background, ...] = ("desk", "cloth", "dark")
    scene, corners = photograph(
        card, chance=chance, background=chance.choice(tables), size_px=chance.choice(_SIZES_PX)
    )
    light = linear(scene) * chance.uniform(0.6, 1.1)
    return exposed(light, any_sensor(chance), chance), corners


def _bona_fide(paper: Paper, chance: Random) -> Image:
    return _shot(paper.front, chance)[0]


def _screen_of(grid: str) -> Callable[[Paper, Random], Image]:
    def draw(paper: Paper, chance: Random) -> Image:
        screen = Screen(
            chance.choice(_PITCHES_PX),
            "pentile" if grid == "pentile" else "stripes",
            chance.uniform(-10, 10),
        )
        return photograph_screen(
            paper.front,
            screen,
            chance=chance,
            sensor=any_sensor(chance),
            size_px=chance.choice(_SIZES_PX[:2]),
        )

    return draw


def _copy_of(lines_per_inch: float | None) -> Callable[[Paper, Random], Image]:
    def draw(paper: Paper, chance: Random) -> Image:
        width_mm = _WIDTHS_MM.get(paper.document_type, _CARD_WIDTH_MM)
        copy = laser_copy(paper.front, width_mm, chance=chance, lines_per_inch=lines_per_inch)
        return _shot(copy, chance)[0]

    return draw


def _pasted(paper: Paper, chance: Random) -> Image:
    picture, corners = _shot(paper.front, chance)
    edit = chance.choice(
        (Edit(), Edit(noise=chance.uniform(3, 7)), Edit(blur_px=0.5, jpeg_quality=65))
    )
    other = load_portrait(chance.choice(PORTRAIT_NAMES))
    box = PORTRAIT[paper.document_type]
    return _saved(paste_portrait(picture, corners, box, other, edit, chance=chance), chance)


def _retyped_with(noise: float) -> Callable[[Paper, Random], Image]:
    def draw(paper: Paper, chance: Random) -> Image:
        picture, corners = _shot(paper.front, chance)
        edit = Edit(noise=noise, feather_px=chance.choice((0.0, 2.0)))
        name, box = chance.choice(("JOHANSSON", "BERGMANN")), FAMILY_NAME[paper.document_type]
        return _saved(retype(picture, corners, box, name, edit, chance=chance), chance)

    return draw


def _saved(picture: Image, chance: Random) -> Image:
    return compressed(picture, chance.choice((80, 88, 92, 95)))


_SPECIES: dict[str, Callable[[Paper, Random], Image]] = {
    BONA_FIDE: _bona_fide,
    "screen_stripes": _screen_of("stripes"),
    "screen_pentile": _screen_of("pentile"),
    "copy_85_lpi": _copy_of(85.0),
    "copy_141_lpi": _copy_of(141.0),
    "copy_in_grays": _copy_of(None),
    "portrait_pasted": _pasted,
    "text_painted_over": _retyped_with(0.0),
    "text_painted_with_noise": _retyped_with(3.0),
}
SPECIES = tuple(_SPECIES)
"""Sound photographs first, then each kind of forgery."""
