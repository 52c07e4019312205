"""Printing the machine readable zone with and without an installed font."""

from functools import cache

import numpy as np
import pytest
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_rec import TextRecOutput

from app.specimens.glyphs import MRZ_CHARACTERS, glyph_strokes
from app.specimens.mrz_font import OCR_B_FILE, StrokeFont, mrz_font, print_mrz_line

LINE = "P<UTOSPECIMENOVA<<ANNA<TRIPWIRINA<<<<<<<<<<<"
FIGURES = "XE12345678UTO7810048F33062696310304856<<<<06"
ODD_LETTERS = "I<UTOKLMZY93487<<JQHGWVXDFBPN<"


def test_all_37_characters_have_strokes_inside_their_cell() -> None:
    assert set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<") == set(MRZ_CHARACTERS)
    for character in MRZ_CHARACTERS:
        points = np.vstack(glyph_strokes(character))
        assert points[:, 0].min() >= 0
        assert points[:, 0].max() <= 60
        assert points[:, 1].min() >= -6
        assert points[:, 1].max() <= 88


def test_a_foreign_character_is_refused() -> None:
    with pytest.raises(KeyError):
        print_mrz_line("É", 30, StrokeFont())


@pytest.mark.parametrize("own_strokes", [True, False])
def test_a_line_stands_on_its_pitch(own_strokes: bool) -> None:
    ink = print_mrz_line("I<I", 30, mrz_font(own_strokes=own_strokes))
    assert ink.shape == (45, 90)
    assert np.array_equal(ink[:, :30], ink[:, 60:])
    assert ink.max() > 200


def test_no_two_characters_of_our_strokes_look_the_same() -> None:
    cells = {c: StrokeFont().cell(c, 30).astype(float) for c in MRZ_CHARACTERS}
    closest = min(float(np.abs(cells[a] - cells[b]).mean()) for a in cells for b in cells if a < b)
    assert closest > 5


@pytest.mark.parametrize("own_strokes", [True, False])
@pytest.mark.parametrize("line", [LINE, FIGURES, ODD_LETTERS])
def test_a_text_recogniser_reads_the_line(line: str, own_strokes: bool) -> None:
    if not own_strokes and not OCR_B_FILE.is_file():
        pytest.skip("fonts-ocr-b is not installed")
    ink = print_mrz_line(line, 30, mrz_font(own_strokes=own_strokes))
    picture = np.pad(255 - ink, 16, constant_values=255)[..., None].repeat(3, axis=2)
    answer = _recogniser()(picture, use_det=False, use_cls=False)
    assert isinstance(answer, TextRecOutput)
    read = "".join(answer.txts or ())
    # O and 0 differ by context only; a MRZ parser settles them by the field.
    assert read.replace(" ", "").replace("O", "0") == line.replace("O", "0")


@cache
def _recogniser() -> RapidOCR:
    return RapidOCR(params={"Global.log_level": "error"})
