"""Two public-domain portraits that packages of the `demo` extra carry, framed as we need them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image as PilImage

if TYPE_CHECKING:
    from app.vision.image import Image


class PortraitMissingError(Exception):
    """The package that carries this portrait is not installed."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a picture lies, and the outer eye corners in it (left to right in the picture, px)."""

    package: str
    path: str
    left_eye: tuple[float, float]
    right_eye: tuple[float, float]


_SOURCES = {
    # NASA portrait of Eileen Collins, public domain.
    "astronaut": _Source("skimage", "data/astronaut.png", (195, 102), (255, 104)),
    # US Navy portrait of Grace Hopper, public domain.
    "grace_hopper": _Source(
        "matplotlib", "mpl-data/sample_data/grace_hopper.jpg", (206, 197), (322, 187)
    ),
}

PORTRAIT_NAMES = tuple(_SOURCES)
"""The portraits that `load_portrait` and `load_selfie` know."""


@dataclass(frozen=True, slots=True)
class Framing:
    """A picture's size and where the face stands in it, as fractions of its width and height."""

    width_px: int
    height_px: int
    eye_line: float  # of the height, from the top
    eye_span: float  # of the width, between the outer corners of the eyes
    eye_middle: float = 0.5  # of the width, from the left


PASSPORT_FRAMING = Framing(525, 675, eye_line=0.46, eye_span=0.34)
"""35 x 45 mm, crown to chin some 72 % of the height, as ICAO Doc 9303 part 3 asks for."""

SELFIE_FRAMING = Framing(640, 480, eye_line=0.47, eye_span=0.20)
"""A person in front of a camera of 640 x 480 pixels."""


def load_portrait(name: str) -> Image:
    """The named portrait, head and shoulders in passport style.

    Shapes and units: returns (675, 525, 3) uint8 RGB.
    Raises: PortraitMissingError without the `demo` extra; KeyError for an unknown name.
    """
    return _framed(name, PASSPORT_FRAMING).copy()


def load_selfie(name: str) -> Image:
    """The named person as a front camera would see her.

    Shapes and units: returns (480, 640, 3) uint8 RGB, not mirrored.
    Raises: PortraitMissingError without the `demo` extra; KeyError for an unknown name.
    """
    return _framed(name, SELFIE_FRAMING).copy()


@cache
def _framed(name: str, framing: Framing) -> Image:
    source = _SOURCES[name]
    with PilImage.open(_file_of(source)) as file:
        picture = np.asarray(file.convert("RGB"))
    warped = cv2.warpAffine(
        picture,
        _to_frame(source, framing),
        (framing.width_px, framing.height_px),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    return np.asarray(warped, dtype=np.uint8)


def _to_frame(
    source: _Source, framing: Framing
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    left, right = np.array(source.left_eye), np.array(source.right_eye)
    across = right - left
    scale = framing.eye_span * framing.width_px / float(np.hypot(*across))
    angle = -float(np.arctan2(across[1], across[0]))  # levels the eyes
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    target = (framing.eye_middle * framing.width_px, framing.eye_line * framing.height_px)
    shift = np.array(target) - turn @ ((left + right) / 2)
    return np.column_stack([turn, shift])


def _file_of(source: _Source) -> Path:
    # Finding a top-level package runs none of its code: its import would cost seconds.
    spec = find_spec(source.package)
    file = Path(spec.origin).parent / source.path if spec and spec.origin else None
    if file is None or not file.is_file():
        message = (
            f"the portrait of package {source.package!r} needs: pip install 'kyc-widget[demo]'"
        )
        raise PortraitMissingError(message)
    return file
