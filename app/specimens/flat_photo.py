"""The attack that a presence challenge must refuse: a printed portrait turned before the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.vision.image import Image

_CAMERA_DISTANCE = 3.0  # of the print's larger side: a sheet held at arm's length
_SHARE_OF_FRAME = 0.92  # of the frame's height that the unturned print fills
_PAPER_WHITE = 238
_BORDER_SHARE = 0.03  # the white rim that photo printers leave
_SAMPLES = 512  # along the bent sheet; the columns between are interpolated


def turn_flat_photo(portrait: Image, yaw_deg: float, background: Image | None = None) -> Image:
    """A frame in which somebody holds up the print of `portrait`, turned as a plane.

    Shapes and units: `portrait` (H, W, 3) uint8 RGB; `yaw_deg` as in `turn_head`; `background` is
    the room, (H, W, 3), and gives the frame its size; without it a wall of the portrait's size.
    Raises: ValueError at 80 degrees and more, where nothing is left to see.
    """
    return _held_up(portrait, yaw_deg, 0.0, background)


def bend_photo(
    portrait: Image, yaw_deg: float, bend_deg: float = 60.0, background: Image | None = None
) -> Image:
    """The same frame with the print bent around an upright cylinder, its middle towards the camera.

    Shapes and units: `bend_deg` is the arc that the print spans, 0 (flat) to 120.
    Raises: ValueError outside these arcs, and for turns as in `turn_flat_photo`.
    """
    return _held_up(portrait, yaw_deg, bend_deg, background)


def _held_up(portrait: Image, yaw_deg: float, bend_deg: float, background: Image | None) -> Image:
    if abs(yaw_deg) >= 80 or not 0 <= bend_deg <= 120:
        message = "a held-up print turns by less than 80 degrees and bends by 0 to 120"
        raise ValueError(message)
    sheet = _with_rim(portrait)
    room = _wall(portrait) if background is None else background
    map_x, map_y = _maps(sheet.shape[:2], room.shape[:2], yaw_deg, bend_deg)
    paper = cv2.remap(sheet, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # The paper's edge fades within one pixel; a staircase would give the print away too easily.
    edge_x = np.minimum(map_x, sheet.shape[1] - 1 - map_x)
    edge_y = np.minimum(map_y, sheet.shape[0] - 1 - map_y)
    cover = np.clip(np.minimum(edge_x, edge_y) + 0.5, 0, 1)[..., None]
    return np.asarray(room + (paper - room.astype(np.float32)) * cover, dtype=np.uint8)


def _maps(
    sheet_size: tuple[int, int], frame_size: tuple[int, int], yaw_deg: float, bend_deg: float
) -> tuple[
    NDArray[np.float32],
    NDArray[np.float32],
]:
    """Where each frame pixel lies on the sheet; -1 where the sheet is not.

    An upright sheet turned about an upright axis projects column by column, flat or bent, so one
    dimension has to be inverted. For `bend_deg` 0 this is the homography of a plane.
    """
    sheet_height, sheet_width = sheet_size
    frame_height, frame_width = frame_size
    px_per_unit = _SHARE_OF_FRAME * min(frame_height / sheet_height, frame_width / sheet_width)
    along = np.linspace(-0.5, 0.5, _SAMPLES) * sheet_width
    across_px, depth_px = _turned_section(
        along, sheet_width, np.radians(yaw_deg), np.radians(bend_deg)
    )
    distance = _CAMERA_DISTANCE * max(sheet_size)
    magnification = distance / (distance - depth_px)
    columns = across_px * magnification
    visible = np.concatenate([[True], np.diff(columns) > 0])
    target = (np.arange(frame_width) - (frame_width - 1) / 2) / px_per_unit
    source = np.interp(target, columns[visible], along[visible], left=np.nan, right=np.nan)
    scale = np.interp(target, columns[visible], magnification[visible])
    rows = (np.arange(frame_height) - (frame_height - 1) / 2) / px_per_unit
    map_x = np.broadcast_to(source + (sheet_width - 1) / 2, (frame_height, frame_width))
    map_y = rows[:, None] / scale[None, :] + (sheet_height - 1) / 2
    return np.nan_to_num(map_x, nan=-1.0).astype(np.float32), map_y.astype(np.float32)


def _turned_section(
    along: NDArray[np.float64], width: int, yaw: float, bend: float
) -> tuple[
    NDArray[np.float64],
    NDArray[np.float64],
]:
    """The sheet seen from above: position across the view and depth towards the camera."""
    if bend == 0:
        return along * np.cos(yaw), -along * np.sin(yaw)
    radius = width / bend
    angle = along / radius + yaw
    turned = radius * np.sin(angle), radius * np.cos(angle) - radius
    visible = np.abs(angle) < np.pi / 2
    return np.where(visible, turned[0], np.sign(angle) * radius), turned[1]


def _with_rim(portrait: Image) -> Image:
    rim = round(_BORDER_SHARE * max(portrait.shape[:2]))
    return np.pad(portrait, ((rim, rim), (rim, rim), (0, 0)), constant_values=_PAPER_WHITE)


def _wall(portrait: Image) -> Image:
    shade = np.linspace(196, 150, portrait.shape[1])[None, :, None]
    return np.asarray(np.broadcast_to(shade, portrait.shape), dtype=np.uint8)
