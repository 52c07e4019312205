"""Who may stand before the camera, in which room and light, drawn by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.specimens.portraits import PORTRAIT_NAMES, load_portrait
from app.specimens.sensor import linear
from app.specimens.stage.camera import HEIGHT_PX, WIDTH_PX, VideoCamera
from app.specimens.stage.solid_head import HeadShape, SolidHead

if TYPE_CHECKING:
    from random import Random

    from app.specimens.stage.camera import Light
    from app.vision.image import Image

Tone = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What is behind, as light (480, 640, 3), and where the light comes from."""

    background: Light
    sun: tuple[float, float, float]
    ambient: float


def any_room(chance: Random) -> Room:
    """Walls, shelves and pictures, a little out of focus."""
    noise = np.random.default_rng(chance.randrange(2**32))
    wall = np.array([chance.uniform(0.1, 0.5)] * 3, np.float32) * noise.uniform(0.8, 1.2, 3)
    scene = np.ones((HEIGHT_PX, WIDTH_PX, 3), np.float32) * wall.astype(np.float32)
    scene *= np.linspace(chance.uniform(0.6, 1.0), 1.0, WIDTH_PX, dtype=np.float32)[None, :, None]
    for _ in range(chance.randrange(8, 30)):
        x, y = chance.randrange(-40, WIDTH_PX), chance.randrange(-40, HEIGHT_PX)
        corner = (x + chance.randrange(12, 160), y + chance.randrange(12, 200))
        colour = [float(value) for value in noise.uniform(0.02, 0.6, 3)]
        cv2.rectangle(scene, (x, y), corner, colour, -1)
    soft = cv2.GaussianBlur(scene, (0, 0), chance.uniform(1.0, 5.0))
    sun = (chance.uniform(-0.9, 0.9), chance.uniform(-0.8, 0.1), chance.uniform(0.5, 1.0))
    return Room(np.asarray(soft, np.float32), sun, chance.uniform(0.35, 0.85))


def any_camera(chance: Random) -> VideoCamera:
    """Web cameras and telephones, by day and by lamplight."""
    return VideoCamera(
        focal_px=chance.uniform(470, 620),
        blur_px=chance.uniform(0.5, 1.1),
        shot_noise=chance.uniform(0.008, 0.04),
        read_noise=chance.uniform(0.001, 0.006),
        gain=chance.uniform(0.55, 1.15),
        balance=(chance.uniform(0.88, 1.12), 1.0, chance.uniform(0.85, 1.15)),
        jpeg_quality=chance.choice((75, 80, 85, 85, 90)),
    )


def any_face(chance: Random) -> Image:
    """One of the public-domain portraits, as it is or mirrored, of a lighter or darker skin."""
    portrait = load_portrait(chance.choice(PORTRAIT_NAMES))
    if chance.random() < 0.5:
        portrait = np.ascontiguousarray(portrait[:, ::-1])
    tone = chance.uniform(0.55, 1.0)
    tint = np.array([1.0, tone**0.25, tone**0.4]) * tone**0.45
    return np.asarray(np.clip(portrait * tint, 0, 255), dtype=np.uint8)


def any_head(chance: Random, face: Image | None = None) -> SolidHead:
    """A head of adult proportions, one in four behind glasses."""
    shape = HeadShape(
        half_width=chance.uniform(0.90, 1.0),
        half_height=chance.uniform(1.5, 1.62),
        depth=chance.uniform(1.02, 1.25),
        nose=chance.uniform(0.19, 0.31),
        glasses=chance.random() < 0.25,
    )
    return SolidHead(any_face(chance) if face is None else face, shape)


def printed(face: Image, chance: Random) -> Light:
    """(H, W, 4): a print of the portrait on white paper, as light that it gives back."""
    faded = 0.03 + linear(face) * chance.uniform(0.75, 0.95)
    rim = chance.randrange(0, 30)
    paper = cv2.copyMakeBorder(
        faded, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(0.85, 0.85, 0.85)
    )
    cover = np.ones((*paper.shape[:2], 1), np.float32)
    return np.concatenate([paper, cover], axis=-1).astype(np.float32)
