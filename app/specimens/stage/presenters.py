"""What stands before the camera: a person, or something that is to be taken for one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

from app.specimens.sensor import linear
from app.specimens.stage.lamp import Lamp
from app.specimens.stage.pose import Pose
from app.specimens.stage.sheet import Sheet

if TYPE_CHECKING:
    from random import Random

    from app.specimens.stage.camera import Light, VideoCamera
    from app.specimens.stage.motion import Bearing, Mover
    from app.specimens.stage.solid_head import SolidHead
    from app.specimens.stage.surroundings import Room
    from app.vision.image import Image

_FACE_CM = 12.5  # from the tip of the nose back to the ears' plane
_DARK = Lamp(0.0, 0.0)
_NECK_CM = _FACE_CM + 2.2  # and to the axis about which the head turns


class Presenter(Protocol):
    """Gives the camera's next picture while a prompt, and perhaps a hint, is on the screen."""

    def picture(self, at_s: float, prompt: str, hint: str | None = None) -> Image:
        """The picture that the page would send, (480, 640, 3) uint8; times only grow."""


@dataclass(slots=True)
class Person:
    """A head that turns, in a room, before a camera."""

    head: SolidHead
    room: Room
    camera: VideoCamera
    mover: Mover
    distance_cm: float
    chance: Random
    place_cm: tuple[float, float] = (0.0, 0.0)
    lamp: Lamp | None = None
    _noise: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self._noise = np.random.default_rng(self.chance.randrange(2**32))

    def picture(self, at_s: float, prompt: str, hint: str | None = None) -> Image:
        """The camera's next picture."""
        lamp = self.lamp or _DARK
        scene = self.room.background * lamp.on_room()
        where = self.mover.bearing(at_s, prompt, hint)
        self.head.show(
            scene,
            self.camera,
            self.pose(where, at_s),
            sun=self.room.sun,
            ambient=self.room.ambient,
            light=lamp.on_face(),
        )
        return self.camera.picture(scene, self._noise)

    def pose(self, where: Bearing, at_s: float) -> Pose:
        """Turned as the mover is; nobody holds a head quite still."""
        sway_cm = 0.35 * float(np.sin(1.7 * at_s))
        return Pose(
            self.place_cm[0] + sway_cm,
            self.place_cm[1] + sway_cm / 2,
            self.distance_cm * where.nearness,
            where.yaw_deg,
            where.pitch_deg,
            1.5 * float(np.sin(0.9 * at_s)) + 0.1 * where.yaw_deg,
        )


@dataclass(frozen=True, slots=True)
class Handling:
    """What a hand does with a sheet for each degree that the mover turns.

    `yaw`, `pitch` and `roll` are degrees, `across_cm` and `nearer_cm` centimetres, `bend` degrees
    of arc a degree; `bend_deg` is the arc at rest, `axis_deg` the lean of the bend's axis, and
    `lean_deg` that of the whole sheet.
    """

    yaw: float = 1.0
    pitch: float = 0.0
    roll: float = 0.0
    across_cm: float = 0.0
    nearer_cm: float = 0.0
    bend: float = 0.0
    bend_deg: float = 0.0
    axis_deg: float = 0.0
    lean_deg: float = 0.0
    about_neck: bool = False


@dataclass(slots=True)
class SheetInHand:
    """A print or a screen that is held to the camera and handled as the mover says."""

    sheet: Sheet
    handling: Handling
    room: Room
    camera: VideoCamera
    mover: Mover
    distance_cm: float
    chance: Random
    wearer: SolidHead | None = None
    lamp: Lamp | None = None
    shines: bool = False  # a display, whose own light is not that of a lamp before it
    _noise: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self._noise = np.random.default_rng(self.chance.randrange(2**32))

    def picture(self, at_s: float, prompt: str, hint: str | None = None) -> Image:
        """The camera's next picture."""
        lamp = self.lamp or _DARK
        scene = self.room.background * lamp.on_room()
        where = self.mover.bearing(at_s, prompt, hint)
        pose = self._pose(where, at_s)
        hand = self.handling
        if self.wearer is not None:
            behind_cm = self.distance_cm * where.nearness + _FACE_CM
            turn = where.yaw_deg * (hand.yaw if hand.about_neck else 0.5)
            behind = Pose(z_cm=behind_cm, yaw_deg=turn)
            self.wearer.show(scene, self.camera, behind, light=lamp.on_face())
        bend_deg = hand.bend_deg + hand.bend * abs(where.yaw_deg)
        side = float(np.sign(where.yaw_deg)) if hand.bend else 1.0
        sheet = self.sheet if self.shines else self.sheet.lit(lamp.on_face())
        sheet.show(scene, self.camera, pose, bend_deg=bend_deg, axis_deg=side * hand.axis_deg)
        return self.camera.picture(scene, self._noise)

    def _pose(self, where: Bearing, at_s: float) -> Pose:
        hand, turn = self.handling, where.yaw_deg
        sway_cm = 0.4 * float(np.sin(2.3 * at_s))
        yaw = hand.yaw * turn
        aside, behind = 0.0, 0.0
        if hand.about_neck:  # worn on a head, it goes round the neck rather than its own middle
            sway_cm, yaw_rad = 0.0, float(np.radians(yaw))
            aside, behind = _NECK_CM * np.sin(yaw_rad), _NECK_CM * (1 - np.cos(yaw_rad))
        return Pose(
            sway_cm + aside + hand.across_cm * turn,
            sway_cm / 2,
            self.distance_cm * where.nearness - hand.nearer_cm * abs(turn) + behind,
            yaw,
            hand.pitch * turn,
            hand.roll * turn + hand.lean_deg,
        )


