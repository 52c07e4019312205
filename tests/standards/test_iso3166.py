import pytest

from app.standards.iso3166 import (
    COUNTRIES,
    country_name,
    is_alpha2,
    is_alpha3,
    to_alpha2,
    to_alpha3,
)


def test_every_country_is_there_once() -> None:
    assert len(COUNTRIES) == 249
    assert len({country.alpha3 for country in COUNTRIES.values()}) == 249


def test_codes_go_there_and_back() -> None:
    for alpha2, country in COUNTRIES.items():
        assert to_alpha2(to_alpha3(alpha2)) == alpha2
        assert country_name(alpha2) == country_name(country.alpha3) == country.name
        assert (len(country.alpha2), len(country.alpha3)) == (2, 3)


def test_known_codes_and_names_are_right() -> None:
    assert (to_alpha3("CH"), to_alpha2("SVK"), country_name("CIV")) == (
        "CHE",
        "SK",
        "Côte d'Ivoire",
    )


@pytest.mark.parametrize("code", ["", "XX", "UTO", "us"])
def test_other_codes_are_refused(code: str) -> None:
    assert not is_alpha2(code)
    assert not is_alpha3(code)
    with pytest.raises(KeyError):
        country_name(code)
