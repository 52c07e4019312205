"""Dates as documents print them."""

from datetime import date

import pytest

from app.proofing.printed_dates import dates_in

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "12 AUG 1974", "12 AUG/AOUT 74", "12AUG1974", "12.08.1974", "12-08-1974", "1974/08/12",
        "1974-08-12", "12 août 1974", "Geb. 12. August 1974",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_common_form(text: str) -> None:
    assert dates_in(text, TODAY)[0] == date(1974, 8, 12)


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
