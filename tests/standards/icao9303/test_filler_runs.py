import pytest

from app.standards.icao9303.filler_runs import (
    clean_line,
    fill_k_in_data,
    fill_k_in_names,
    fit_length,
)


def no_faults(_: str) -> int:
    return 0


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("P<UTO eriksson", "P<UTOERIKSSON"),
        ("ERIKSSON«ANNA", "ERIKSSON<<ANNA"),
        ("ANNA(([{≤", "ANNA<<<<<"),
        ("A-B.C", "ABC"),
    ],
)
def test_marks_become_filler_or_go(raw: str, expected: str) -> None:
    assert clean_line(raw) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("P<UTOERIKSSON<<ANNA<<<KK<K<", "P<UTOERIKSSON<<ANNA<<<<<<<<"),
        ("P<UTOERIKSSON<<ANNAKKKK<<<", "P<UTOERIKSSON<<ANNA<<<<<<<"),
        ("P<D<<LEE<<K<<<<", "P<D<<LEE<<K<<<<"),
        ("P<UTOLEE<<ANNA<K<<<<", "P<UTOLEE<<ANNA<K<<<<"),
        ("P<UTOMIKKONEN<<KAARLE<<<", "P<UTOMIKKONEN<<KAARLE<<<"),
    ],
)
def test_only_a_k_that_can_be_no_name_becomes_filler(line: str, expected: str) -> None:
    assert fill_k_in_names(line, 5) == expected


def test_a_k_inside_a_run_of_data_becomes_filler() -> None:
    assert fill_k_in_data("ZE1K<<<KK<<K") == "ZE1K<<<<<<<K"


@pytest.mark.parametrize(
    ("line", "length", "expected"),
    [
        ("A<B<<<C", 9, "A<B<<<<<C"),
        ("A<B<<<C", 5, "A<B<C"),
        ("ABC", 5, "ABC<<"),
        ("ABC", 3, "ABC"),
        ("ABCD", 3, None),
        ("A<B<<C", 3, None),
    ],
)
def test_only_the_longest_filler_run_changes_its_length(
    line: str, length: int, expected: str | None
) -> None:
    assert fit_length(line, length, no_faults) == expected


def test_a_run_that_puts_the_fields_right_wins_over_a_longer_one() -> None:
    def letters_at_four(line: str) -> int:
        return int(not line[4:7].isalpha())

    assert fit_length("1<<UTO<<<<", 11, letters_at_four) == "1<<<UTO<<<<"
