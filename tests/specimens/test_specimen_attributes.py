"""The invented holders of specimen papers."""

from datetime import date, timedelta
from random import Random

import pytest

from app.specimens.attributes import MARKED_VALUES, specimen_attributes, ten_years_after

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("seed", range(40))
def test_a_holder_is_an_adult_of_utopia_with_a_valid_paper(seed: int) -> None:
    holder = specimen_attributes(Random(seed), TODAY)
    assert holder.nationality == holder.issuing_state == "UTO"
    assert holder.date_of_birth < TODAY - timedelta(days=18 * 366)
    assert holder.date_of_birth < holder.date_of_issue < TODAY < holder.date_of_expiry


def test_the_same_seed_gives_the_same_holder() -> None:
    assert specimen_attributes(Random(7), TODAY) == specimen_attributes(Random(7), TODAY)
    assert specimen_attributes(Random(7), TODAY) != specimen_attributes(Random(8), TODAY)


@pytest.mark.parametrize("seed", range(20))
def test_every_name_and_address_carries_a_marked_value(seed: int) -> None:
    holder = specimen_attributes(Random(seed), TODAY)
    for text in (holder.family_name, holder.given_names, holder.street):
        assert any(marked in text for marked in MARKED_VALUES)


def test_the_representation_shows_no_attribute() -> None:
    holder = specimen_attributes(Random(1), TODAY)
    assert holder.family_name not in repr(holder)
    assert holder.document_number not in repr(holder)


def test_ten_years_after_a_leap_day_is_the_28th() -> None:
    assert ten_years_after(date(2024, 2, 29)) == date(2034, 2, 28)
    assert ten_years_after(date(2024, 3, 1)) == date(2034, 3, 1)
