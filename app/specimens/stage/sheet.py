"""A flat thing held before the camera: a print, bent or not, with holes or not, or a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.specimens.stage.camera import HEIGHT_PX, WIDTH_PX, box_around, laid_over

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.specimens.stage.camera import Light, VideoCamera
    from app.specimens.stage.pose import Pose

_STEP_PX = 2
_GRID = 9  # points along a side, to find the part of the picture that a bent sheet may cover
_FLATTEST_DEG = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is to be seen on it. `surface` (H, W, 4) float32: linear light times cover, and cover.

    `width_cm` is its width; the height follows from the surface's shape.
    """

    surface: Light
    width_cm: float

    @property
    def height_cm(self) -> float:
        """Its height, flat."""
        return float(self.width_cm * self.surface.shape[0] / self.surface.shape[1])

    def lit(self, light: tuple[float, float, float]) -> Sheet:
        """The sheet under a coloured light, as shares of the usual one."""
        return Sheet(self.surface * np.array([*light, 1.0], np.float32), self.width_cm)

    def show(
        self,
        scene: Light,
        camera: VideoCamera,
        pose: Pose,
        *,
        bend_deg: float = 0.0,
        axis_deg: float = 0.0,
    ) -> None:
        """Paints the sheet into the scene, in place.

        Bent, it is a part of a cylinder of `bend_deg` of arc, its middle towards the camera for a
        positive arc; the cylinder's axis leans from the sheet's upright by `axis_deg`.
        """
        if abs(bend_deg) < _FLATTEST_DEG:
            self._show_flat(scene, camera, pose)
        else:
            self._show_bent(scene, camera, pose, np.radians(bend_deg), np.radians(axis_deg))

    def _show_flat(self, scene: Light, camera: VideoCamera, pose: Pose) -> None:
        height, width = self.surface.shape[:2]
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        flat = (corners / [width, height] - 0.5) * [self.width_cm, self.height_cm]
        turned = np.hstack([flat, np.zeros((4, 1))]) @ pose.rotation.T
        placed = camera.project(pose.place + turned)
        matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
        layer = cv2.warpPerspective(
            self.surface, matrix, (WIDTH_PX, HEIGHT_PX), flags=cv2.INTER_LINEAR
        )
        scene += layer[..., :3] - scene * layer[..., 3:]

    def _show_bent(
        self, scene: Light, camera: VideoCamera, pose: Pose, arc: float, axis: float
    ) -> None:
        radius = self.width_cm / arc
        box = box_around(camera.project(pose.place + self._grid(radius, axis) @ pose.rotation.T), 6)
        rays = camera.rays(box, _STEP_PX)
        if rays.size == 0:
            return
        across, along = self._hits(rays, pose, radius, axis)
        height, width = self.surface.shape[:2]
        size = (box[2] - box[0], box[3] - box[1])
        u = cv2.resize((across / self.width_cm + 0.5) * width, size).astype(np.float32)
        v = cv2.resize((along / self.height_cm + 0.5) * height, size).astype(np.float32)
        found = cv2.remap(self.surface, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        layer = np.asarray(found, np.float32)
        cover = layer[..., 3]
        colour = layer[..., :3] / np.maximum(cover, 1e-3)[..., None]
        laid_over(scene, box, np.asarray(colour, np.float32), cover)

    def _grid(self, radius: float, axis: float) -> NDArray[np.float64]:
        u, v = np.meshgrid(
            np.linspace(-0.5, 0.5, _GRID) * self.width_cm,
            np.linspace(-0.5, 0.5, _GRID) * self.height_cm,
        )
        around = u * np.cos(axis) + v * np.sin(axis)
        straight = v * np.cos(axis) - u * np.sin(axis)
        x, z = radius * np.sin(around / radius), radius * (np.cos(around / radius) - 1)
        turned = np.stack(
            [
                x * np.cos(axis) - straight * np.sin(axis),
                x * np.sin(axis) + straight * np.cos(axis),
                z,
            ],
            axis=-1,
        )
        return turned.reshape(-1, 3)

    def _hits(
        self, rays: NDArray[np.float32], pose: Pose, radius: float, axis: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where each ray meets the cylinder: cm across and along the sheet; far off where not."""
        lean = np.array(
            [[np.cos(axis), np.sin(axis), 0], [-np.sin(axis), np.cos(axis), 0], [0, 0, 1]]
        )
        frame = lean @ pose.rotation.T
        start = -(frame @ pose.place)
        way = rays.astype(np.float64) @ frame.T
        from_axis = start[2] + radius
        a = way[..., 0] ** 2 + way[..., 2] ** 2
        b = way[..., 0] * start[0] + way[..., 2] * from_axis
        inside = b**2 - a * (start[0] ** 2 + from_axis**2 - radius**2)
        root = np.sqrt(np.maximum(inside, 0))
        # The near side of a sheet that bulges towards the camera, the far one of a hollow sheet.
        reach = (-b - np.sign(radius) * root) / a
        x, z = start[0] + reach * way[..., 0], from_axis + reach * way[..., 2]
        around = radius * np.arctan2(x * np.sign(radius), z * np.sign(radius))
        straight = start[1] + reach * way[..., 1]
        u = around * np.cos(axis) - straight * np.sin(axis)
        v = around * np.sin(axis) + straight * np.cos(axis)
        return np.where(inside > 0, u, 1e4), np.where(inside > 0, v, 1e4)
