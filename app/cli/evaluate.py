"""kyc evaluate: error rates on a corpus of yours, with counts and 95 % bounds."""

from __future__ import annotations

import csv
import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.face_engine import engine_option, face_engine
from app.cli.simulated_presence import judge_simulations, simulation_names
from app.proofing.document_manifest import ManifestError
from app.proofing.evaluate_authenticity import authenticity_table, evaluate_authenticity
from app.proofing.evaluate_documents import documents_table, evaluate_documents
from app.proofing.evaluate_faces import evaluate_faces, faces_table
from app.proofing.evaluate_presence import error_rates_of, evaluate_presence, presence_table
from app.proofing.operating_points import HOLDER_MATCH_SCORE
from app.specimens.attack_set import attack_set
from app.specimens.printed_portrait import PRINTS
from app.vision.decoding import decode_image
from app.vision.opencv_faces import OpenCvFaceEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.settings import FaceEngineName
    from app.vision.faces import FaceEngine
    from app.vision.image import Image

existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)
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
    """JSON lines: file, or files by side, and the true mrz, barcode or attributes.

    Each line is one document: "file": path or "files": {"front": path, "back": path}; then "mrz" as
    a list of its lines or null, "barcode" as elements by id, "attributes" as printed values by
    name; optionally its "type". Paths are relative to the manifest.
    """
    try:
        found = evaluate_documents(manifest)
    except ManifestError as error:
        raise click.ClickException(f"{manifest.name}, {error}") from None
    _print(found, documents_table)


@evaluate.command()
@manifest_argument
@engine_option
@click.option("--detector", type=existing_file, help="Measure these YuNet weights instead.")
@click.option("--embedder", type=existing_file, help="With them, an embedding network as ONNX.")
@click.option("--printed", type=click.Choice(list(PRINTS)), help="Print the references so first.")
def faces(
    manifest: Path,
    engine_name: FaceEngineName | None,
    detector: Path | None,
    embedder: Path | None,
    printed: str | None,
) -> None:
    """CSV: reference,probe,mated."""
    if (detector is None) != (embedder is None):
        raise click.UsageError("give --detector and --embedder together, or neither")
    engine: FaceEngine = face_engine(engine_name)
    threshold: float | None = HOLDER_MATCH_SCORE
    if detector is not None and embedder is not None:
        name = f"{detector.stem}+{embedder.stem}"
        engine = OpenCvFaceEngine(name, detector.read_bytes, embedder.read_bytes, scale=None)
        # Nothing says how strangers score in it: the threshold comes from the pairs themselves.
        threshold = None
    change = {} if printed is None else {"change_reference": PRINTS[printed]}
    found = evaluate_faces(manifest, engine, threshold, **change)
    _print(found, faces_table)


@evaluate.command()
@click.argument("manifest", required=False, type=existing_file)
@engine_option
@click.option("--count", default=20, show_default=True, help="Attacks to draw of each species.")
@click.option("--bona-fide", default=100, show_default=True, help="Persons to draw.")
@click.option("--seed", default=9303, show_default=True, help="Same seed, same presentations.")
@click.option("--deals", default=0, help="Challenges to play each clip to, without one of its own.")
@click.option("--jobs", default=2, show_default=True, help="Processes, each on one core.")
@click.option(
    "--trials", type=click.Path(dir_okay=False, path_type=Path), help="Keep each; go on from these."
)
def presence(
    manifest: Path | None,
    engine_name: FaceEngineName | None,
    count: int,
    bona_fide: int,
    seed: int,
    deals: int,
    jobs: int,
    trials: Path | None,
) -> None:
    """CSV: path,species and optionally challenge; species is bona_fide or an attack's name.

    Without a manifest, on persons and attacks drawn here, each of whom is dealt a challenge.
    """
    try:
        if manifest is not None:
            found = evaluate_presence(manifest, face_engine(engine_name), deals)
        else:
            names = simulation_names(seed, count, bona_fide)
            make_engine = partial(face_engine, engine_name)
            found = error_rates_of(judge_simulations(names, make_engine, jobs, trials))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    _print(found, presence_table)


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
