"""Papers as JPEG files, with a sample portrait or a visitor's own picture of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.domain.errors import DomainError, ErrorCode
from app.specimens.attributes import specimen_attributes
from app.specimens.papers import print_paper
from app.specimens.portraits import PORTRAIT_NAMES, PortraitMissingError, load_portrait
from app.vision.decoding import UndecodableImage
from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from random import Random

    from app.vision.image import Image
    from app.vision.sandbox import Sandbox

_WIDTH_TO_HEIGHT = 35 / 45  # a passport portrait, ICAO 9303-3
_PORTRAIT_HEIGHT_PX = 675
# Head and shoulders around the face box that the detector draws from brows to chin.
_HEIGHT_IN_FACES = 2.1
_TOP_IN_FACES = 0.62


def print_jpegs(
    document_type: str,
    dice: Random,
    today: date,
    portrait: bytes | str,
    spoil: Collection[str],
    sandbox: Sandbox,
) -> dict[str, bytes]:
    """Each side of a new paper as JPEG. `portrait` is a picture's bytes or a sample's name.

    Raises: DomainError for a picture without exactly one clear face or an unknown sample.
    """
    face = _own_portrait(portrait, sandbox) if isinstance(portrait, bytes) else _sample(portrait)
    try:
        paper = print_paper(document_type, specimen_attributes(dice, today), face, spoil=spoil)
    except ValueError:
        raise DomainError(
            ErrorCode.VALIDATION_ERROR, "This paper cannot be spoilt in this way; choose another."
        ) from None
    return {side.value: encode_jpeg(image, 92) for side, image in paper.sides.items()}


def _sample(name: str) -> Image:
    if name not in PORTRAIT_NAMES:
        raise DomainError(ErrorCode.VALIDATION_ERROR, "There is no sample portrait of this name.")
    try:
        return load_portrait(name)
    except PortraitMissingError:
        raise DomainError(
            ErrorCode.VALIDATION_ERROR, "Sample portraits need the `demo` extra to be installed."
        ) from None


def _own_portrait(picture: bytes, sandbox: Sandbox) -> Image:
    try:
        seen = sandbox.run("observe_face", picture)
        pixels = sandbox.run("decode", seen.jpeg).pixels
    except UndecodableImage as error:
        raise DomainError(ErrorCode(error.code)) from error
    box = seen.observation.box
    if seen.observation.face_count != 1 or box is None:
        raise DomainError(
            ErrorCode.VALIDATION_ERROR,
            "The portrait needs exactly one face, looking at the camera.",
        )
    return _cropped(pixels, box)


def _cropped(pixels: Image, box: tuple[int, int, int, int]) -> Image:
    left, top, right, bottom = box
    face_px = bottom - top
    height = _HEIGHT_IN_FACES * face_px
    width = height * _WIDTH_TO_HEIGHT
    origin = ((left + right) / 2 - width / 2, top - _TOP_IN_FACES * face_px)
    scale = _PORTRAIT_HEIGHT_PX / height
    matrix = np.array([[scale, 0, -origin[0] * scale], [0, scale, -origin[1] * scale]])
    size = (round(_PORTRAIT_HEIGHT_PX * _WIDTH_TO_HEIGHT), _PORTRAIT_HEIGHT_PX)
    # What lies outside of the picture is continued from its edge.
    portrait = cv2.warpAffine(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(portrait, dtype=np.uint8)
