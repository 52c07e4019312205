"""The project's own recogniser against lines that the specimen printer draws."""

import re
from hashlib import sha256
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from app.settings import PROJECT_FOLDER
from app.specimens.mrz_font import mrz_font, print_mrz_line
from app.vision import mrz_lines
from app.vision.image import Image
from app.vision.mrz_emission import MRZ_ALPHABET
from app.vision.mrz_lines import WEIGHTS_SHA256, MrzWeightsError, read_mrz_lines

WEIGHTS = PROJECT_FOLDER / "app/vision/weights"
LINES = [
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "".join(Random(3).sample(MRZ_ALPHABET, 37)),
    "".join(Random(4).sample(MRZ_ALPHABET, 37)),
]


def _crop(line: str, pitch_px: int, *, own_strokes: bool) -> Image:
    """The line in dark grey on light, with the margins that the band finder leaves."""
    ink = print_mrz_line(line, pitch_px, mrz_font(own_strokes=own_strokes)).astype(np.float32)
    gray = np.pad(215 - ink * 0.65, pitch_px // 3, mode="edge").astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)


@pytest.mark.parametrize("line", LINES[:3])
@pytest.mark.parametrize("own_strokes", [True, False])
@pytest.mark.parametrize("pitch_px", [16, 24, 32])
def test_drawn_lines_are_read_to_the_letter(line: str, pitch_px: int, own_strokes: bool) -> None:
    emission = read_mrz_lines([_crop(line, pitch_px, own_strokes=own_strokes)])[0]
    assert emission.free_text() == line
    assert emission.confidence() > 0.9


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("own_strokes", [True, False])
@pytest.mark.parametrize("pitch_px", [11, 24])
def test_any_characters_are_read_but_for_look_alikes(
    line: str, pitch_px: int, own_strokes: bool
) -> None:
    emission = read_mrz_lines([_crop(line, pitch_px, own_strokes=own_strokes)])[0]
    read = emission.fixed_text([MRZ_ALPHABET] * len(line))[0]
    assert read.replace("O", "0") == line.replace("O", "0")


@pytest.mark.parametrize("line", LINES[:3])
def test_blur_noise_and_a_dark_table_beside_the_page_are_borne(line: str) -> None:
    crop = _crop(line, 14, own_strokes=True)
    crop = np.concatenate([np.full((crop.shape[0], 90, 3), 40, np.uint8), crop], axis=1)
    noise = np.random.default_rng(5).normal(0, 6, crop.shape)
    worn = np.clip(cv2.GaussianBlur(crop, (0, 0), 1.1) + noise, 0, 255).astype(np.uint8)
    emission = read_mrz_lines([worn])[0]
    assert emission.fixed_text([MRZ_ALPHABET] * len(line))[0] == line


def test_a_line_on_its_head_is_read_less_surely() -> None:
    crop = _crop(LINES[1], 16, own_strokes=True)
    upright, reversed_ = read_mrz_lines([crop, np.rot90(crop, 2)])
    assert reversed_.confidence() < upright.confidence() - 0.05


def test_small_print_is_no_mrz_line() -> None:
    page = np.full((40, 700, 3), 230, np.uint8)
    words = "the holder of this card may reside in utopia"
    cv2.putText(page, words, (8, 28), cv2.FONT_HERSHEY_COMPLEX, 0.85, (40, 40, 40), 2, cv2.LINE_AA)
    emission = read_mrz_lines([page])[0]
    assert len(emission.free_text()) < len(words) / 2 or emission.confidence() < 0.8


def test_the_card_names_the_weights_that_are_pinned() -> None:
    weights = (WEIGHTS / "mrz_lines.onnx").read_bytes()
    assert sha256(weights).hexdigest() == WEIGHTS_SHA256
    assert len(weights) < 1_000_000
    card = (WEIGHTS / "mrz_lines.md").read_text("utf-8")
    assert re.findall(r"\b[0-9a-f]{64}\b", card) == [WEIGHTS_SHA256]


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forged = tmp_path / "mrz_lines.onnx"
    forged.write_bytes((WEIGHTS / "mrz_lines.onnx").read_bytes() + b"\0")
    monkeypatch.setattr(mrz_lines, "_WEIGHTS_FILE", forged)
    with pytest.raises(MrzWeightsError):
        mrz_lines._session.__wrapped__()


def test_nothing_but_the_training_needs_pytorch() -> None:
    users = {
        path.relative_to(PROJECT_FOLDER / "app").parts[0]
        for path in (PROJECT_FOLDER / "app").rglob("*.py")
        if re.search(r"^\s*(import|from) torch\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users == {"training"}
