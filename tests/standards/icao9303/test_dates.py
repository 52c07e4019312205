import datetime as dt

import pytest

from app.standards.icao9303 import MrzDate, resolve_birth, resolve_expiry

TODAY = dt.date(2026, 6, 15)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("740812", dt.date(1974, 8, 12)),
        ("260615", dt.date(2026, 6, 15)),
        ("260616", dt.date(1926, 6, 16)),
        ("000229", dt.date(2000, 2, 29)),
        ("740231", None),
        ("74<<<<", None),
        ("<<<<<<", None),
    ],
)
def test_a_birth_is_the_latest_such_day_that_is_not_in_the_future(
    raw: str, expected: dt.date | None
) -> None:
    assert resolve_birth(MrzDate(raw), TODAY) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("260614", dt.date(2026, 6, 14)),
        ("360101", dt.date(2036, 1, 1)),
        ("760101", dt.date(2076, 1, 1)),
        ("770101", dt.date(1977, 1, 1)),
        ("961210", dt.date(1996, 12, 10)),
        ("261301", None),
        ("26<<<<", None),
    ],
)
def test_an_expiry_lies_at_most_fifty_years_ahead(raw: str, expected: dt.date | None) -> None:
    assert resolve_expiry(MrzDate(raw), TODAY) == expected


def test_an_expiry_may_lie_in_the_next_century() -> None:
    assert resolve_expiry(MrzDate("020101"), dt.date(2095, 1, 1)) == dt.date(2102, 1, 1)


@pytest.mark.parametrize("raw", ["", "7408123", "74O812", "١٢٣٤٥٦"])
def test_other_text_is_no_date(raw: str) -> None:
    with pytest.raises(ValueError, match=r"^not an MRZ date$"):
        MrzDate(raw)
