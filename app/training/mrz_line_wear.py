"""From drawn MRZ lines to crops as a camera and the band finder would give them, with labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.training.mrz_line_drawing import (
    CAP_HEIGHT_PX,
    CELL_WIDTH_PX,
    draw_line,
    draw_print,
    random_text,
)
from app.vision.mrz_emission import MRZ_ALPHABET
from app.vision.mrz_lines import LINE_HEIGHT_PX, STEP_PX, WIDTH_STRETCH, normalised_line

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    from app.training.mrz_line_drawing import DrawnLine

WINDOW_PX = 512
UNLABELLED = -100  # a step between a character and the gap beside it: either answer is right
PRINT_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """One crop as the network sees it, what each step is, and the line's characters in full.

    `pixels` (LINE_HEIGHT_PX, WINDOW_PX) float32; `steps` (WINDOW_PX / STEP_PX,) int64, 0 blank,
    `UNLABELLED` undecided.
    """

    pixels: NDArray[np.float32]
    steps: NDArray[np.int64]
    text: str


def training_line(chance: Random) -> TrainingLine:
    """One line, drawn, worn and labelled."""
    noise = np.random.default_rng(chance.getrandbits(63))
    # In px of the network's own crop, before its width is stretched.
    cap_px = LINE_HEIGHT_PX * chance.triangular(0.32, 0.84, 0.56)
    pitch_px = min(cap_px * chance.triangular(0.78, 1.3, 1.02), 22.0)
    width_px = WINDOW_PX / WIDTH_STRETCH
    room = int((width_px - 4) / pitch_px)
    is_print = chance.random() < PRINT_SHARE
    length = chance.randint(max(1, room - 10), room)
    line = draw_print(chance) if is_print else draw_line(random_text(length, chance), chance)
    camera = _camera_scale(cap_px, chance)
    left_px = chance.uniform(0, max(0.0, width_px - length * pitch_px))
    ink, columns = _laid_out(line, (left_px, cap_px, pitch_px), camera, chance)
    gray = _photographed(_printed(ink, chance, noise), chance, noise)
    size = (WINDOW_PX, LINE_HEIGHT_PX)
    how = cv2.INTER_AREA if camera > 1.3 else chance.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC))
    crop = np.asarray(cv2.resize(gray, size, interpolation=how), np.uint8)
    steps = _steps(line, columns * WIDTH_STRETCH, pitch_px * WIDTH_STRETCH)
    return TrainingLine(normalised_line(crop), steps, line.text)


def _camera_scale(cap_px: float, chance: Random) -> float:
    """Camera px for a crop px: capitals of 6 to 20 px in the photograph, small ones more often."""
    return float(np.exp(chance.uniform(np.log(6.0), np.log(20.0)))) / cap_px


def _laid_out(
    line: DrawnLine, place: tuple[float, float, float], camera: float, chance: Random
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Ink (0 to 1) on the camera's grid, tilted and bent, neighbours and clutter beside it.

    Returns the characters' middles too, in crop px.
    """
    left_px, cap_px, pitch_px = place
    height, width = LINE_HEIGHT_PX * camera, WINDOW_PX / WIDTH_STRETCH * camera
    shape = (max(6, round(height)), max(48, round(width)))
    tilt = np.tan(np.deg2rad(np.clip(chance.gauss(0, 0.7), -2.2, 2.2)))
    slant = chance.gauss(0, 0.05)
    bend = chance.choice((0.0, 0.0, chance.gauss(0, 0.1))) * cap_px
    middle = LINE_HEIGHT_PX * (0.5 + np.clip(chance.gauss(0, 0.05), -0.12, 0.12))
    stretch = chance.gauss(0, 0.06)  # perspective along the line
    x_scale, y_scale = pitch_px / CELL_WIDTH_PX, cap_px / CAP_HEIGHT_PX
    # Inverse map: where each camera pixel looks on the drawn line, shrunk beforehand.
    pre = min(1.0, max(x_scale, y_scale) * camera * 1.25)
    source = line.ink
    if pre < 1:
        source = np.asarray(
            cv2.resize(source, None, fx=pre, fy=pre, interpolation=cv2.INTER_AREA), np.uint8
        )
    xs = (np.arange(shape[1], dtype=np.float32) + 0.5) / shape[1] * (WINDOW_PX / WIDTH_STRETCH)
    ys = (np.arange(shape[0], dtype=np.float32) + 0.5) / shape[0] * LINE_HEIGHT_PX
    grid_x, grid_y = np.meshgrid(xs, ys)
    extent = WINDOW_PX / WIDTH_STRETCH
    along = (grid_x - extent / 2) / (extent / 2)
    down = grid_y - middle - tilt * (grid_x - extent / 2) - bend * along**2
    across = grid_x - left_px + slant * down
    total = len(line.centres_px) * pitch_px or extent
    across = across + stretch * across * (1 - across / total)
    map_x = (across / x_scale * pre - 0.5).astype(np.float32)
    ink = np.zeros(shape, np.float32)
    for offset, strength in _rows(cap_px, chance):
        map_y = (((down - offset) / y_scale + line.cap_middle_px) * pre - 0.5).astype(np.float32)
        other = source if offset == 0 else np.roll(source[:, ::-1], 7, axis=1)
        seen = cv2.remap(other, map_x, map_y, cv2.INTER_LINEAR, borderValue=0)
        ink = np.maximum(ink, seen.astype(np.float32) / 255 * strength)
    return ink, _middles(line.centres_px * x_scale, total, stretch) + left_px


