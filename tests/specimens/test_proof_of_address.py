"""Drawn papers: the same for the same seed, spoilt as asked, and files that open."""

from random import Random

import numpy as np
import pytest

from app.specimens.attributes import specimen_attributes
from app.specimens.letter import Letter, Print, letter_image, letter_pdf
from app.specimens.proof_of_address import (
    PAPER_KINDS,
    PAPER_LANGUAGES,
    PHOTOGRAPH_SIZE_PX,
    PaperFormat,
    PaperSpoil,
    paper_file,
    print_proof_of_address,
)
from app.vision.decoding import decode_image
from app.vision.pdf import render_pdf
from tests.builders.paper_pages import TODAY, drawn


def _text(letter: Letter) -> str:
    return "\n".join(each.text for each in letter.prints)


@pytest.mark.parametrize("kind", PAPER_KINDS)
@pytest.mark.parametrize("language", PAPER_LANGUAGES)
def test_every_paper_stands_on_its_page(kind: str, language: str) -> None:
    letter, holder = drawn(kind, language)

    assert holder.postal_code in _text(letter)
    assert all(0 < each.x_mm < 210 and 0 < each.y_mm < 297 for each in letter.prints)
    page = letter_image(letter, 4)
    assert page[:, -20:].mean() > 230 or letter.bands
    assert (page < 128).any()


def test_the_same_seed_prints_the_same_paper() -> None:
    def once(seed: int) -> bytes:
        chance = Random(seed)
        holder = specimen_attributes(chance, TODAY)
        letter = print_proof_of_address("bank", "fr", holder, TODAY, chance)
        return paper_file(letter, PaperFormat.PDF, chance)

    assert once(3) == once(3)
    assert once(3) != once(4)


@pytest.mark.parametrize("spoil", [each for each in PaperSpoil if each is not PaperSpoil.BLURRED])
def test_a_spoil_changes_what_is_printed(spoil: PaperSpoil) -> None:
    assert _text(drawn("utility", "en", spoil)[0]) != _text(drawn("utility", "en")[0])


@pytest.mark.parametrize("file_format", PaperFormat)
def test_every_format_opens(file_format: PaperFormat) -> None:
    payload = paper_file(drawn("telecom", "es")[0], file_format, Random(1))

    if payload.startswith(b"%PDF"):
        page = render_pdf(payload).pages[0]
    else:
        page = decode_image(payload).pixels
    if file_format is PaperFormat.PHOTOGRAPH:
        assert page.shape[1::-1] == PHOTOGRAPH_SIZE_PX
    assert (page < 128).mean() > 0.002


def test_a_blurred_paper_has_no_stroke_left() -> None:
    letter, _ = drawn("tax", "de")
    sharp, blurred = (
        decode_image(paper_file(letter, PaperFormat.JPEG, Random(1), blur_mm=blur_mm)).pixels
        for blur_mm in (0.0, 0.6)
    )
    assert int(np.min(blurred)) > int(np.min(sharp)) + 60


def test_marks_are_drawn_over_their_letters() -> None:
    words = ("aeiou", "äéîõù")
    plain, marked = (letter_image(Letter((Print(20, 30, text, 30),))) for text in words)
    assert (marked < 128).sum() > (plain < 128).sum() + 50


def test_brackets_do_not_break_a_pdf() -> None:
    pages = render_pdf(letter_pdf([Letter((Print(20, 30, "a (b \\ c) d", 20),))])).pages
    assert (pages[0] < 128).any()
