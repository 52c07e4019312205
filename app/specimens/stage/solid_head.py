"""A head as a body: a surface of skin with the colours of a portrait, turned and lit in space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.specimens.portraits import PASSPORT_FRAMING
from app.specimens.sensor import linear
from app.specimens.stage.camera import box_around, laid_over

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.specimens.stage.camera import Light, VideoCamera
    from app.specimens.stage.pose import Pose
    from app.vision.image import Image

    Field = NDArray[np.float32]

OUTER_EYES_CM = 9.0
_CELLS = 110  # of the surface for the distance between the outer eye corners
_LEFT, _TOP, _RIGHT, _BOTTOM = -1.35, -1.9, 1.35, 1.7
_BACK = -0.55  # as far behind the ears as the surface goes; further back is never seen
_STEPS = 30
_STEP_PX = 2
_PIVOT = np.array([0.0, 0.75, -0.25])  # the neck, about which a head turns
_MISS = 0.02


@dataclass(frozen=True, slots=True)
class HeadShape:
    """Proportions in distances between the outer eye corners (about 9 cm), roughly of adults.

    `depth` is from the ears' plane to the bridge of the nose, `nose` from there to its tip. With
    these the base of the nose stands 3 to 4 cm before the outer corners of the eyes.
    """

    half_width: float = 0.95
    half_height: float = 1.55
    depth: float = 1.15
    nose: float = 0.25
    glasses: bool = False


class SolidHead:
    """One person's head. Pixels of the portrait are laid on the surface from the front.

    Shapes and units: `portrait` (675, 525, 3) uint8 RGB as `load_portrait` frames it.
    """

    def __init__(self, portrait: Image, shape: HeadShape | None = None) -> None:
        self._shape = shape or HeadShape()
        colours = _with_glasses(portrait) if self._shape.glasses else portrait
        self._surface = _surface(self._shape)
        self._normals = _normals(self._surface)
        self._skin = linear(colours)
        self._body = _without_head(self._skin, self._shape)

    def show(
        self,
        scene: Light,
        camera: VideoCamera,
        pose: Pose,
        *,
        sun: tuple[float, float, float] = (-0.4, -0.5, 0.77),
        ambient: float = 0.6,
        with_body: bool = True,
        light: tuple[float, float, float] = (1.0, 1.0, 1.0),
    ) -> None:
        """Paints the head into the scene, in place.

        `sun` is where the light comes from (x right, y down, z from the camera's side), `ambient`
        the share that comes from everywhere, `light` its colour on the face.
        """
        if with_body:
            self._show_body(scene, camera, pose)
        origin, rotation = self._frame(pose)
        corners = np.array(
            [
                [x, y, z]
                for x in (-self._shape.half_width, self._shape.half_width)
                for y in (-self._shape.half_height, self._shape.half_height)
                for z in (_BACK, self._shape.depth + self._shape.nose)
            ]
        )
        box = box_around(camera.project(origin + corners @ rotation.T * OUTER_EYES_CM))
        x, y, cover = self._hits(camera.rays(box, _STEP_PX), origin, rotation)
        size = (box[2] - box[0], box[3] - box[1])
        if min(size) <= 0:
            return
        x, y = (np.asarray(cv2.resize(field, size), np.float32) for field in (x, y))
        colour = _sampled(self._skin, *_on_portrait(x, y))
        normals = _sampled(self._normals, *_on_surface(x, y))
        lit = _lit(normals, rotation, np.array(sun), ambient)
        tint = np.array(light, np.float32)
        laid_over(scene, box, np.asarray(colour * lit[..., None] * tint, np.float32), cover)

    def _frame(self, pose: Pose) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The head's origin, between the eyes in the ears' plane, cm, and its axes."""
        neck = pose.place + OUTER_EYES_CM * _PIVOT * [1, 1, -1]
        return neck - OUTER_EYES_CM * pose.rotation @ _PIVOT, pose.rotation

    def _hits(
        self, rays: Field, origin: NDArray[np.float64], rotation: NDArray[np.float64]
    ) -> tuple[Field, Field, Field]:
        """Where each ray meets the surface first (head's x and y), and whether it does."""
        # Plain floats: NumPy's own would make every field below one of double precision.
        start = ((-origin / OUTER_EYES_CM) @ rotation).tolist()
        way = rays @ rotation.astype(np.float32)
        across, down = way[..., 0] / way[..., 2], way[..., 1] / way[..., 2]
        top = self._shape.depth + self._shape.nose + 0.15
        x_hit = np.zeros(rays.shape[:2], np.float32)
        y_hit, cover = x_hit.copy(), x_hit.copy()
        above_before = np.ones_like(x_hit)
        step = (top - _BACK) / _STEPS
        for number in range(1, _STEPS + 1):
            z = top - number * step
            x = start[0] + (z - start[2]) * across
            y = start[1] + (z - start[2]) * down
            above = z - _sampled(self._surface, *_on_surface(x, y))
            is_new = (above <= 0) & (cover == 0)
            back = np.where(is_new, above / np.minimum(above - above_before, -1e-6), 0) * step
            x_hit = np.where(is_new, x + back * across, x_hit)
            y_hit = np.where(is_new, y + back * down, y_hit)
            cover = np.where(is_new, np.float32(1), cover)
            above_before = above
            if number == _STEPS - 1:
                break
        return x_hit.astype(np.float32), y_hit.astype(np.float32), _softened(cover)

    def _show_body(self, scene: Light, camera: VideoCamera, pose: Pose) -> None:
        """Neck and shoulders behind the head; they sway with it but do not turn."""
        height, width = self._body.shape[:2]
        unit_px = PASSPORT_FRAMING.eye_span * width
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        middle = [PASSPORT_FRAMING.eye_middle * width, PASSPORT_FRAMING.eye_line * height]
        flat = (corners - middle) / unit_px * OUTER_EYES_CM
        away = np.full((4, 1), -0.4 * OUTER_EYES_CM)
        placed = camera.project(pose.place + np.hstack([flat, -away]))
        matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
        size = (scene.shape[1], scene.shape[0])
        layer = cv2.warpPerspective(self._body, matrix, size, flags=cv2.INTER_LINEAR)
        scene += (layer[..., :3] - scene * layer[..., 3:]).astype(np.float32)


def _surface(shape: HeadShape) -> Field:
    """How far the skin stands before the ears' plane, over a grid; -1 outside the head."""
    x = np.linspace(_LEFT, _RIGHT, round((_RIGHT - _LEFT) * _CELLS))
    y = np.linspace(_TOP, _BOTTOM, round((_BOTTOM - _TOP) * _CELLS))
    across, down = np.meshgrid(x, y)
    round_ = (across / shape.half_width) ** 2 + ((down + 0.12) / shape.half_height) ** 2
    skull = shape.depth * np.sqrt(np.clip(1 - round_, 0, 1))
    along = np.clip((down + 0.05) / 0.55, 0, 1)
    ridge = shape.nose * along**1.2 * np.exp(-((across / (0.09 + 0.09 * along)) ** 2))
    nose = ridge * (1 / (1 + np.exp((down - 0.66) / 0.03)))
    features = nose + sum(
        height
        * np.exp(
            -(((np.abs(across) - place[0]) / size[0]) ** 2 + ((down - place[1]) / size[1]) ** 2)
        )
        for height, place, size in _FEATURES
    )
    if shape.glasses:
        features = features + 0.10 * _rims(across, down)
    return np.where(round_ < 1, skull + features, -1.0).astype(np.float32)


_FEATURES = (
    (0.10, (0.0, 0.62), (0.45, 0.40)),  # the upper jaw
    (-0.07, (0.36, 0.02), (0.17, 0.11)),  # the eyes lie in their sockets
    (0.04, (0.33, -0.24), (0.28, 0.09)),  # brows
    (0.04, (0.48, 0.36), (0.20, 0.20)),  # cheek bones
    (0.05, (0.0, 0.82), (0.24, 0.10)),  # lips
    (0.06, (0.0, 1.12), (0.25, 0.14)),  # chin
)


def _rims(across: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.float64]:
    radius = np.hypot((np.abs(across) - 0.36) / 0.27, (down - 0.03) / 0.21)
    bridge = (np.abs(across) < 0.12) & (np.abs(down + 0.02) < 0.02)
    return np.asarray((np.abs(radius - 1) < 0.10) | bridge, np.float64)


def _with_glasses(portrait: Image) -> Image:
    height, width = portrait.shape[:2]
    unit_px = PASSPORT_FRAMING.eye_span * width
    x = (np.arange(width) - PASSPORT_FRAMING.eye_middle * width) / unit_px
    y = (np.arange(height) - PASSPORT_FRAMING.eye_line * height) / unit_px
    rims = cv2.GaussianBlur(_rims(*np.meshgrid(x, y)), (0, 0), 1.0)[..., None]
    return np.asarray(portrait * (1 - 0.85 * rims) + 20 * rims, dtype=np.uint8)


def _normals(surface: Field) -> Field:
    """(rows, columns, 3) unit normals in the head's axes."""
    smooth = cv2.GaussianBlur(np.maximum(surface, 0), (0, 0), 2.0)
    down, across = np.gradient(smooth, 1 / _CELLS)
    normal = np.stack([-across, -down, np.ones_like(across)], axis=-1)
    return np.asarray(normal / np.linalg.norm(normal, axis=-1, keepdims=True), np.float32)


def _lit(
    normals: Field, rotation: NDArray[np.float64], sun: NDArray[np.float64], ambient: float
) -> Field:
    """Light on the skin; 1 where it would be for a head that looks at the camera's side."""
    turned = normals @ (rotation.T.astype(np.float32))
    towards = np.array([sun[0], sun[1], -sun[2]], np.float32)
    direct = np.clip(turned @ (towards / np.linalg.norm(towards)), 0, 1)
    usual = max(0.3, sun[2] / float(np.linalg.norm(sun)))
    return np.asarray(ambient + (1 - ambient) * direct / usual, np.float32)


def _without_head(skin: Light, shape: HeadShape) -> Light:
    """(H, W, 4): the portrait with its surroundings in the head's place, fading to its borders."""
    height, width = skin.shape[:2]
    unit_px = PASSPORT_FRAMING.eye_span * width
    x = (np.arange(width) - PASSPORT_FRAMING.eye_middle * width) / unit_px
    y = (np.arange(height) - PASSPORT_FRAMING.eye_line * height) / unit_px
    across, down = np.meshgrid(x, y)
    head = (across / shape.half_width) ** 2 + ((down + 0.12) / shape.half_height) ** 2 < 1.02
    rest = (~head).astype(np.float32)[..., None]
    weight = cv2.GaussianBlur(rest, (0, 0), 25)[..., None] + 1e-4
    fill = cv2.GaussianBlur(skin * rest, (0, 0), 25) / weight
    body = skin * rest + fill * (1 - rest)
    edge = np.clip((1.35 - np.abs(across)) / 0.25, 0, 1) * np.clip((down + 1.75) / 0.25, 0, 1)
    cover = edge.astype(np.float32)[..., None]
    return np.concatenate([body * cover, cover], axis=-1)


def _on_surface(x: Field, y: Field) -> tuple[Field, Field]:
    return (x - _LEFT) * np.float32(_CELLS), (y - _TOP) * np.float32(_CELLS)


def _on_portrait(x: Field, y: Field) -> tuple[Field, Field]:
    framing = PASSPORT_FRAMING
    unit_px = framing.eye_span * framing.width_px
    return (
        x * np.float32(unit_px) + np.float32(framing.eye_middle * framing.width_px),
        y * np.float32(unit_px) + np.float32(framing.eye_line * framing.height_px),
    )


def _sampled(field: Field, x: Field, y: Field) -> Field:
    found = cv2.remap(
        field,
        np.asarray(x, np.float32),
        np.asarray(y, np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(found, np.float32)


def _softened(cover: Field) -> Field:
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.7), np.float32)