def _middles(wanted: NDArray[np.float64], total: float, stretch: float) -> NDArray[np.float64]:
    """Where `across + stretch * across * (1 - across / total)` takes the wanted values."""
    grid = np.linspace(0, total, 400)
    return np.interp(wanted, grid + stretch * grid * (1 - grid / total), grid)


def _rows(cap_px: float, chance: Random) -> list[tuple[float, float]]:
    """The line itself, and now and then its neighbours at the edge of the crop."""
    rows = [(0.0, 1.0)]
    if chance.random() < 0.5:
        step = cap_px * chance.uniform(1.5, 2.7)
        rows += [(side * step, 1.0) for side in (-1, 1) if chance.random() < 0.6]
    return rows


def _printed(
    ink: NDArray[np.float32], chance: Random, noise: np.random.Generator
) -> NDArray[np.float32]:
    """Ink on paper with a background print: luminance 0 to 255."""
    height, width = ink.shape
    paper = np.full(ink.shape, chance.uniform(120, 250), np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None]
    if chance.random() < 0.5:  # guilloche: families of fine waves
        for _ in range(chance.randint(1, 2)):
            period = chance.uniform(2.5, 24) * height / LINE_HEIGHT_PX
            angle = chance.uniform(0, np.pi)
            sway = chance.uniform(0, 2) * np.sin(columns / chance.uniform(6, 60) + chance.random())
            phase = 2 * np.pi / period * (columns * np.cos(angle) + rows * np.sin(angle)) + sway
            paper += chance.triangular(2, 24, 4) * np.sin(phase)
    if chance.random() < 0.3:
        cells = noise.normal(0, 1, (max(2, height // 6), max(4, width // 9))).astype(np.float32)
        paper += chance.uniform(4, 22) * cv2.resize(cells, (width, height))
    if chance.random() < 0.06:  # a ruling or the card's edge
        row = int(chance.choice((chance.uniform(0, 0.12), chance.uniform(0.88, 1))) * height)
        paper[row : row + max(1, round(height * 0.06))] -= chance.uniform(40, 120)
    depth = chance.triangular(0.35, 0.97, 0.85)
    if chance.random() < 0.15:  # a worn ribbon: ink that comes and goes
        cells = noise.uniform(0.3, 1.0, (max(2, height // 3), max(4, width // 4))).astype(
            np.float32
        )
        ink = ink * cv2.resize(cells, (width, height))
    printed = paper * (1 - depth * ink)
    if chance.random() < 0.2:
        printed = _beside_the_paper(printed, ink, chance)
    return np.asarray(printed, np.float32)


def _beside_the_paper(
    printed: NDArray[np.float32], ink: NDArray[np.float32], chance: Random
) -> NDArray[np.float32]:
    """What lies left or right of the zone where the crop is too long: a frame, or the table."""
    height, width = printed.shape
    inked = np.flatnonzero(ink.max(axis=0) > 0.3)
    if len(inked) == 0:
        return printed
    side = chance.choice((-1, 1))
    free = int(inked[0]) if side < 0 else width - 1 - int(inked[-1])
    edge = free - chance.uniform(0.15, 0.6) * height
    if edge < 2:
        return printed
    # Distance beyond the paper's edge, which may lean.
    columns = np.arange(width) if side < 0 else np.arange(width)[::-1]
    lean = chance.gauss(0, 0.08) * (np.arange(height)[:, None] - height / 2)
    beyond = edge - columns[None] + lean
    is_frame = chance.random() < 0.35
    where = (beyond > 0) & (beyond < 0.09 * height) if is_frame else beyond > 0
    return np.where(where, np.float32(chance.uniform(15, 235)), printed)


def _photographed(
    gray: NDArray[np.float32], chance: Random, noise: np.random.Generator
) -> NDArray[np.uint8]:
    height, width = gray.shape
    ramp = np.linspace(-1, 1, width, dtype=np.float32)[None]
    if chance.random() < 0.5:
        gray = gray * (1 + chance.uniform(-0.35, 0.35) * ramp)
    if chance.random() < 0.18:  # glare
        where = (np.linspace(0, 1, width, dtype=np.float32) - chance.random())[None]
        spot = np.exp(-((where / chance.uniform(0.03, 0.2)) ** 2)) * chance.uniform(0.2, 0.75)
        gray = gray + (250 - gray) * spot
    # Blur in units of the capital's height, of which the crop is about 1.6.
    sigma = abs(chance.gauss(0, 0.05)) * height / 1.6
    if sigma > 0.25:
        gray = np.asarray(cv2.GaussianBlur(gray, (0, 0), min(sigma, 0.13 * height)), np.float32)
    if chance.random() < 0.15:
        gray = _moved(gray, chance)
    gain = chance.uniform(0.5, 1.08)
    grain = chance.choice((1.0, 1.0, 2.0, 4.0, 8.0, 12.0))
    gray = gray * gain + grain * noise.standard_normal(gray.shape, dtype=np.float32)
    pixels = np.clip(gray, 0, 255).astype(np.uint8)
    if chance.random() < 0.5:
        quality = chance.randint(18, 90)
        packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        pixels = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    if chance.random() < 0.14 and grain <= 4 and height >= 16:
        pixels = _binarised(pixels, chance)
    if chance.random() < 0.1:
        soft = cv2.GaussianBlur(pixels, (0, 0), max(0.8, height / 16))
        pixels = np.asarray(cv2.addWeighted(pixels, 2, soft, -1, 0), np.uint8)
    return pixels


def _moved(gray: NDArray[np.float32], chance: Random) -> NDArray[np.float32]:
    reach = max(2, round(gray.shape[0] * chance.uniform(0.03, 0.14)))
    kernel = np.zeros((reach, reach), np.float32)
    angle = chance.uniform(0, np.pi)
    middle = (reach - 1) / 2
    for each in np.linspace(-middle, middle, 2 * reach):
        row, column = middle + each * np.sin(angle), middle + each * np.cos(angle)
        kernel[round(row), round(column)] = 1
    return np.asarray(cv2.filter2D(gray, -1, kernel / kernel.sum()), np.float32)


def _binarised(pixels: NDArray[np.uint8], chance: Random) -> NDArray[np.uint8]:
    if chance.random() < 0.5:
        mode = cv2.THRESH_BINARY + cv2.THRESH_OTSU
        found = cv2.threshold(pixels, 0, 255, mode)[1]
    else:
        block = max(3, int(pixels.shape[0] * chance.uniform(0.5, 1.2))) | 1
        offset = chance.uniform(4, 14)
        found = cv2.adaptiveThreshold(
            pixels, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, offset
        )
    if chance.random() < 0.3:  # rounded by the scanner's own cleaning
        found = cv2.medianBlur(found, 3)
    return np.asarray(found, np.uint8)


def _steps(line: DrawnLine, columns_px: NDArray[np.float64], pitch_px: float) -> NDArray[np.int64]:
    """What each step of the network should say; between a character and its gap, nothing."""
    places = (np.arange(WINDOW_PX // STEP_PX) + 0.5) * STEP_PX
    steps = np.zeros(len(places), np.int64)
    if len(columns_px) == 0:
        return steps
    away = np.abs(places[:, None] - columns_px[None])
    nearest = away.argmin(axis=1)
    pitch = float(np.median(np.diff(columns_px))) if len(columns_px) > 1 else pitch_px
    distance = away.min(axis=1) / pitch
    classes = np.array([1 + MRZ_ALPHABET.index(each) for each in line.text])
    steps[distance < 0.40] = UNLABELLED
    middle = distance < 0.24
    steps[middle] = classes[nearest[middle]]
    steps[away.argmin(axis=0)] = classes
    gaps = (columns_px[1:] + columns_px[:-1]) / 2
    steps[np.abs(places[:, None] - gaps[None]).argmin(axis=0)] = 0
    return steps
