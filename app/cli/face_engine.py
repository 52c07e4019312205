"""The face engine that a command uses: the installation's, or the one that it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.environment import settings_from_environment
from app.vision.face_engine_choice import FaceEngineMissingError, choose_face_engine
from app.vision.model_folder import ModelFolder

if TYPE_CHECKING:
    from app.settings import FaceEngineName
    from app.vision.faces import FaceEngine

engine_option = click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["auto", "dlib", "opencv"]),
    help="Face engine; without it, KYC_FACE_ENGINE.",
)


def face_engine(name: FaceEngineName | None = None) -> FaceEngine:
    """The engine over the networks that are installed here."""
    settings = settings_from_environment()
    try:
        return choose_face_engine(name or settings.face_engine, ModelFolder(settings.models_dir))
    except FaceEngineMissingError as error:
        raise click.ClickException(str(error)) from error
