"""kyc evaluate: error rates on a corpus of yours, with counts and 95 % bounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.proofing.evaluate_documents import documents_table, evaluate_documents
from app.proofing.evaluate_faces import evaluate_faces, faces_table
from app.proofing.evaluate_presence import evaluate_presence, presence_table
from app.vision.faces import DlibFaceEngine

if TYPE_CHECKING:
    from collections.abc import Callable

manifest_argument = click.argument(
    "manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


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


def _print(found: dict[str, Any], table: Callable[[dict[str, Any]], str]) -> None:
    click.echo(table(found))
    click.echo(json.dumps(found))
