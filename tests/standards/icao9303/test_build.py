import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standards.icao9303 import (
    LAYOUTS,
    MrzAttributes,
    MrzBuildError,
    MrzDate,
    MrzFormat,
    attributes_of,
    build_mrz,
    parse_mrz,
)
from app.standards.icao9303.build import fit_names
from tests.standards.icao9303.zones import MRV_A, MRV_B, TD1, TD2, TD3, zones

_IDENTIFIER = st.lists(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=20), min_size=1, max_size=4
).map("<".join)


@given(zones())
@settings(deadline=None, max_examples=200)
def test_build_then_parse_then_build_gives_the_same_lines(
    zone: tuple[MrzFormat, MrzAttributes],
) -> None:
    fmt, attributes = zone
    lines = build_mrz(fmt, attributes)

    mrz = parse_mrz(lines)

    assert mrz.format is fmt
    assert mrz.is_valid
    assert {len(line) for line in lines} == {LAYOUTS[fmt].line_length}
    assert build_mrz(fmt, attributes_of(mrz)) == lines


@given(zones())
@settings(deadline=None, max_examples=100)
def test_what_was_printed_is_read_back(zone: tuple[MrzFormat, MrzAttributes]) -> None:
    fmt, attributes = zone

    read = attributes_of(parse_mrz(build_mrz(fmt, attributes)))

    for name in ("document_number", "optional_data", "second_optional_data", "nationality"):
        assert getattr(read, name) == getattr(attributes, name)
    assert (read.date_of_birth, read.date_of_expiry, read.sex) == (
        attributes.date_of_birth,
        attributes.date_of_expiry,
        attributes.sex,
    )


@pytest.mark.parametrize("lines", [TD1, TD2, TD3, MRV_A, MRV_B])
def test_the_specimens_of_doc_9303_are_built_again(lines: tuple[str, ...]) -> None:
    mrz = parse_mrz(lines)

    assert tuple(build_mrz(mrz.format, attributes_of(mrz))) == lines


def test_national_letters_are_transliterated() -> None:
    attributes = attributes_of(parse_mrz(TD3))
    named = MrzAttributes(
        **{
            name: getattr(attributes, name)
            for name in attributes.__slots__
            if not name.endswith("identifier")
        },
        primary_identifier="Müller-O'Neill",
        secondary_identifier="Åsa",
    )

    assert build_mrz(MrzFormat.TD3, named)[0].rstrip("<") == "P<UTOMUELLER<ONEILL<<AASA"


@pytest.mark.parametrize(
    ("primary", "secondary", "width", "expected"),
    [
        ("ERIKSSON", "ANNA", 20, "ERIKSSON<<ANNA"),
        ("ERIKSSON", "", 20, "ERIKSSON"),
        ("NILAVADHANANANDA", "CHAYAPA<DEJTHAMRONG<KRASUANG", 39,
         "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        ("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNAMBOOL", "DINGO<POTOROO", 39,
         "BENNELONG<WOOLOOMOOLOO<WARRANDYT<<DINGO"),
        ("BENNELONG<WOOLOOMOOLOO<WARRANDY<WARNAMBOOL", "DINGO", 39,
         "BENNELONG<WOOLOOMOOLOO<WARRANDY<W<<DING"),
        ("BENNELONG<WOOLOOMOOLOO<WARRANDYTE", "AL<DINGO", 39,
         "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<<AL<D"),
    ],
)  # fmt: skip
def test_names_that_are_too_long_are_cut(
    primary: str, secondary: str, width: int, expected: str
) -> None:
    fitted = fit_names(primary, secondary, width)

    assert len(fitted) <= width
    assert fitted == expected


@given(_IDENTIFIER, _IDENTIFIER, st.integers(25, 39))
def test_a_cut_name_ends_in_a_letter_at_the_last_position(
    primary: str, secondary: str, width: int
) -> None:
    fitted = fit_names(primary, secondary, width)

    if len(primary) + 2 + len(secondary) > width:
        assert len(fitted) == width
        assert fitted[-1] != "<"
    assert fitted.count("<<") == 1


@pytest.mark.parametrize(
    ("changes", "attribute"),
    [
        ({"document_code": "V"}, "document_code"),
        ({"issuing_state": "UTOP"}, "issuing_state"),
        ({"document_number": "L898902C36X"}, "document_number"),
        ({"document_number": "l8989"}, "document_number"),
        ({"sex": "W"}, "sex"),
        ({"second_optional_data": "1"}, "second_optional_data"),
    ],
)
def test_an_attribute_that_does_not_fit_is_named_and_not_quoted(
    changes: dict[str, str], attribute: str
) -> None:
    fields = {
        "document_code": "P",
        "issuing_state": "UTO",
        "primary_identifier": "ERIKSSON",
        "document_number": "L898902C3",
        "nationality": "UTO",
    }
    attributes = MrzAttributes(
        **(fields | changes), date_of_birth=MrzDate("740812"), date_of_expiry=MrzDate("120415")
    )

    with pytest.raises(MrzBuildError, match=f"^{attribute} does not fit the format$"):
        build_mrz(MrzFormat.TD3, attributes)


def test_the_representation_of_attributes_shows_none() -> None:
    assert repr(attributes_of(parse_mrz(TD3))) == "<MrzAttributes>"
