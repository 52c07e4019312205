"""A folder with all three papers of one invented person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.evidence import DocumentType
from app.specimens.attributes import specimen_attributes
from app.specimens.papers import print_paper
from app.specimens.portraits import load_portrait
from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from random import Random


def write_specimen_set(
    folder: Path, chance: Random, today: date, portrait_name: str
) -> dict[str, Path]:
    """Writes a JPEG for each side of each paper; returns the files by `passport_front` and so on.

    Raises: PortraitMissingError without the `demo` extra; OSError if the folder cannot be written.
    """
    attributes = specimen_attributes(chance, today)
    portrait = load_portrait(portrait_name)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for document_type in DocumentType:
        paper = print_paper(document_type, attributes, portrait)
        for side, image in paper.sides.items():
            name = f"{document_type}_{side}"
            files[name] = folder / f"{name}.jpg"
            files[name].write_bytes(encode_jpeg(image))
    return files
