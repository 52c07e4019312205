"""Whether a face gives back the colours that the screen before it showed, and its background less.

The ratio of the face to its background cancels what a camera does to the whole picture: exposure,
white balance, a filter. What is left follows the dealt colours only where their light falls on the
face. It tells nothing of depth: a print before the screen gives light back as skin does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from app.domain.reasons import ReasonCode
from app.proofing import operating_points as limits
from app.proofing.presence_signals import at_least
from app.proofing.screen_light import LIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.proofing.presence_signals import PresenceFrame, Signal
    from app.vision.face_observation import FaceObservation
    from app.vision.image import Image

# The skin in the middle of the face's box: left, top, right, bottom, as shares of the box.
_SKIN = (0.25, 0.30, 0.75, 0.85)
_HAIR_SHARE = 0.3  # of the box's width on each side of it may be hair, ears or a hand
_DARKEST, _BRIGHTEST = 6, 249
_MIN_PIXELS = 400
_MIN_SLOTS = 6


@dataclass(frozen=True, slots=True)
class Reflection:
    """How the face followed the light.

    `agreement` is the correlation of what was seen with what was dealt, -1 to 1, higher is more
    bona fide; `strength` the light's share of all light on the face, for white light.
    """

    agreement: float
    strength: float


def measure_reflection(frames: Sequence[PresenceFrame]) -> Reflection | None:
    """What the frames that were taken under a dealt light say; the others are passed over.

    Shapes and units: frames in the order of their arrival, pictures (H, W, 3) uint8 RGB.
    Returns: None where fewer than six of the dealt lights could be measured.
    Cost: 1 ms a frame of 640 x 480.
    """
    slots = [list(group) for _, group in groupby(frames, key=lambda frame: frame.light)]
    seen = [(slot[0].light, _slot_ratio(slot)) for slot in slots if slot[0].light is not None]
    usable = [
        (light, ratio, place)
        for place, (light, ratio) in enumerate(seen)
        if ratio is not None and light in LIGHTS
    ]
    if len(usable) < _MIN_SLOTS:
        return None
    dealt = np.array([_contrast(LIGHTS[light]) for light, _, _ in usable if light in LIGHTS])
    ratios = np.array([ratio for _, ratio, _ in usable])
    # Clouds and cameras drift slowly, which no dealt order does.
    course = np.array([[1.0, float(place)] for _, _, place in usable])
    expected, found = _without(course, dealt), _without(course, ratios)
    power = float((expected**2).sum())
    spread = float(np.sqrt(power * (found**2).sum()))
    together = float((expected * found).sum())
    return Reflection(together / spread if spread else 0.0, together / power if power else 0.0)


def reflected_light_signals(frames: Sequence[PresenceFrame]) -> list[Signal]:
    """Whether the face gave back the light; none where no light was dealt.

    It fails before a window as well as on a display, so it proves no attack.
    """
    if not any(frame.light for frame in frames):
        return []
    found = measure_reflection(frames)
    return [
        at_least(
            "reflected_light",
            None if found is None else found.agreement,
            limits.LIGHT_AGREEMENT,
            ReasonCode.LIGHT_NOT_REFLECTED,
        )
    ]


def _contrast(linear: tuple[float, float, float]) -> tuple[float, float]:
    """What a light does to red and blue against green, for a small share of all light."""
    red, green, blue = linear
    return red - green, blue - green


def _without(course: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    fitted, *_ = np.linalg.lstsq(course, values, rcond=None)
    return np.asarray(values - course @ fitted)


def _slot_ratio(slot: Sequence[PresenceFrame]) -> NDArray[np.float64] | None:
    """The median of the settled frames: log of red and of blue over green, face to background."""
    settled = [frame for frame in slot if frame.light_age_s >= limits.LIGHT_SETTLES_S]
    ratios = [_ratio(frame.image, frame.observation) for frame in settled]
    found = [ratio for ratio in ratios if ratio is not None]
    return np.asarray(np.median(found, axis=0)) if found else None


def _ratio(image: Image, observation: FaceObservation) -> NDArray[np.float64] | None:
    if observation.box is None or observation.face_count != 1:
        return None
    face = _mean_light(_skin(image, observation.box))
    behind = _mean_light(_background(image, observation.box))
    if face is None or behind is None:
        return None
    ratio = np.log(face / behind)
    return np.array([ratio[0] - ratio[1], ratio[2] - ratio[1]])


def _skin(image: Image, box: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    x, y = max(0, left), max(0, top)
    return np.asarray(
        image[
            y + round(_SKIN[1] * height) : y + round(_SKIN[3] * height),
            x + round(_SKIN[0] * width) : x + round(_SKIN[2] * width),
        ]
    ).reshape(-1, 3)


def _background(image: Image, box: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """What is beside and above the head, down to the chin: below it is the person's own body."""
    left, _, right, bottom = box
    margin = round(_HAIR_SHARE * (right - left))
    rows = image[: max(0, bottom)]
    beside = [rows[:, : max(0, left - margin)], rows[:, right + margin :]]
    return np.concatenate([each.reshape(-1, 3) for each in beside])


def _mean_light(pixels: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """The mean of linear red, green and blue, without pixels that are burnt out or black."""
    usable = pixels[(pixels.min(axis=1) >= _DARKEST) & (pixels.max(axis=1) <= _BRIGHTEST)]
    if len(usable) < _MIN_PIXELS:
        return None
    return np.asarray(_LINEAR[usable].mean(axis=0))


# IEC 61966-2-1: light of each sRGB code, 0 to 1.
_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4)
