"""What a telephone's sensor and its software make of the light that falls on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from app.vision.image import Image

GAMMA = 2.2


@dataclass(frozen=True, slots=True)
class Sensor:
    """One camera: lens blur in px, noise in 8-bit gray levels, what its software does, JPEG."""

    blur_px: float = 0.6
    noise: float = 2.0
    denoise: float = 0.0
    sharpen: float = 0.0
    jpeg_quality: int = 90


def any_sensor(chance: Random) -> Sensor:
    """A sensor as telephones and web cameras have them, good and bad."""
    return Sensor(
        blur_px=chance.uniform(0.45, 1.2),
        noise=chance.uniform(0.8, 4.0),
        denoise=chance.choice((0.0, 0.0, 4.0, 8.0)),
        sharpen=chance.choice((0.0, 0.4, 0.8)),
        jpeg_quality=chance.choice((75, 82, 88, 92, 95)),
    )


def linear(image: Image) -> NDArray[np.float32]:
    """8-bit values as light, 0 to 1."""
    levels = np.power(np.arange(256) / 255, GAMMA).astype(np.float32)
    return np.asarray(levels[image], dtype=np.float32)


def exposed(light: NDArray[np.float32], sensor: Sensor, chance: Random) -> Image:
    """The picture that the camera gives of the light on its sensor, compressed and opened again.

    Shapes and units: `light` (H, W, 3) float32, linear, 0 to 1, even sides. Each photosite sees one
    colour; the other two are guessed from its neighbours, as cameras do.
    """
    soft = cv2.GaussianBlur(light, (0, 0), sensor.blur_px)
    mosaic = np.empty(soft.shape[:2], np.float32)
    for (row, column), channel in {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 2}.items():
        mosaic[row::2, column::2] = soft[row::2, column::2, channel]
    mosaic = np.clip(mosaic, 0, 1) ** np.float32(1 / GAMMA) * 255
    grain = np.random.default_rng(chance.randrange(2**32))
    mosaic += sensor.noise * grain.standard_normal(mosaic.shape, dtype=np.float32)
    raw = (np.clip(mosaic, 0, 255) * 257).astype(np.uint16)
    # OpenCV names the pattern by its second row: BayerBG is red in the corner.
    colours = cv2.cvtColor(raw, cv2.COLOR_BayerBG2RGB)
    picture = (colours / 257 + 0.5).clip(0, 255).astype(np.uint8)
    return compressed(processed(picture, sensor), sensor.jpeg_quality)


def processed(picture: Image, sensor: Sensor) -> Image:
    """The picture after the camera's own denoising and sharpening."""
    if sensor.denoise > 0:
        picture = np.asarray(cv2.bilateralFilter(picture, 5, 4 * sensor.denoise, 1.5), np.uint8)
    if sensor.sharpen > 0:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.0)
        sharp = cv2.addWeighted(picture, 1 + sensor.sharpen, soft, -sensor.sharpen, 0)
        picture = np.asarray(sharp, dtype=np.uint8)
    return picture


def compressed(picture: Image, quality: int) -> Image:
    """The picture saved as JPEG and opened again."""
    stored = np.frombuffer(encode_jpeg(picture, quality), np.uint8)
    opened = np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), dtype=np.uint8)
    return np.ascontiguousarray(opened[..., ::-1])
