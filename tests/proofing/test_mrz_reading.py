"""The zone as proven by its check digits, and never repaired into valid."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from app.proofing.mrz_reading import read_mrz
from app.specimens.mrz_font import mrz_font, print_mrz_line
from app.standards.icao9303 import MrzAttributes, MrzDate, MrzFormat, build_mrz
from app.vision.image import Image
from app.vision.mrz_emission import MRZ_ALPHABET, MrzEmission
from app.vision.mrz_lines import read_mrz_lines
from app.vision.mrz_reader import MrzText
from tests.builders.specimen_photographs import photographed, specimen


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(("kind", "side"), [("passport", "front"), ("id_card", "back")])
def test_every_character_is_read_at_any_turn(kind: str, side: str, turn: int) -> None:
    image, _ = photographed(kind, side=side, turn=turn)
    reading = read_mrz(image, with_detector=False)
    assert reading is not None
    assert reading.mrz.lines == specimen(kind).mrz_lines
    assert reading.is_valid


@pytest.mark.parametrize(("kind", "side"), [("passport", "front"), ("id_card", "back")])
def test_a_wrong_check_digit_is_reported_and_not_repaired(kind: str, side: str) -> None:
    image, _ = photographed(kind, "wrong_check_digit", side=side)
    reading = read_mrz(image, with_detector=False)
    assert reading is not None
    assert not reading.is_valid
    assert reading.mrz.lines == specimen(kind, "wrong_check_digit").mrz_lines


def _with_swapped_digits(crops: Sequence[Image]) -> list[MrzEmission]:
    """What the project's own recogniser would say if it took each 1 for a 7, and the reverse."""
    one, seven = (1 + MRZ_ALPHABET.index(digit) for digit in "17")
    emissions = []
    for emission in read_mrz_lines(crops):
        log_p = emission.log_p.copy()
        log_p[:, [one, seven]] = log_p[:, [seven, one]]
        emissions.append(MrzEmission(log_p))
    return emissions


@pytest.mark.parametrize(("kind", "side"), [("passport", "front"), ("id_card", "back")])
def test_where_a_check_digit_fails_the_other_recogniser_is_asked(
    kind: str, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, _ = photographed(kind, side=side)
    monkeypatch.setattr("app.vision.mrz_reader.read_mrz_lines", _with_swapped_digits)
    reading = read_mrz(image, with_detector=False)
    assert reading is not None
    assert reading.mrz.lines == specimen(kind).mrz_lines
    assert reading.is_valid


def _said(lines: Sequence[str], rivals: Sequence[str], share: float) -> list[MrzEmission]:
    """Lines told for sure, but where the rivals differ only with that share of certainty."""
    emissions = []
    for line, rival in zip(lines, rivals, strict=True):
        odds = np.full((2 * len(line), 1 + len(MRZ_ALPHABET)), 1e-5)
        odds[1::2, 0] = 1
        for place, (character, other) in enumerate(zip(line, rival, strict=True)):
            odds[2 * place, 1 + MRZ_ALPHABET.index(other)] = 1 - share
            odds[2 * place, 1 + MRZ_ALPHABET.index(character)] = 1 if character == other else share
        emissions.append(MrzEmission(np.log(odds).astype(np.float32)))
    return emissions


@pytest.mark.parametrize(("kind", "side"), [("passport", "front"), ("id_card", "back")])
def test_the_other_recogniser_cannot_make_a_wrong_check_digit_hold(
    kind: str, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, _ = photographed(kind, "wrong_check_digit", side=side)
    printed, right = specimen(kind, "wrong_check_digit").mrz_lines, specimen(kind).mrz_lines

    def misread(_: Image, text: MrzText) -> MrzText:
        emissions = tuple(_said(right, printed, 0.6))
        return replace(text, emissions=emissions, raw_lines=right, is_second_opinion=True)

    monkeypatch.setattr("app.proofing.mrz_reading.second_opinion", misread)
    reading = read_mrz(image, with_detector=False)
    assert reading is not None
    assert reading.mrz.lines == printed
    assert not reading.is_valid


def test_a_zone_that_holds_is_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.vision.mrz_reader.recognise_lines", None)
    reading = read_mrz(photographed("passport")[0], with_detector=False)
    assert reading is not None
    assert reading.is_valid


def _strip(lines: list[str]) -> Image:
    rows = [print_mrz_line(line, 24, mrz_font(own_strokes=True)) for line in lines]
    gap = np.zeros((34, rows[0].shape[1]), dtype=np.uint8)
    ink = np.concatenate([part for row in rows for part in (gap, row)] + [gap])
    return np.repeat(255 - np.pad(ink, 60)[:, :, None], 3, axis=2)


def _lines(fmt: MrzFormat, code: str) -> list[str]:
    return build_mrz(
        fmt,
        MrzAttributes(
            document_code=code,
            issuing_state="UTO",
            primary_identifier="ERIKSSON",
            secondary_identifier="ANNA MARIA",
            document_number="L898902C3",
            nationality="UTO",
            date_of_birth=MrzDate("740812"),
            sex="F",
            date_of_expiry=MrzDate("320415"),
        ),
    )


@pytest.mark.parametrize(
    ("fmt", "code"),
    [
        (MrzFormat.TD1, "I"),
        (MrzFormat.TD2, "I"),
        (MrzFormat.TD3, "P"),
        (MrzFormat.MRV_A, "V"),
        (MrzFormat.MRV_B, "V"),
    ],
)
def test_each_format_is_told_by_its_lines(fmt: MrzFormat, code: str) -> None:
    lines = _lines(fmt, code)
    reading = read_mrz(_strip(lines), with_detector=False)
    assert reading is not None
    assert reading.mrz.format is fmt
    assert list(reading.mrz.lines) == lines


def test_a_passport_with_a_wrong_composite_digit_is_never_read_as_a_visa() -> None:
    # A visa has fewer check digits: as one, these lines would hold.
    lines = _lines(MrzFormat.TD3, "P")
    wrong = "1" if lines[1][-1] != "1" else "2"
    reading = read_mrz(_strip([lines[0], lines[1][:-1] + wrong]), with_detector=False)
    assert reading is not None
    assert reading.mrz.format is MrzFormat.TD3
    assert not reading.is_valid


def test_a_picture_without_a_zone_reads_as_none() -> None:
    assert read_mrz(np.full((400, 600, 3), 220, dtype=np.uint8)) is None


def test_a_reading_shows_no_value_in_its_repr() -> None:
    image, _ = photographed("passport")
    reading = read_mrz(image, with_detector=False)
    assert reading is not None
    assert specimen("passport").attributes.family_name not in repr(reading)
