"""The zone as proven by its check digits, and never repaired into valid."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from app.domain.evidence import Side
from app.proofing.attributes import mrz_attributes
from app.proofing.mrz_agreement import with_second_opinion
from app.proofing.mrz_candidates import MrzCandidate, best_candidate
from app.proofing.mrz_reading import read_mrz
from app.specimens.mrz_font import mrz_font, print_mrz_line
from app.specimens.photograph import photograph
from app.standards.icao9303 import MrzAttributes, MrzDate, MrzFormat, build_mrz
from app.vision.image import Image
from app.vision.mrz_band import MrzBand
from app.vision.mrz_emission import MRZ_ALPHABET, MrzEmission
from app.vision.mrz_lines import read_mrz_lines
from app.vision.mrz_reader import MrzText
from tests.builders.specimen_photographs import TODAY, photographed, specimen


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(("kind", "side"), [("passport", "front"), ("id_card", "back")])
def test_every_character_is_read_at_any_turn(kind: str, side: str, turn: int) -> None:
    image, _ = photographed(kind, side=side, turn=turn)
    reading = read_mrz(image)
    assert reading is not None
    assert reading.mrz.lines == specimen(kind).mrz_lines
    assert reading.is_valid


@pytest.mark.parametrize(("kind", "side"), [("passport", "front"), ("id_card", "back")])
def test_a_wrong_check_digit_is_reported_and_not_repaired(kind: str, side: str) -> None:
    image, _ = photographed(kind, "wrong_check_digit", side=side)
    reading = read_mrz(image)
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
    reading = read_mrz(image)
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

    def misread(_: Image, text: MrzText, __: Collection[int]) -> MrzText:
        emissions = tuple(_said(right, printed, 0.6))
        return replace(text, emissions=emissions, raw_lines=right, is_second_opinion=True)

    monkeypatch.setattr("app.proofing.mrz_agreement.second_opinion", misread)
    reading = read_mrz(image)
    assert reading is not None
    assert reading.mrz.lines == printed
    assert not reading.is_valid


def test_a_zone_that_holds_is_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.vision.mrz_reader.recognise_lines", None)
    reading = read_mrz(photographed("passport")[0])
    assert reading is not None
    assert reading.is_valid


def _strip(lines: list[str]) -> Image:
    rows = [print_mrz_line(line, 24, mrz_font(own_strokes=True)) for line in lines]
    gap = np.zeros((34, rows[0].shape[1]), dtype=np.uint8)
    ink = np.concatenate([part for row in rows for part in (gap, row)] + [gap])
    return np.repeat(255 - np.pad(ink, 60)[:, :, None], 3, axis=2)


def _lines(fmt: MrzFormat, code: str, **other: Any) -> list[str]:
    usual = MrzAttributes(
        document_code=code,
        issuing_state="UTO",
        primary_identifier="ERIKSSON",
        secondary_identifier="ANNA MARIA",
        document_number="L898902C3",
        nationality="UTO",
        date_of_birth=MrzDate("740812"),
        sex="F",
        date_of_expiry=MrzDate("320415"),
    )
    return build_mrz(fmt, replace(usual, **other))


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
    reading = read_mrz(_strip(lines))
    assert reading is not None
    assert reading.mrz.format is fmt
    assert list(reading.mrz.lines) == lines


def test_a_passport_with_a_wrong_composite_digit_is_never_read_as_a_visa() -> None:
    # A visa has fewer check digits: as one, these lines would hold.
    lines = _lines(MrzFormat.TD3, "P")
    wrong = "1" if lines[1][-1] != "1" else "2"
    reading = read_mrz(_strip([lines[0], lines[1][:-1] + wrong]))
    assert reading is not None
    assert reading.mrz.format is MrzFormat.TD3
    assert not reading.is_valid


def test_a_picture_without_a_zone_reads_as_none() -> None:
    assert read_mrz(np.full((400, 600, 3), 220, dtype=np.uint8)) is None


def test_a_reading_shows_no_value_in_its_repr() -> None:
    image, _ = photographed("passport")
    reading = read_mrz(image)
    assert reading is not None
    assert specimen("passport").attributes.family_name not in repr(reading)


def test_a_mirrored_picture_is_read_and_reported_as_mirrored() -> None:
    image, _ = photographed("passport")
    reading = read_mrz(np.ascontiguousarray(image[:, ::-1]))
    assert reading is not None
    assert reading.is_mirrored
    assert reading.mrz.lines == specimen("passport").mrz_lines


def test_a_negative_is_read() -> None:
    reading = read_mrz(255 - photographed("passport")[0])
    assert reading is not None
    assert reading.mrz.lines == specimen("passport").mrz_lines


@pytest.mark.parametrize("tilt_deg", [-45.0, -28.0, 24.0, 38.0])
def test_a_card_lying_askew_is_read(tilt_deg: float) -> None:
    card = specimen("id_card").sides[Side.BACK]
    reading = read_mrz(photograph(card, chance=Random(4), tilt_deg=tilt_deg)[0])
    assert reading is not None
    assert reading.mrz.lines == specimen("id_card").mrz_lines


def _candidate(lines: Sequence[str], rivals: Sequence[str], share: float) -> MrzCandidate:
    emissions = tuple(_said(lines, rivals, share))
    quads = tuple(np.zeros((4, 2)) for _ in lines)
    raw = tuple(each.free_text() for each in emissions)
    text = MrzText(MrzBand(quads, 1.0), emissions, emissions, raw, 0.9, is_celled=True)
    found = best_candidate(text)
    assert found is not None
    return found


@pytest.mark.parametrize("theirs", ["ERIKSSEN", "ERIKSSON"])
def test_a_doubtful_letter_of_a_name_counts_only_if_both_recognisers_see_it(
    theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = _lines(MrzFormat.TD3, "P")
    doubted = [printed[0].replace("ERIKSSON", "ERIKSSEN"), printed[1]]
    own = _candidate(printed, doubted, 0.6)

    def second(_: Image, text: MrzText, lines: Collection[int]) -> MrzText:
        assert list(lines) == [0]
        other = [printed[0].replace("ERIKSSON", theirs), printed[1]]
        emissions = tuple(_said(other, other, 1.0))
        raw = tuple(each.free_text() for each in emissions)
        return replace(text, emissions=emissions, raw_lines=raw, is_second_opinion=True)

    monkeypatch.setattr("app.proofing.mrz_agreement.second_opinion", second)
    found = with_second_opinion(np.zeros((4, 4, 3), np.uint8), own)
    assert (found.is_whole and found.mrz.primary_identifier == "ERIKSSON") == (theirs == "ERIKSSON")


def _attributes_read(lines: list[str]) -> dict[str, str]:
    reading = read_mrz(_strip(lines))
    assert reading is not None
    assert list(reading.mrz.lines) == lines
    assert reading.is_valid
    return {each.name.value: each.value for each in mrz_attributes(reading.mrz, TODAY)}


@pytest.mark.parametrize("birth", ["74<<<<", "7408<<", "<<<<<<"])
def test_a_birth_known_in_part_is_no_date_and_no_fault(birth: str) -> None:
    values = _attributes_read(_lines(MrzFormat.TD3, "P", date_of_birth=MrzDate(birth)))
    assert "date_of_birth" not in values
    assert values["date_of_expiry"] == "2032-04-15"


@pytest.mark.parametrize("fmt", [MrzFormat.TD1, MrzFormat.TD2])
def test_a_long_document_number_is_read_to_its_end(fmt: MrzFormat) -> None:
    values = _attributes_read(_lines(fmt, "I", document_number="D2314589X7344"))
    assert values["document_number"] == "D2314589X7344"


def test_the_french_card_of_1988_is_read() -> None:
    french = {"issuing_state": "FRA", "nationality": "FRA", "date_of_expiry": None}
    lines = _lines(
        MrzFormat.FRENCH_ID, "ID", document_number="880692310285", optional_data="952042", **french
    )
    values = _attributes_read(lines)
    assert values["document_number"] == "880692310285"
    assert values["issuing_state"] == "FRA"


@pytest.mark.parametrize(("state", "told"), [("D", "DEU"), ("GBD", "GBR"), ("XXA", "XXA")])
def test_the_codes_of_the_standard_itself_are_read(state: str, told: str) -> None:
    values = _attributes_read(_lines(MrzFormat.TD3, "P", nationality=state))
    assert values["nationality"] == told


def test_lines_seen_from_the_side_are_set_straight() -> None:
    card = specimen("passport").front
    reading = read_mrz(photograph(card, chance=Random(8), perspective=0.17)[0])
    assert reading is not None
    assert reading.mrz.lines == specimen("passport").mrz_lines
