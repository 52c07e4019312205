"""kyc evaluate: error rates on a corpus of yours, with counts and 95 % bounds."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.proofing.evaluate_authenticity import authenticity_table, evaluate_authenticity
from app.proofing.evaluate_documents import documents_table, evaluate_documents
from app.proofing.evaluate_faces import evaluate_faces, faces_table
from app.proofing.evaluate_presence import evaluate_presence, presence_table
from app.specimens.attack_set import attack_set
from app.vision.decoding import decode_image
from app.vision.faces import DlibFaceEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.vision.image import Image

manifest_argument = click.argument(
    "manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
_PRINTED_ON = date(2026, 11, 21)  # of the drawn papers, so that each run draws the same


@click.group()
def evaluate() -> None:
    """Measure on a corpus: tables in Markdown, then one JSON object on the last line."""


@evaluate.command()
@manifest_argument
def documents(manifest: Path) -> None:
    """JSON lines: file, and the true mrz, barcode or attributes."""
    _print(evaluate_documents(manifest), documents_table)


@evaluate.command()
@manifest_argument
def faces(manifest: Path) -> None:
    """CSV: reference,probe,mated."""
    _print(evaluate_faces(manifest, DlibFaceEngine()), faces_table)


@evaluate.command()
@manifest_argument
def presence(manifest: Path) -> None:
    """CSV: path,species and optionally challenge; species is bona_fide or an attack's name."""
    _print(evaluate_presence(manifest, DlibFaceEngine()), presence_table)


@evaluate.command()
@click.argument("manifest", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--count", default=30, show_default=True, help="Pictures to draw of each species.")
@click.option("--seed", default=9303, show_default=True, help="Same seed, same pictures.")
def authenticity(manifest: Path | None, count: int, seed: int) -> None:
    """CSV: path,species; without a manifest, on photographs and forgeries drawn here."""
    pictures = _drawn(count, seed) if manifest is None else _listed(manifest)
    _print(evaluate_authenticity(pictures), authenticity_table)


def _drawn(count: int, seed: int) -> Iterator[tuple[str, Image]]:
    for shown in attack_set(count, seed, _PRINTED_ON):
        yield shown.species, shown.picture


def _listed(manifest: Path) -> Iterator[tuple[str, Image]]:
    with manifest.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["species"], decode_image((manifest.parent / row["path"]).read_bytes()).pixels


def _print(found: dict[str, Any], table: Callable[[dict[str, Any]], str]) -> None:
    click.echo(table(found))
    click.echo(json.dumps(found))
