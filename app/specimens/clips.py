"""Short clips of a simulated head, or of a print, answering a presence challenge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.specimens.flat_photo import bend_photo, turn_flat_photo
from app.specimens.head import turn_head
from app.specimens.portraits import SELFIE_FRAMING, load_selfie
from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from app.vision.image import Image

MOVES = {"center": 0.0, "yaw_left": 1.0, "yaw_right": -1.0}
"""Where each move ends, in shares of the clip's peak yaw; left is the person's own left."""

PEAK_YAW_DEG = 28.0
"""As far as people turn when asked; the HOG detector finds both portraits up to 35 degrees."""

CHROMIUM_FPS = 30
"""Chromium plays an MJPEG file at this rate whatever its maker had in mind."""

_TURN_S = 0.8
_HOLD_S = 0.6
_FRAME_SIZE = (SELFIE_FRAMING.width_px, SELFIE_FRAMING.height_px)
_SENSOR_NOISE = 2.0  # standard deviation in grey levels of a webcam by daylight
_NOD_DEG = 1.2  # nobody keeps quite still


def head_clip(
    portrait: Image, moves: Sequence[str], fps: int, *, peak_yaw_deg: float = PEAK_YAW_DEG
) -> list[Image]:
    """Frames of 640 x 480 px in which the head makes the moves, easing in and out, and holds each.

    Shapes and units: `portrait` (H, W, 3) uint8 RGB, a selfie or a passport portrait.
    Raises: KeyError for a move that `MOVES` does not know.
    """
    scene = selfie_scene(portrait)

    def frame(yaw_deg: float, moment: int) -> Image:
        pitch_deg = _NOD_DEG * float(np.sin(2 * np.pi * moment / (2.7 * fps)))
        return turn_head(scene, yaw_deg, pitch_deg, framing=SELFIE_FRAMING)

    return _rendered(yaw_track(moves, fps, peak_yaw_deg), frame)


def flat_photo_clip(
    portrait: Image,
    moves: Sequence[str],
    fps: int,
    *,
    peak_yaw_deg: float = 40.0,
    bend_deg: float = 0.0,
) -> list[Image]:
    """The same moves made by a print of the portrait in the hand, flat or bent to an arc."""
    room = _room(portrait)

    def frame(yaw_deg: float, moment: int) -> Image:
        sway_px = 4 * float(np.sin(2 * np.pi * moment / (1.9 * fps)))
        held = (
            bend_photo(portrait, yaw_deg, bend_deg, room)
            if bend_deg
            else turn_flat_photo(portrait, yaw_deg, room)
        )
        shift = np.array([[1, 0, sway_px], [0, 1, sway_px / 2]])
        moved = cv2.warpAffine(held, shift, _FRAME_SIZE, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, dtype=np.uint8)

    return _rendered(yaw_track(moves, fps, peak_yaw_deg), frame)


def sweep_clip(name: str, fps: int = CHROMIUM_FPS, *, rounds: int = 1) -> list[Image]:
    """The named person turning left and right, to be played as a loop without a jump."""
    moves = ("center", "yaw_left", "center", "yaw_right") * rounds
    return head_clip(load_selfie(name), (*moves, "center"), fps)


def yaw_track(moves: Sequence[str], fps: int, peak_yaw_deg: float) -> list[float]:
    """The head's yaw in degrees at every frame: each move eased, then held; it starts at 0."""
    track, yaw_deg = [], 0.0
    for move in moves:
        goal_deg = MOVES[move] * peak_yaw_deg
        if goal_deg != yaw_deg:
            steps = np.arange(1, max(1, round(_TURN_S * fps)) + 1) / max(1, round(_TURN_S * fps))
            eased = steps**2 * (3 - 2 * steps)
            track.extend((yaw_deg + (goal_deg - yaw_deg) * eased).tolist())
        track.extend([goal_deg] * max(1, round(_HOLD_S * fps)))
        yaw_deg = goal_deg
    return track


def selfie_scene(portrait: Image) -> Image:
    """The portrait as a camera of 640 x 480 px sees it: a wide one resized, an upright one placed.

    An upright portrait is taken to be framed as `load_portrait` frames; its surroundings go on
    as a blurred room.
    """
    height_px, width_px = portrait.shape[:2]
    if width_px > height_px:
        return np.asarray(cv2.resize(portrait, _FRAME_SIZE, interpolation=cv2.INTER_AREA), np.uint8)
    scene = _room(portrait).astype(np.float32)
    inset_height = _FRAME_SIZE[1]
    inset_width = round(inset_height * width_px / height_px)
    inset = cv2.resize(portrait, (inset_width, inset_height), interpolation=cv2.INTER_AREA)
    ramp = np.clip(np.minimum(np.arange(inset_width), np.arange(inset_width)[::-1]) / 30, 0, 1)
    left = (_FRAME_SIZE[0] - inset_width) // 2
    window = scene[:, left : left + inset_width]
    window += (inset - window) * ramp[None, :, None]
    return np.asarray(scene, dtype=np.uint8)


def write_mjpeg(frames: Iterable[Image], path: Path, quality: int = 85) -> None:
    """Writes the frames as JPEGs end to end, as --use-file-for-fake-video-capture plays them."""
    with path.open("wb") as file:
        file.writelines(encode_jpeg(frame, quality) for frame in frames)


def _rendered(track: Sequence[float], frame: Callable[[float, int], Image]) -> list[Image]:
    # A fixed seed: a clip must be the same bytes in every run.
    noise = np.random.default_rng(9303)
    return [_noisy(frame(yaw_deg, moment), noise) for moment, yaw_deg in enumerate(track)]


def _noisy(frame: Image, noise: np.random.Generator) -> Image:
    grain: NDArray[np.float32] = noise.standard_normal(frame.shape[:2], dtype=np.float32)
    return np.asarray(np.clip(frame + _SENSOR_NOISE * grain[..., None], 0, 255), dtype=np.uint8)


def _room(portrait: Image) -> Image:
    """What stands behind a person: the portrait's own edges, far out of focus."""
    wide = cv2.resize(portrait, _FRAME_SIZE, interpolation=cv2.INTER_AREA)
    edges = np.hstack([wide[:, :60], wide[:, -60:]])
    blurred = cv2.GaussianBlur(cv2.resize(edges, _FRAME_SIZE), (0, 0), 40)
    return np.asarray(blurred, dtype=np.uint8)
