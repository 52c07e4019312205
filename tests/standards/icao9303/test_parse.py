import datetime as dt

import pytest

from app.standards.icao9303 import MrzDate, MrzFormat, MrzParseError, check_digit, parse_mrz
from tests.standards.icao9303.zones import MRV_A, MRV_B, TD1, TD2, TD3


@pytest.mark.parametrize(
    ("lines", "fmt", "number"),
    [
        (TD1, MrzFormat.TD1, "D23145890"),
        (TD2, MrzFormat.TD2, "D23145890"),
        (TD3, MrzFormat.TD3, "L898902C3"),
        (MRV_A, MrzFormat.MRV_A, "L8988901C"),
        (MRV_B, MrzFormat.MRV_B, "L8988901C"),
    ],
)
def test_the_specimens_of_doc_9303_are_read(
    lines: tuple[str, ...], fmt: MrzFormat, number: str
) -> None:
    mrz = parse_mrz(lines)

    assert mrz.format is fmt
    assert mrz.lines == lines
    assert mrz.is_valid
    assert mrz.issuing_state == "UTO"
    assert (mrz.primary_identifier, mrz.secondary_identifier) == ("ERIKSSON", "ANNA MARIA")
    assert mrz.document_number == number
    assert mrz.sex == "F"
    assert not mrz.name_is_truncated


def test_every_field_of_a_passport_is_found() -> None:
    mrz = parse_mrz(TD3)

    assert mrz.document_code == "P"
    assert mrz.nationality == "UTO"
    assert mrz.date_of_birth == MrzDate.of(dt.date(1974, 8, 12))
    assert mrz.date_of_expiry == MrzDate("120415")
    assert mrz.optional_data == "ZE184226B"
    assert [digit.name for digit in mrz.check_digits] == [
        "document_number",
        "date_of_birth",
        "date_of_expiry",
        "optional_data",
        "composite",
    ]


@pytest.mark.parametrize(
    ("position", "spoiled"),
    [
        (9, {"document_number", "composite"}),
        (19, {"date_of_birth", "composite"}),
        (27, {"date_of_expiry", "composite"}),
        (42, {"optional_data", "composite"}),
        (43, {"composite"}),
    ],
)
def test_a_wrong_check_digit_is_reported_and_not_raised(position: int, spoiled: set[str]) -> None:
    wrong = str((int(TD3[1][position]) + 1) % 10)

    mrz = parse_mrz([TD3[0], TD3[1][:position] + wrong + TD3[1][position + 1 :]])

    assert {digit.name for digit in mrz.check_digits if not digit.is_valid} == spoiled
    assert not mrz.is_valid


def test_a_letter_in_place_of_a_check_digit_is_a_wrong_check_digit() -> None:
    mrz = parse_mrz([TD3[0], TD3[1][:9] + "A" + TD3[1][10:]])

    assert not mrz.check_digits[0].is_valid


def test_a_long_document_number_runs_on_into_the_optional_data() -> None:
    number = "D23145890734"
    digit = check_digit(number)
    line = f"I<UTO{number[:9]}<{number[9:]}{digit}<XY9".ljust(30, "<")
    birth_and_expiry = "7408122F1204159"
    composite = check_digit(line[5:] + "7408122" + "1204159" + "<" * 11)

    mrz = parse_mrz([line, f"{birth_and_expiry}UTO<<<<<<<<<<<{composite}", TD1[2]])

    assert mrz.document_number == number
    assert mrz.optional_data == "XY9"
    assert mrz.is_valid


def test_a_missing_check_digit_without_a_long_number_is_wrong() -> None:
    mrz = parse_mrz([TD1[0][:14] + "<" * 16, *TD1[1:]])

    assert mrz.document_number == "D23145890"
    assert not mrz.check_digits[0].is_valid


@pytest.mark.parametrize("printed", ["0", "<"])
def test_an_empty_optional_field_may_have_zero_or_filler_as_check_digit(printed: str) -> None:
    data = f"L898902C36UTO7408122F1204159{'<' * 14}{printed}"
    composite = check_digit(data[:10] + data[13:20] + data[21:43])

    assert parse_mrz([TD3[0], data + composite]).is_valid


def test_filler_as_check_digit_of_a_filled_optional_field_is_wrong() -> None:
    mrz = parse_mrz([TD3[0], TD3[1][:42] + "<" + TD3[1][43]])

    assert "optional_data" in {digit.name for digit in mrz.check_digits if not digit.is_valid}


def test_the_french_card_of_1988_has_its_own_layout() -> None:
    names = "IDFRADUPONT".ljust(30, "<") + "75P001"
    head = "880375P00123"
    second = head + check_digit(head) + "MARIE<<LOUISE<" + "740812" + check_digit("740812") + "F"
    mrz = parse_mrz([names, second + check_digit(names + second)])

    assert mrz.format is MrzFormat.FRENCH_ID
    assert mrz.is_valid
    assert (mrz.primary_identifier, mrz.secondary_identifier) == ("DUPONT", "MARIE LOUISE")
    assert (mrz.document_number, mrz.optional_data) == (head, "75P001")
    assert (mrz.nationality, mrz.date_of_expiry) == ("FRA", None)


def test_a_name_up_to_the_last_position_may_be_truncated() -> None:
    assert parse_mrz(["P<UTO" + "A" * 30 + "<<" + "B" * 7, TD3[1]]).name_is_truncated


@pytest.mark.parametrize(
    ("lines", "code", "line", "position"),
    [
        ([], "line_count", None, None),
        (["D1FRA13AA000026181231MARTIN<<9"], "line_count", None, None),
        ([TD3[0], TD3[1][:-1]], "line_length", 1, 43),
        ([TD3[0][:-1], TD3[1][:-1]], "line_length", 0, 43),
        ([TD3[0].lower(), TD3[1]], "illegal_character", 0, 0),
        (["X" + TD3[0][1:], TD3[1]], "unknown_document_code", 0, 0),
        ([TD3[0].replace("ANNA", "4NNA"), TD3[1]], "wrong_character_type", 0, 15),
        ([TD3[0], TD3[1].replace("740812", "74O812")], "wrong_character_type", 1, 15),
        ([TD3[0], TD3[1].replace("F", "Z")], "wrong_character_type", 1, 20),
    ],
)
def test_lines_that_are_no_zone_are_refused_with_the_place(
    lines: list[str], code: str, line: int | None, position: int | None
) -> None:
    with pytest.raises(MrzParseError) as refused:
        parse_mrz(lines)

    assert (refused.value.code, refused.value.line, refused.value.position) == (
        code,
        line,
        position,
    )


def test_neither_representation_nor_error_shows_personal_data() -> None:
    mrz = parse_mrz(TD3)
    with pytest.raises(MrzParseError) as refused:
        parse_mrz([TD3[0].replace("ANNA", "4NNA"), TD3[1]])
    shown = f"{mrz!r} {mrz} {mrz.date_of_birth!r} {mrz.check_digits!r} {refused.value!r}"

    for value in ("ERIKSSON", "ANNA", "4NNA", "L898902C3", "740812", "120415", "ZE184226B"):
        assert value not in shown
