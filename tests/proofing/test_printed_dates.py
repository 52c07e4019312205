"""Dates as documents print them."""

from datetime import date

import pytest

from app.proofing.printed_dates import dates_in, dates_in_prose

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "12 AUG 1974", "12 AUG/AOUT 74", "12AUG1974", "12.08.1974", "12-08-1974", "1974/08/12",
        "1974-08-12", "12 août 1974", "Geb. 12. August 1974", "12 08 1974", "August 12, 1974",
        "12 de agosto de 1974", "12th August 1974", "1974年8月12日",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_common_form(text: str) -> None:
    assert dates_in(text, TODAY)[0] == date(1974, 8, 12)


@pytest.mark.parametrize(
    ("text", "month"),
    [("3 juin 2026", 6), ("3 juillet 2026", 7), ("03 JUI/JUN 2026", None), ("3 maart 2026", 3),
     ("3 marca 2026", 3), ("3 Mai 2026", 5), ("May 3, 2026", 5), ("1er mars 2026", 3)],
)  # fmt: skip
def test_a_month_is_known_by_its_name_in_each_language(text: str, month: int | None) -> None:
    found = dates_in(text, TODAY)
    assert [day.month for day in found] == ([month] if month else [])
    if month:
        assert [each.days[0].month for each in dates_in_prose(text.upper())] == [month]


def test_counts_in_running_text_are_no_dates() -> None:
    assert dates_in_prose("3 MAI 12 TONNEN, 12 08 1974 STUECK") == []


def test_dates_in_running_text_come_in_its_order_and_know_their_place() -> None:
    text = "FROM 01.02.26 TO MAY 12, 2026, SEE 3/4/2026."
    found = dates_in_prose(text)
    assert [text[each.start : each.end] for each in found] == [
        "01.02.26",
        "MAY 12, 2026",
        "3/4/2026",
    ]
    assert [each.order for each in found] == ["dmy", None, None]


def test_an_ambiguous_date_has_both_readings_day_first() -> None:
    assert dates_in("03/04/1990", TODAY) == [date(1990, 4, 3), date(1990, 3, 4)]


def test_a_month_above_twelve_leaves_one_reading() -> None:
    assert dates_in("12/31/1990", TODAY) == [date(1990, 12, 31)]


def test_a_short_year_lies_behind_for_births_and_ahead_for_expiry() -> None:
    assert dates_in("01.02.35", TODAY)[0] == date(1935, 2, 1)
    assert dates_in("01.02.35", TODAY, lies_ahead=True)[0] == date(2035, 2, 1)


@pytest.mark.parametrize("text", ["", "31.02.1990", "99 XYZ 1990", "123456789", "UTO 12"])
def test_what_is_no_day_gives_none(text: str) -> None:
    assert dates_in(text, TODAY) == []
