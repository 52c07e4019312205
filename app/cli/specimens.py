"""kyc specimens: lawful papers, a moving head and the attack on it, as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import click

from app.domain.evidence import DocumentType
from app.specimens.attributes import specimen_attributes
from app.specimens.clips import CHROMIUM_FPS, flat_photo_clip, head_clip, sweep_clip, write_mjpeg
from app.specimens.portraits import PORTRAIT_NAMES, PortraitMissingError, load_portrait, load_selfie
from app.specimens.printer import print_jpegs
from app.specimens.proof_of_address import (
    PAPER_KINDS,
    PAPER_LANGUAGES,
    SUFFIXES,
    UNREADABLE_BLUR_MM,
    PaperFormat,
    PaperSpoil,
    paper_file,
    print_proof_of_address,
)
from app.specimens.spoils import Spoil
from app.vision.image import encode_jpeg
from app.vision.sandbox import Sandbox

_FRAMES_FPS = 10

portrait_option = click.option(
    "--portrait", type=click.Choice(PORTRAIT_NAMES), default=PORTRAIT_NAMES[0]
)
seed_option = click.option("--seed", type=int, default=9303, help="Same seed, same paper.")


@click.group()
def specimens() -> None:
    """Print papers of the fictitious state of Utopia, and simulate who holds them."""


@specimens.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--type", "document_type", type=click.Choice([each.value for each in DocumentType]))
@click.option("--spoil", multiple=True, type=click.Choice([each.value for each in Spoil]))
@click.option("--portrait-file", type=click.Path(exists=True, path_type=Path))
@portrait_option
@seed_option
def paper(
    folder: Path,
    document_type: str | None,
    spoil: tuple[str, ...],
    portrait_file: Path | None,
    portrait: str,
    seed: int,
) -> None:
    """Print one paper, or one of each type, as JPEG files into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    source: bytes | str = portrait_file.read_bytes() if portrait_file else portrait
    with Sandbox() as sandbox:
        for kind in [document_type] if document_type else list(DocumentType):
            dice = Random(seed)  # noqa: S311 - the same paper for the same seed
            today = datetime.now(UTC).date()
            for side, jpeg in print_jpegs(kind, dice, today, source, spoil, sandbox).items():
                path = folder / f"{kind}_{side}.jpg"
                path.write_bytes(jpeg)
                click.echo(path)


@specimens.command("proof-of-address")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(PAPER_KINDS), default=PAPER_KINDS[0])
@click.option("--language", type=click.Choice(PAPER_LANGUAGES), default=PAPER_LANGUAGES[0])
@click.option("--format", "file_format", type=click.Choice([each.value for each in PaperFormat]))
@click.option("--spoil", multiple=True, type=click.Choice([each.value for each in PaperSpoil]))
@seed_option
def proof_of_address(
    folder: Path,
    kind: str,
    language: str,
    file_format: str | None,
    spoil: tuple[str, ...],
    seed: int,
) -> None:
    """Print a bill, statement or letter into FOLDER, and tell whom it is for."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = Random(seed)  # noqa: S311 - the same paper for the same seed
    today = datetime.now(UTC).date()
    holder = specimen_attributes(dice, today)
    letter = print_proof_of_address(kind, language, holder, today, dice, spoil)
    chosen = PaperFormat(file_format or PaperFormat.PDF)
    path = folder / f"proof_of_address_{kind}_{language}.{SUFFIXES[chosen]}"
    blur_mm = UNREADABLE_BLUR_MM if PaperSpoil.BLURRED in spoil else 0.0
    path.write_bytes(paper_file(letter, chosen, dice, blur_mm=blur_mm))
    click.echo(path)
    click.echo(f"{holder.given_names} {holder.family_name}")
    click.echo(f"{holder.street}, {holder.postal_code} {holder.city}")


@specimens.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--flat", is_flag=True, help="A print of the portrait in the hand instead of a head.")
@portrait_option
def camera(file: Path, flat: bool, portrait: str) -> None:
    """Write an MJPEG of a head that turns left and right, for a browser's fake camera."""
    moves = ("center", "yaw_left", "center", "yaw_right", "center")
    with _portraits():
        if flat:
            write_mjpeg(flat_photo_clip(load_portrait(portrait), moves, CHROMIUM_FPS), file)
        else:
            write_mjpeg(sweep_clip(portrait), file)
    click.echo(file)


@specimens.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--challenge", default="yaw_left,yaw_right", help="Moves, separated by commas.")
@click.option("--flat", is_flag=True, help="A print of the portrait in the hand instead of a head.")
@portrait_option
def frames(folder: Path, challenge: str, flat: bool, portrait: str) -> None:
    """Write JPEG frames, ten a second, of a head that answers a challenge, into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    moves = ["center", *(move for turn in challenge.split(",") for move in (turn, "center"))]
    with _portraits():
        clip = (
            flat_photo_clip(load_portrait(portrait), moves, _FRAMES_FPS)
            if flat
            else head_clip(load_selfie(portrait), moves, _FRAMES_FPS)
        )
    for number, frame in enumerate(clip):
        (folder / f"{number:04d}.jpg").write_bytes(encode_jpeg(frame, 90))
    click.echo(f"{len(clip)} frames in {folder}")


class _portraits:  # noqa: N801 - reads as a statement
    """Turns a missing `demo` extra or an unknown move into a line for the user."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, PortraitMissingError):
            raise click.ClickException("sample portraits need the `demo` extra") from error
        if isinstance(error, KeyError):
            raise click.ClickException("moves are center, yaw_left and yaw_right") from error
