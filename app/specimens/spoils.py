"""One thing wrong at a time: what can be the matter with a paper or with its picture."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.specimens.attributes import FAMILY_NAMES
from app.specimens.portraits import PORTRAIT_NAMES, load_portrait

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from cv2.typing import MatLike

    from app.specimens.attributes import SpecimenAttributes
    from app.vision.image import Image


class Spoil(StrEnum):
    """A fault that the specimen printer can make on purpose."""

    BLUR = "blur"
    GLARE = "glare"
    DARK = "dark"
    TILT = "tilt"
    CROP = "crop"
    LOW_RESOLUTION = "low_resolution"
    BLACK_AND_WHITE = "black_and_white"
    EXPIRED = "expired"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    MRZ_VISUAL_MISMATCH = "mrz_visual_mismatch"
    OTHER_PORTRAIT = "other_portrait"
    NO_PORTRAIT = "no_portrait"


_YEARS_BACK = 12  # more than a specimen's validity of ten years and the lead of a fresh one
_NUMBER_CHECK_DIGIT = {2: (1, 9), 3: (0, 14)}  # by number of lines: TD3 and TD1; line, character
_TILT_DEG = 24.0
_BLUR_MM = 0.009  # of the picture's width: strokes of the print run into one another
_LOW_RESOLUTION_WIDTH_PX = 300
_TABLE = (112, 110, 106)


def expired(attributes: SpecimenAttributes) -> SpecimenAttributes:
    """The same person's paper of twelve years before."""
    return replace(
        attributes,
        date_of_issue=_years_back(attributes.date_of_issue),
        date_of_expiry=_years_back(attributes.date_of_expiry),
    )


def with_another_family_name(attributes: SpecimenAttributes) -> SpecimenAttributes:
    """The same attributes under another marked family name."""
    others = [name for name in FAMILY_NAMES if name != attributes.family_name]
    return replace(attributes, family_name=others[len(attributes.given_names) % len(others)])


def with_wrong_check_digit(mrz_lines: Sequence[str]) -> list[str]:
    """The lines with the check digit of the document number one too high."""
    row, column = _NUMBER_CHECK_DIGIT[len(mrz_lines)]
    lines = list(mrz_lines)
    digit = (int(lines[row][column]) + 1) % 10
    lines[row] = f"{lines[row][:column]}{digit}{lines[row][column + 1 :]}"
    return lines


def another_portrait(portrait: Image) -> Image:
    """A portrait of somebody else.

    Raises: PortraitMissingError without the `demo` extra.
    """
    first = load_portrait(PORTRAIT_NAMES[0])
    return load_portrait(PORTRAIT_NAMES[1]) if _is_same_picture(first, portrait) else first


def spoil_picture(image: Image, spoil: Spoil) -> Image:
    """The picture with the fault; one that concerns the paper itself leaves it as it is.

    Shapes and units: `image` (H, W, 3) uint8 RGB; `tilt`, `crop` and `low_resolution` change its
    size.
    """
    change = _PICTURE_SPOILS.get(spoil)
    return image if change is None else np.asarray(change(image), dtype=np.uint8)


def _years_back(day: date) -> date:
    # 28 days are in every February.
    return day.replace(year=day.year - _YEARS_BACK, day=min(day.day, 28))


def _is_same_picture(one: Image, other: Image) -> bool:
    size = (32, 32)
    small = [cv2.resize(i, size, interpolation=cv2.INTER_AREA).astype(float) for i in (one, other)]
    return float(np.abs(small[0] - small[1]).mean()) < 8  # grey levels


def _blurred(image: Image) -> MatLike:
    return cv2.GaussianBlur(image, (0, 0), _BLUR_MM * image.shape[1])


def _with_glare(image: Image) -> MatLike:
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    spots = [(0.62, 0.36, 0.15), (0.30, 0.84, 0.12)]  # centre and radius, of width, height, width
    light = sum(
        np.exp(-((((x - cx * width) ** 2 + (y - cy * height) ** 2) / (r * width) ** 2) ** 2))
        for cx, cy, r in spots
    )
    glaring: Image = np.clip(image + 400 * np.asarray(light)[..., None], 0, 255).astype(np.uint8)
    return glaring


def _darkened(image: Image) -> MatLike:
    return (image * 0.13).astype(np.uint8)


def _tilted(image: Image) -> MatLike:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -_TILT_DEG, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (round(width * cos + height * sin), round(width * sin + height * cos))
    matrix[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
    return cv2.warpAffine(image, matrix, size, borderValue=_TABLE)


def _cropped(image: Image) -> MatLike:
    height, width = image.shape[:2]
    return image[: round(0.80 * height), round(0.14 * width) :].copy()


def _at_low_resolution(image: Image) -> MatLike:
    height = round(image.shape[0] * _LOW_RESOLUTION_WIDTH_PX / image.shape[1])
    return cv2.resize(image, (_LOW_RESOLUTION_WIDTH_PX, height), interpolation=cv2.INTER_AREA)


def _in_black_and_white(image: Image) -> MatLike:
    return cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


_PICTURE_SPOILS: dict[Spoil, Callable[[Image], MatLike]] = {
    Spoil.BLUR: _blurred,
    Spoil.GLARE: _with_glare,
    Spoil.DARK: _darkened,
    Spoil.TILT: _tilted,
    Spoil.CROP: _cropped,
    Spoil.LOW_RESOLUTION: _at_low_resolution,
    Spoil.BLACK_AND_WHITE: _in_black_and_white,
}
PICTURE_SPOILS = frozenset(_PICTURE_SPOILS)
"""The spoils that concern the picture; the others concern the paper."""