@dataclass(slots=True)
class Screen:
    """A display that shows another presenter's pictures; held in the hand or standing there."""

    shown: Presenter
    holder: SheetInHand
    brightness: float = 0.9
    stripe_px: float = 3.1
    stripe_depth: float = 0.02
    banding: float = 0.02
    bezel_px: int = 24
    refresh_s: float = 1 / 30
    lamp: Lamp | None = None

    def __post_init__(self) -> None:
        self.holder.lamp, self.holder.shines = self.lamp, True

    def picture(self, at_s: float, prompt: str, hint: str | None = None) -> Image:
        """The camera's picture of the display. Nobody on it can know the prompt."""
        played_s = int(at_s / self.refresh_s) * self.refresh_s
        light = linear(self.shown.picture(played_s, "center")) * np.float32(self.brightness)
        self.holder.sheet = Sheet(self._emitted(light, at_s), self.holder.sheet.width_cm)
        return self.holder.picture(at_s, prompt, hint)

    def _emitted(self, light: Light, at_s: float) -> Light:
        """The display's grid as far as a camera sees it, the bands of its backlight, its rim."""
        rows = np.arange(light.shape[0], dtype=np.float32)[:, None, None]
        columns = np.arange(light.shape[1], dtype=np.float32)[None, :, None]
        shift = np.array([0.0, 2.1, 4.2], np.float32)
        grid = np.sin(2 * np.pi * (columns + 0.13 * rows) / self.stripe_px + shift)
        bands = np.sin(2 * np.pi * (rows / 210 + 3.7 * at_s))
        glass = 0.015 + 0.02 * np.linspace(0, 1, light.shape[1], dtype=np.float32)[None, :, None]
        # Glass gives back what falls on it, the light of the screen before it included.
        glass = glass * np.array((self.lamp or _DARK).on_face(), np.float32)
        shown = light * (1 + self.stripe_depth * grid) * (1 + self.banding * bands) + glass
        edge = self.bezel_px
        framed = cv2.copyMakeBorder(
            shown, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(0.01, 0.01, 0.01)
        )
        cover = np.ones((*framed.shape[:2], 1), np.float32)
        return np.concatenate([framed, cover], axis=-1).astype(np.float32)


@dataclass(slots=True)
class InjectedClip:
    """Frames of a clip handed to the browser in a camera's place; the clip knows no prompt.

    With `length_s` the same frames come round again, bit for bit.
    """

    shown: Presenter
    length_s: float | None = None
    fps: float = 30.0
    _kept: dict[int, Image] = field(default_factory=dict)

    def picture(self, at_s: float, prompt: str, hint: str | None = None) -> Image:  # noqa: ARG002
        """The clip's frame at this time."""
        number = int(at_s * self.fps)
        if self.length_s is None:
            return self.shown.picture(number / self.fps, "center")
        number %= round(self.length_s * self.fps)
        if number not in self._kept:
            self._kept[number] = self.shown.picture(number / self.fps, "center")
        return self._kept[number]


@dataclass(slots=True)
class InjectedStills:
    """Three pictures of one person, chosen by what is asked; faded over, or switched at once."""

    stills: dict[str, Image]
    fade_s: float
    reaction_s: float = 0.6
    _before: str = "center"
    _now: str = "center"
    _since_s: float = -10.0

    def picture(self, at_s: float, prompt: str, hint: str | None = None) -> Image:  # noqa: ARG002
        """The picture that suits the prompt, or a mixture on the way to it."""
        if prompt != self._now:
            self._before, self._now, self._since_s = self._now, prompt, at_s
        waited_s = at_s - self._since_s - self.reaction_s
        share = 1.0 if self.fade_s == 0 and waited_s >= 0 else waited_s / max(self.fade_s, 1e-3)
        share = min(1.0, max(0.0, share))
        mixed = cv2.addWeighted(
            self.stills[self._before], 1 - share, self.stills[self._now], share, 0
        )
        return np.asarray(mixed, dtype=np.uint8)
