"""A web camera: a pinhole, its rays, and what its sensor makes of the light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.specimens.sensor import GAMMA, compressed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import Image

    Light = NDArray[np.float32]
    Matrix = NDArray[np.float64]
    Box = tuple[int, int, int, int]

WIDTH_PX, HEIGHT_PX = 640, 480


@dataclass(frozen=True, slots=True)
class VideoCamera:
    """One camera. `shot_noise` is the standard deviation at full light, `read_noise` in the dark,
    both as shares of full light; `balance` are its gains of red, green and blue.
    """

    focal_px: float = 520.0
    blur_px: float = 0.6
    shot_noise: float = 0.02
    read_noise: float = 0.003
    gain: float = 1.0
    balance: tuple[float, float, float] = (1.0, 1.0, 1.0)
    jpeg_quality: int = 85

    @property
    def matrix(self) -> Matrix:
        """(3, 3) from cm before the camera to px of the picture."""
        middle = (WIDTH_PX / 2, HEIGHT_PX / 2)
        return np.array([[self.focal_px, 0, middle[0]], [0, self.focal_px, middle[1]], [0, 0, 1]])

    def project(self, points: Matrix) -> Matrix:
        """(n, 2) px of (n, 3) cm before the camera."""
        flat = points @ self.matrix.T
        return np.asarray(flat[:, :2] / flat[:, 2:])

    def rays(self, box: Box, step_px: int) -> NDArray[np.float32]:
        """(rows, columns, 3) directions through every `step_px`-th px of the box, depth 1."""
        left, top, right, bottom = box
        x = (np.arange(left, right, step_px) - WIDTH_PX / 2) / self.focal_px
        y = (np.arange(top, bottom, step_px) - HEIGHT_PX / 2) / self.focal_px
        across, down = np.meshgrid(x, y)
        return np.stack([across, down, np.ones_like(across)], axis=-1).astype(np.float32)

    def picture(self, light: Light, noise: np.random.Generator) -> Image:
        """The picture that the page sends of the light on the sensor: (480, 640, 3) uint8."""
        soft = cv2.GaussianBlur(light, (0, 0), self.blur_px)
        exposed = soft * (self.gain * np.array(self.balance, np.float32))
        grain = noise.standard_normal(exposed.shape[:2], dtype=np.float32)[..., None]
        spread = np.sqrt(self.read_noise**2 + self.shot_noise**2 * np.clip(exposed, 0, 1))
        # OpenCV's power of a field takes a fifth of NumPy's time.
        seen = cv2.pow(np.clip(exposed + grain * spread, 0, 1), 1 / GAMMA)
        return compressed(np.asarray(seen * 255 + 0.5, dtype=np.uint8), self.jpeg_quality)


def box_around(points_px: Matrix, margin_px: int = 2) -> Box:
    """The part of the picture that holds these points: left, top, right, bottom, px."""
    low = np.floor(points_px.min(axis=0)).astype(int) - margin_px
    high = np.ceil(points_px.max(axis=0)).astype(int) + margin_px
    return (
        int(np.clip(low[0], 0, WIDTH_PX - 1)),
        int(np.clip(low[1], 0, HEIGHT_PX - 1)),
        int(np.clip(high[0], 1, WIDTH_PX)),
        int(np.clip(high[1], 1, HEIGHT_PX)),
    )


def laid_over(scene: Light, box: Box, colour: Light, cover: Light) -> None:
    """Lays a coarse layer of a box over the scene, in place; `cover` (rows, columns) 0 to 1."""
    left, top, right, bottom = box
    size = (right - left, bottom - top)
    if min(size) <= 0:
        return
    window = scene[top:bottom, left:right]
    alpha = cv2.resize(cover, size, interpolation=cv2.INTER_LINEAR)[..., None]
    window += (colour - window) * alpha
