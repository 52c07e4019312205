"""Clips that answer a presence challenge, and the sets of files made of specimens."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image as PilImage

from app.specimens import portraits
from app.specimens.clips import flat_photo_clip, head_clip, sweep_clip, write_mjpeg, yaw_track
from app.specimens.portraits import PortraitMissingError, load_portrait, load_selfie
from app.specimens.specimen_set import write_specimen_set
from app.vision.image import Image


def test_the_yaw_follows_the_moves_without_a_jump() -> None:
    track = yaw_track(["center", "yaw_left", "yaw_right"], fps=30, peak_yaw_deg=28)
    assert track[0] == 0
    assert max(track) == 28
    assert min(track) == track[-1] == -28
    assert track.index(28) < track.index(-28)
    assert np.abs(np.diff(track)).max() < 4


def test_an_unknown_move_is_refused() -> None:
    with pytest.raises(KeyError):
        yaw_track(["somersault"], fps=10, peak_yaw_deg=28)


@pytest.mark.parametrize("load", [load_portrait, load_selfie])
def test_a_clip_has_frames_of_a_camera_and_moves(load: Callable[[str], Image]) -> None:
    frames = head_clip(load("astronaut"), ["center", "yaw_left"], fps=5)
    assert len(frames) == 10
    assert {frame.shape for frame in frames} == {(480, 640, 3)}
    assert np.abs(frames[-1].astype(int) - frames[0]).mean() > 3


def test_a_clip_is_the_same_in_every_run() -> None:
    once, again = (head_clip(load_selfie("astronaut"), ["center"], 5) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))


@pytest.mark.parametrize("bend_deg", [0.0, 70.0])
def test_the_attack_makes_the_same_moves_with_a_print(bend_deg: float) -> None:
    moves = ["center", "yaw_left", "yaw_right"]
    frames = flat_photo_clip(load_portrait("astronaut"), moves, 5, bend_deg=bend_deg)
    assert len(frames) == len(yaw_track(moves, 5, 40))
    assert {frame.shape for frame in frames} == {(480, 640, 3)}


def test_a_sweep_ends_where_it_began() -> None:
    frames = sweep_clip("astronaut", fps=6)
    ends = np.abs(frames[-1].astype(int) - frames[0]).mean()
    peak = np.abs(frames[len(frames) // 3].astype(int) - frames[0]).mean()
    assert ends < 4 < peak


def test_a_mjpeg_file_is_jpegs_end_to_end(tmp_path: Path) -> None:
    frames = head_clip(load_selfie("astronaut"), ["center"], fps=5)
    file = tmp_path / "camera.mjpeg"
    write_mjpeg(frames, file)
    content = file.read_bytes()
    assert content.count(b"\xff\xd8\xff") == len(frames)
    assert content.endswith(b"\xff\xd9")


def test_a_set_holds_every_side_of_every_paper(tmp_path: Path) -> None:
    files = write_specimen_set(tmp_path / "new", Random(1), date(2026, 11, 21), "astronaut")
    assert sorted(files) == [
        "drivers_license_back",
        "drivers_license_front",
        "id_card_back",
        "id_card_front",
        "passport_front",
    ]
    for file in files.values():
        with PilImage.open(file) as image:
            assert image.format == "JPEG"
            assert image.width >= 1000


def test_a_missing_package_names_the_extra_that_carries_it() -> None:
    source = portraits._Source("package_that_nobody_has", "portrait.png", (0, 0), (1, 0))
    with pytest.raises(PortraitMissingError, match=r"kyc-widget\[demo\]"):
        portraits._file_of(source)


def test_an_unknown_portrait_is_refused() -> None:
    with pytest.raises(KeyError):
        load_portrait("mona_lisa")
