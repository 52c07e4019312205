"""Specimen papers and photographs of them, made by code and the same every time."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from app.domain.evidence import Side
from app.specimens.attributes import specimen_attributes
from app.specimens.papers import Paper, print_paper
from app.specimens.photograph import photograph
from app.specimens.portraits import load_portrait

if TYPE_CHECKING:
    from app.vision.image import Image, Quad

TODAY = date(2026, 11, 21)


@cache
def specimen(kind: str, *spoils: str, seed: int = 1) -> Paper:
    """One printed paper."""
    attributes = specimen_attributes(Random(seed), TODAY)
    return print_paper(kind, attributes, load_portrait("astronaut"), spoil=spoils)


@cache
def photographed(
    kind: str, *spoils: str, side: str = "front", turn: int = 0, seed: int = 1
) -> tuple[Image, Quad]:
    """A photograph of one side, and the corners of the paper in it."""
    paper = specimen(kind, *spoils, seed=seed)
    return photograph(paper.sides[Side(side)], chance=Random(seed), turn=turn)
