"""kyc models: the networks that an operator may install, pinned by their hashes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.environment import settings_from_environment, show
from app.cli.model_download import ModelNotFetchedError, fetch_model
from app.proofing.measure_face_scale import measure_face_scale
from app.vision.decoding import UndecodableImage
from app.vision.face_engine_choice import (
    FaceEngineMissingError,
    choose_face_engine,
    opencv_engine,
)
from app.vision.face_scale_file import FILE_NAME, MeasuredScale, write_scale
from app.vision.model_cards import MODEL_CARDS, SFACE, YUNET
from app.vision.model_folder import ModelDamagedError, ModelFolder
from app.vision.score_scale import DECADES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.vision.model_cards import ModelCard

_BY_NAME = {card.name: card for card in MODEL_CARDS}
_USUAL = (YUNET, SFACE)  # what the engine opencv needs

_UNPUBLISHED = {
    "message": "no public address holds this file: bring it with --from FOLDER or --mirror ADDRESS"
}

as_json_option = click.option("--json", "as_json", is_flag=True)
names_argument = click.argument("names", nargs=-1, type=click.Choice(list(_BY_NAME)))


@click.group()
def models() -> None:
    """Networks that may be installed; nothing is fetched unless you run this."""


@models.command("list")
@as_json_option
def list_models(as_json: bool) -> None:
    """What may be installed, what is, and which face engine is in use."""
    folder = _folder()
    rows = [card.as_dict() | {"state": folder.state(card)} for card in MODEL_CARDS]
    if as_json:
        click.echo(json.dumps({"folder": str(folder.path), "models": rows} | _engine_in_use()))
        return
    for row in rows:
        click.echo(f"{row['name']}: {row['state']}, {row['size_bytes']:,} bytes, {row['licence']}")
        click.echo(f"  {row['purpose']}; {row['measured_error']}")
        click.echo(f"  {row['source_url']}\n  sha256 {row['sha256']}")
    for name, value in _engine_in_use().items():
        click.echo(f"{name}: {value}")


@models.command()
@names_argument
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder that holds the files, under whatever names: nothing is fetched.",
)
@click.option("--mirror", help="Address of a folder of yours that holds the files by their names.")
@as_json_option
def fetch(names: Sequence[str], source: Path | None, mirror: str | None, as_json: bool) -> None:
    """Install what is named, or what the engine opencv needs; exit 1 when something is not had."""
    folder = _folder()
    wanted = [_BY_NAME[name] for name in names] or list(MODEL_CARDS if source else _USUAL)
    if source is not None:
        outcomes = _taken(folder, source, wanted, strict=bool(names))
    else:
        outcomes = [_fetched(folder, card, mirror) for card in wanted]
    _tell(outcomes, as_json=as_json)
    sys.exit(1 if not outcomes or any(row["state"] != "installed" for row in outcomes) else 0)


@models.command()
@names_argument
@as_json_option
def verify(names: Sequence[str], as_json: bool) -> None:
    """Hash what is installed; exit 1 when a file is damaged, or one that was named is missing."""
    folder = _folder()
    cards = [_BY_NAME[name] for name in names] or MODEL_CARDS
    outcomes = [{"name": card.name, "state": folder.state(card)} for card in cards]
    for row in outcomes:
        if row["state"] == "damaged":
            row["message"] = "another SHA-256 than its card; remove the file and fetch it again"
    _tell(outcomes, as_json=as_json)
    bad = {"damaged", "missing"} if names else {"damaged"}
    sys.exit(1 if any(row["state"] in bad for row in outcomes) else 0)


@models.command()
@click.argument("pictures", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
def calibrate(pictures: Path, as_json: bool) -> None:
    """Measure how the installed embedder scores strangers: CSV path,person, 450 people or more.

    The engine opencv is used only after this: a threshold without a measured false match rate
    would be a guess.
    """
    folder = _folder()
    try:
        engine = opencv_engine(folder, needs_scale=False)
        scale, n_pictures, n_pairs = measure_face_scale(pictures, engine)
    except (FaceEngineMissingError, ModelDamagedError, UndecodableImage, ValueError) as error:
        raise click.ClickException(str(error)) from error
    except KeyError as error:
        raise click.ClickException("the manifest needs the columns path,person") from error
    embedder = next(card for card in MODEL_CARDS if engine.name.endswith(f"+{card.name}"))
    measured = MeasuredScale(scale, YUNET.sha256, embedder.sha256, n_pictures, n_pairs)
    write_scale(folder.path, measured)
    answer = {
        "engine": engine.name,
        "n_pictures": n_pictures,
        "n_non_mated": n_pairs,
        "raw_at_fmr": {
            f"1e-{decade}": raw for decade, raw in zip(DECADES, scale.raw_at_decade, strict=True)
        },
        "file": str(folder.path / FILE_NAME),
    }
    show(answer, as_json=as_json)


def _folder() -> ModelFolder:
    return ModelFolder(settings_from_environment().models_dir)


def _engine_in_use() -> dict[str, str]:
    settings = settings_from_environment()
    try:
        engine = choose_face_engine(settings.face_engine, ModelFolder(settings.models_dir))
    except FaceEngineMissingError as error:
        return {"face_engine": "none", "message": str(error)}
    try:
        opencv_engine(ModelFolder(settings.models_dir))
    except FaceEngineMissingError as error:
        return {"face_engine": engine.name, "message": str(error)}
    return {"face_engine": engine.name}


def _fetched(folder: ModelFolder, card: ModelCard, mirror: str | None) -> dict[str, Any]:
    if mirror is None and not card.is_published:
        state = folder.state(card)
        return {"name": card.name, "state": state} | ({} if state == "installed" else _UNPUBLISHED)
    url = card.source_url if mirror is None else f"{mirror.rstrip('/')}/{card.file}"
    try:
        if folder.state(card) != "installed":
            fetch_model(card, folder, url)
    except (ModelNotFetchedError, ModelDamagedError) as error:
        return {"name": card.name, "state": folder.state(card), "message": str(error)}
    return {"name": card.name, "state": "installed"}


def _taken(
    folder: ModelFolder, source: Path, wanted: list[ModelCard], *, strict: bool
) -> list[dict[str, Any]]:
    try:
        found = folder.take_from(source, wanted)
    except OSError as error:
        raise click.ClickException(f"{folder.path}: {error.strerror}") from error
    rows: list[dict[str, Any]] = [{"name": card.name, "state": "installed"} for card in found]
    if strict or not found:
        rows += [_not_in(source, card) for card in wanted if card not in found]
    return rows


def _not_in(source: Path, card: ModelCard) -> dict[str, Any]:
    message = f"no file in {source} has its SHA-256 {card.sha256}"
    return {"name": card.name, "state": "missing", "message": message}


def _tell(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"models": rows}))
        return
    for row in rows:
        click.echo(", ".join(f"{name} {value}" for name, value in row.items()))
