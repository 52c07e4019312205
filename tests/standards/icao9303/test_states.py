import pytest

from app.standards.icao9303 import is_issuing_state, iso_alpha3


@pytest.mark.parametrize("code", ["UTO", "D", "D<<", "FRA", "GBD", "UNO", "XXA", "EUE", "RKS"])
def test_codes_of_doc_9303_are_known(code: str) -> None:
    assert is_issuing_state(code)


@pytest.mark.parametrize("code", ["", "<<<", "BDR", "XYZ", "DE", "fra", "DEU "])
def test_other_codes_are_unknown(code: str) -> None:
    assert not is_issuing_state(code)
    assert iso_alpha3(code) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [("D", "DEU"), ("D<<", "DEU"), ("GBN", "GBR"), ("CHE", "CHE"), ("UTO", None), ("UNO", None)],
)
def test_a_state_has_its_iso_code_and_others_have_none(code: str, expected: str | None) -> None:
    assert iso_alpha3(code) == expected
