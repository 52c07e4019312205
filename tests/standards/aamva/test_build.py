import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standards.aamva import (
    AamvaAttributes,
    AamvaBuildError,
    build_aamva,
    parse_aamva,
)

SAMPLE = AamvaAttributes(
    iin="636000",
    jurisdiction="VA",
    issuing_country="USA",
    document_number="T64235789",
    family_name="SAMPLE",
    first_name="MICHAEL",
    middle_names="JOHN",
    date_of_birth=dt.date(1986, 6, 7),
    date_of_issue=dt.date(2024, 1, 2),
    date_of_expiry=dt.date(2032, 12, 10),
    sex="M",
    street="2300 WEST BROAD STREET",
    city="RICHMOND",
    postal_code="232690000",
)
_VALUES = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20
).filter(lambda value: value.upper() not in {"NONE", "UNAVL", "N/A"})
_DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2150, 1, 1))


@pytest.mark.parametrize("version", [8, 9, 10])
@pytest.mark.parametrize("subfile", ["DL", "ID"])
def test_the_header_tells_where_the_subfile_lies(version: int, subfile: str) -> None:
    text = build_aamva(replace(SAMPLE, aamva_version=version, subfile=subfile))

    aamva = parse_aamva(text)
    (found,) = aamva.subfiles

    assert aamva.aamva_version == version
    assert text[found.offset :].startswith(subfile)
    assert text[found.offset + found.length - 1] == "\r"
    assert len(text) == found.offset + found.length


def test_a_licence_names_its_vehicles_and_an_id_card_none() -> None:
    assert "DCA" in parse_aamva(build_aamva(SAMPLE)).elements
    assert "DCA" not in parse_aamva(build_aamva(replace(SAMPLE, subfile="ID"))).elements


@pytest.mark.parametrize(("country", "printed"), [("USA", "06071986"), ("CAN", "19860607")])
def test_dates_are_printed_in_the_order_of_the_country(country: str, printed: str) -> None:
    aamva = parse_aamva(build_aamva(replace(SAMPLE, issuing_country=country)))

    assert aamva.elements["DBB"] == printed
    assert aamva.date_of_birth == SAMPLE.date_of_birth


@given(
    number=_VALUES,
    family=_VALUES,
    first=_VALUES.filter(lambda name: "," not in name),
    birth=_DAYS,
    expiry=_DAYS,
    sex=st.sampled_from("MFX"),
    country=st.sampled_from(["USA", "CAN", "UTO"]),
)
@settings(deadline=None, max_examples=100)
def test_what_was_printed_is_read_back(
    number: str, family: str, first: str, birth: dt.date, expiry: dt.date, sex: str, country: str
) -> None:
    attributes = replace(
        SAMPLE,
        document_number=number,
        family_name=family,
        first_name=first,
        middle_names="",
        date_of_birth=birth,
        date_of_expiry=expiry,
        sex=sex,
        issuing_country=country,
    )

    aamva = parse_aamva(build_aamva(attributes))

    assert (aamva.document_number, aamva.family_name, aamva.given_names) == (number, family, first)
    assert (aamva.date_of_birth, aamva.date_of_expiry) == (birth, expiry)
    assert (aamva.sex, aamva.issuing_country) == (sex, country)


def test_further_elements_are_printed_and_win() -> None:
    further = {"DDK": "1", "DAY": "BLU"}

    elements = parse_aamva(build_aamva(replace(SAMPLE, further_elements=further))).elements

    assert (elements["DDK"], elements["DAY"]) == ("1", "BLU")


@pytest.mark.parametrize(
    ("changes", "attribute"),
    [
        ({"aamva_version": 7}, "aamva_version"),
        ({"iin": "63600"}, "iin"),
        ({"family_name": "SAM\nDAQ1"}, "DCS"),
        ({"city": "山"}, "DAI"),
        ({"further_elements": {"XYZ": "1"}}, "XYZ"),
    ],
)
def test_what_cannot_be_printed_is_named_and_not_quoted(
    changes: dict[str, object], attribute: str
) -> None:
    with pytest.raises(AamvaBuildError) as refused:
        build_aamva(replace(SAMPLE, **changes))

    assert refused.value.attribute == attribute
    assert "SAM" not in str(refused.value)


def test_the_representation_of_attributes_shows_none() -> None:
    assert repr(SAMPLE) == "<AamvaAttributes>"
