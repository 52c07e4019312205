"""The zone as proven by its check digits, and never repaired into valid."""

import numpy as np
import pytest

from app.proofing.mrz_reading import read_mrz
from app.specimens.mrz_font import mrz_font, print_mrz_line
from app.standards.icao9303 import MrzAttributes, MrzDate, MrzFormat, build_mrz
from app.vision.image import Image
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


def _strip(lines: list[str]) -> Image:
    rows = [print_mrz_line(line, 24, mrz_font(own_strokes=True)) for line in lines]
    gap = np.full((34, rows[0].shape[1]), 255, dtype=np.uint8)
    ink = np.concatenate([part for row in rows for part in (gap, row)] + [gap])
    return np.repeat(np.pad(ink, 60, constant_values=255)[:, :, None], 3, axis=2)


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
