"""Measurements that tell a seen document from a screen, a copy or an edited picture."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np
import PIL.Image
import PIL.PngImagePlugin
import pytest

from app.domain.evidence import DocumentType
from app.specimens.copies import laser_copy
from app.specimens.edits import FAMILY_NAME, PORTRAIT, Edit, paste_portrait, retype
from app.specimens.photograph import photograph
from app.specimens.portraits import load_portrait
from app.specimens.screen import Screen, photograph_screen
from app.specimens.sensor import Sensor, exposed, linear
from app.vision.colour_range import colour_range
from app.vision.cut_out_edge import cut_out_edge
from app.vision.painted_patch import painted_patch
from app.vision.screen_pattern import screen_pattern_score
from app.vision.software_trace import SoftwareTrace, software_trace
from tests.builders.specimen_photographs import specimen

if TYPE_CHECKING:
    from app.specimens.screen import Grid
    from app.vision.image import Image, Quad

SIZE_PX = (800, 600)


@cache
def seen(width_px: int = SIZE_PX[0]) -> tuple[Image, Quad]:
    chance = Random(1)
    size_px = (width_px, width_px * 3 // 4)
    scene, corners = photograph(specimen("passport").front, chance=chance, size_px=size_px)
    return exposed(linear(scene), Sensor(), chance), corners


@pytest.mark.parametrize(("grid", "pitch_px"), [("stripes", 2.4), ("pentile", 1.5)])
def test_a_screen_shows_its_grid_and_a_paper_none(grid: Grid, pitch_px: float) -> None:
    screen = Screen(pitch_px, grid, turn_deg=4.0)
    shown = photograph_screen(specimen("passport").front, screen, chance=Random(2), size_px=SIZE_PX)
    on_screen, on_paper = screen_pattern_score(shown), screen_pattern_score(seen()[0])

    assert on_screen is not None
    assert on_paper is not None
    assert on_screen > 1.35 > on_paper


def test_a_black_picture_tells_nothing_of_a_grid() -> None:
    assert screen_pattern_score(np.zeros((600, 800, 3), np.uint8)) is None


def test_a_copy_has_no_colour_of_its_own_under_a_warm_lamp() -> None:
    copy = laser_copy(specimen("id_card").front, 85.6, chance=Random(1), lines_per_inch=None)
    warm = (copy * (1.0, 0.94, 0.82)).astype(np.uint8)
    gray, printed = colour_range(warm), colour_range(specimen("id_card").front)

    assert gray is not None
    assert printed is not None
    assert gray < 1.2
    assert printed > 4


def test_a_white_page_tells_nothing_of_colour() -> None:
    assert colour_range(np.full((400, 600, 3), 255, np.uint8)) is None


def test_dots_of_a_printer_are_dots() -> None:
    copy = laser_copy(specimen("id_card").front, 85.6, chance=Random(1), lines_per_inch=85.0)
    dark = cv2.cvtColor(copy, cv2.COLOR_RGB2GRAY)[600:1200, 800:1600] < 128

    assert 0.1 < dark.mean() < 0.6
    assert np.abs(np.diff(dark.astype(int), axis=1)).mean() > 0.05


def test_a_name_typed_over_a_painted_ground_is_found_where_it_stands() -> None:
    picture, corners = seen(1600)
    box = FAMILY_NAME[DocumentType.PASSPORT]
    edited = retype(picture, corners, box, "BERGMANN", Edit(), chance=Random(1))
    (score, place), (sound, _) = painted_patch(edited), painted_patch(picture)
    middle = (
        corners[0]
        + (corners[1] - corners[0]) * (box[0] + box[2]) / 2
        + (corners[3] - corners[0]) * ((box[1] + box[3]) / 2)
    )

    assert score >= 5 > sound
    assert place is not None
    assert place.x * 1600 - 120 < middle[0] < (place.x + place.w) * 1600 + 120
    assert place.y * 1200 - 30 < middle[1] < (place.y + place.h) * 1200 + 30


def test_a_portrait_laid_on_in_an_editor_has_edges_that_no_lens_drew() -> None:
    picture, corners = seen(1600)
    box, other = PORTRAIT[DocumentType.PASSPORT], load_portrait("grace_hopper")
    edited = paste_portrait(picture, corners, box, other, Edit(), chance=Random(1))
    (score, place), (sound, _) = cut_out_edge(edited, corners), cut_out_edge(picture, corners)

    assert sound is not None
    assert score is not None
    assert score >= 1.35 > sound
    assert place is not None
    left, right = (corners[0] + (corners[1] - corners[0]) * share for share in (box[0], box[2]))
    assert left[0] - 60 < place.x * 1600 < right[0]


def test_a_soft_rim_alone_makes_no_print_too_sharp() -> None:
    picture, corners = seen(1600)
    rim = np.zeros(picture.shape[:2], np.uint8)
    cv2.polylines(rim, [corners.astype(np.int32)], True, 255, 40)
    bent = np.where(rim[..., None] > 0, cv2.GaussianBlur(picture, (0, 0), 3), picture)
    score, _ = cut_out_edge(np.asarray(bent, np.uint8), corners)

    assert score is not None
    assert score < 1.35


def test_without_edges_nothing_is_said_of_them() -> None:
    corners = np.array([[80, 60], [720, 60], [720, 540], [80, 540]], np.float64)
    assert cut_out_edge(np.full((600, 800, 3), 128, np.uint8), corners) == (None, None)


def test_a_camera_that_smooths_everything_says_nothing_of_patches() -> None:
    assert painted_patch(np.full((600, 800, 3), 128, np.uint8)) == (0.0, None)


def file_of(file_format: str, **options: object) -> PIL.Image.Image:
    buffer = BytesIO()
    PIL.Image.new("RGB", (32, 32), "white").save(buffer, format=file_format, **options)
    return PIL.Image.open(BytesIO(buffer.getvalue()))


def exif_of(tag: int, text: str) -> PIL.Image.Exif:
    exif = PIL.Image.Exif()
    exif[tag] = text
    return exif


def png_text(key: str, text: str) -> PIL.PngImagePlugin.PngInfo:
    texts = PIL.PngImagePlugin.PngInfo()
    texts.add_text(key, text)
    return texts


XMP = b"<x:xmpmeta xmlns:xmp='x'><xmp:CreatorTool>GIMP 2.10</xmp:CreatorTool></x:xmpmeta>"


@pytest.mark.parametrize(
    ("file", "trace"),
    [
        (file_of("JPEG"), SoftwareTrace.NONE),
        (file_of("JPEG", exif=exif_of(0x0131, "HDR+ 1.0.345618096zd")), SoftwareTrace.OTHER),
        (file_of("JPEG", exif=exif_of(0x0131, "Adobe Photoshop 25.0")), SoftwareTrace.EDITOR),
        (file_of("JPEG", xmp=XMP), SoftwareTrace.EDITOR),
        (file_of("WEBP", exif=exif_of(0x0131, "Snapseed 2.0")), SoftwareTrace.EDITOR),
        (file_of("PNG", pnginfo=png_text("Software", "gnome-screenshot")), "screenshot"),
        (file_of("PNG", pnginfo=png_text("parameters", "a passport, 8k")), "generator"),
    ],
)
def test_one_word_is_told_of_a_files_software(file: PIL.Image.Image, trace: str) -> None:
    assert software_trace(file) == trace


def test_a_comment_without_end_is_read_to_a_limit() -> None:
    long = png_text("Comment", "x" * 500_000 + "photoshop")

    assert software_trace(file_of("PNG", pnginfo=long)) is SoftwareTrace.OTHER
