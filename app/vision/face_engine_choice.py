"""Which face engine an installation uses: what it asks for, and what it has installed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_scale_file import FaceScaleError, read_scale
from app.vision.model_cards import EMBEDDERS, YUNET
from app.vision.opencv_faces import OpenCvFaceEngine

if TYPE_CHECKING:
    from app.vision.faces import FaceEngine
    from app.vision.model_cards import ModelCard
    from app.vision.model_folder import ModelFolder

FaceEngineChoice = Literal["auto", "dlib", "opencv"]


class FaceEngineMissingError(Exception):
    """The engine that was asked for cannot be used; the text says what to do."""


def choose_face_engine(choice: FaceEngineChoice, folder: ModelFolder) -> FaceEngine:
    """The engine asked for; `auto` is OpenCV's where it is complete, else dlib's.

    Raises: FaceEngineMissingError, for `opencv` without its weights or their measured scale.
    """
    if choice == "dlib":
        return DlibFaceEngine()
    try:
        return opencv_engine(folder)
    except FaceEngineMissingError:
        if choice == "opencv":
            raise
        return DlibFaceEngine()


def opencv_engine(folder: ModelFolder, *, needs_scale: bool = True) -> OpenCvFaceEngine:
    """The second engine over the installed weights. Raises: FaceEngineMissingError."""
    embedder = _installed_embedder(folder)
    try:
        scale = read_scale(folder.path, YUNET.sha256, embedder.sha256) if needs_scale else None
    except FaceScaleError as error:
        message = f"{error}: run `kyc models calibrate PICTURES` before the engine opencv is used"
        raise FaceEngineMissingError(message) from error
    return OpenCvFaceEngine(
        f"{YUNET.name}+{embedder.name}",
        partial(folder.read, YUNET),
        partial(folder.read, embedder),
        scale,
    )


def _installed_embedder(folder: ModelFolder) -> ModelCard:
    embedder = next((card for card in EMBEDDERS if folder.has(card)), None)
    if embedder is None or not folder.has(YUNET):
        message = "the engine opencv is not installed: run `kyc models fetch`"
        raise FaceEngineMissingError(message)
    return embedder
