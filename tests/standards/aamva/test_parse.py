import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.standards.aamva import AamvaParseError, Subfile, parse_aamva, parse_date

ELEMENTS = (
    "DAQT64235789\nDCSSAMPLE\nDDEN\nDACMICHAEL\nDDFN\nDADJOHN\nDDGN\nDBB06061986\nDBA12102028\n"
    "DBC1\nDAJVA\nDCGUSA"
)
HEADER = "@\n\x1e\rANSI 636000080102DL00410100ZV01410010"
OWN = "ZVZVA01\r"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}DL{ELEMENTS}\r{OWN}",
        f"{HEADER}DL{ELEMENTS}\n{OWN}",
        f"{HEADER}DL{ELEMENTS}{OWN}",
        f"{HEADER}{ELEMENTS}\r{OWN}",
        f"\ufeff {HEADER}DL{ELEMENTS}\r{OWN}",
        HEADER.replace("\n\x1e\r", "\n\n") + f"DL{ELEMENTS}\n{OWN}",
        HEADER.replace("\n\x1e\r", "\n\x1e") + f"DL{ELEMENTS}\n{OWN}",
        HEADER.replace("\n\x1e\r", "\r\x1e\n") + f"DL{ELEMENTS}\n{OWN}",
        HEADER.replace("\n\x1e\r", "\n6") + f"DL{ELEMENTS}\n{OWN}",
        HEADER.replace("\n\x1e\r", "\n6M") + f"DL{ELEMENTS}MZVZVA01M",
        HEADER.replace("\n\x1e\r", "") + f"DL{ELEMENTS}\n{OWN}",
        HEADER.replace("@\n\x1e\r", "") + f"DL{ELEMENTS}\n{OWN}",
        HEADER.replace("ANSI ", "AAMVA") + f"DL{ELEMENTS}\n{OWN}",
        f"{HEADER}DL{ELEMENTS}\r{OWN}".replace("\n", "\r\n"),
        f"{HEADER}DL{ELEMENTS}\r{OWN}".replace("\n", "\x90\n\x90"),
        f"{HEADER}DL{ELEMENTS}\r{OWN}".replace("\n", "\xc2\x90\n\xc2\x90"),
        f"{HEADER}DL{ELEMENTS}\r{OWN}".replace("\n", "|"),
    ],
)
def test_headers_and_separators_of_all_kinds_are_understood(text: str) -> None:
    aamva = parse_aamva(text)

    assert (aamva.iin, aamva.aamva_version, aamva.jurisdiction_version) == ("636000", 8, 1)
    assert aamva.subfiles == (Subfile("DL", 41, 100), Subfile("ZV", 141, 10))
    assert aamva.document_number == "T64235789"
    assert (aamva.family_name, aamva.given_names) == ("SAMPLE", "MICHAEL JOHN")
    assert aamva.date_of_birth == dt.date(1986, 6, 6)
    assert aamva.date_of_expiry == dt.date(2028, 12, 10)
    assert (aamva.sex, aamva.issuing_country) == ("M", "USA")
    assert aamva.elements["ZVA"] == "01"
    assert len(aamva.elements) == 13


def test_version_one_has_no_jurisdiction_version_and_one_full_name() -> None:
    aamva = parse_aamva(
        "@\n\x1e\rAAMVA6360060101DL00290100DLDAASAMPLE,ANN,LEE ROSE,JR\nDAQ1\nDAJCT\n"
        "DBA20300101\nDBB19610102\nDBC2"
    )

    assert (aamva.aamva_version, aamva.jurisdiction_version) == (1, 0)
    assert (aamva.family_name, aamva.given_names) == ("SAMPLE", "ANN LEE ROSE")
    assert aamva.date_of_birth == dt.date(1961, 1, 2)
    assert (aamva.sex, aamva.issuing_country) == ("F", "USA")


@pytest.mark.parametrize(
    ("elements", "family", "given"),
    [
        ("DAAJOHN P SAMPLE", "SAMPLE", "JOHN P"),
        ("DAASAMPLE, MARY JONES", "SAMPLE", "MARY JONES"),
        ("DAASAMPLE", "SAMPLE", None),
        ("DABSAMPLE\nDACANN\nDADT", "SAMPLE", "ANN T"),
        ("DCSSAMPLE\nDCTJUSTIN,WILLIAM", "SAMPLE", "JUSTIN WILLIAM"),
        ("DCSO NEIL\nDACANN\nDADNONE", "O NEIL", "ANN"),
        ("DAQ1", None, None),
    ],
)
def test_names_are_found_wherever_a_version_puts_them(
    elements: str, family: str | None, given: str | None
) -> None:
    aamva = parse_aamva(f"@\n\x1e\rANSI 636000030001DL00310100DL{elements}\r")

    assert (aamva.family_name, aamva.given_names) == (family, given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06071986", dt.date(1986, 6, 7)),
        ("19860607", dt.date(1986, 6, 7)),
        ("12122012", dt.date(2012, 12, 12)),
        ("20121212", dt.date(2012, 12, 12)),
        ("02301986", None),
        ("00000000", None),
        ("860607", None),
        ("", None),
        ("١٢٣٤٥٦٧٨", None),
    ],
)
def test_a_date_is_understood_in_either_order(text: str, expected: dt.date | None) -> None:
    assert parse_date(text) == expected


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_no_date_is_taken_for_another_in_either_order(day: dt.date) -> None:
    assert parse_date(f"{day:%m%d%Y}") == day
    assert parse_date(f"{day:%Y%m%d}") == day


def test_a_canadian_card_without_country_is_known_by_its_province() -> None:
    aamva = parse_aamva("@\n\x1e\rANSI 636012030001DL00310100DLDAQ1\nDAJON\r")

    assert aamva.issuing_country == "CAN"


def test_of_two_values_the_first_that_is_not_empty_counts() -> None:
    aamva = parse_aamva("@\n\x1e\rANSI 636012030001DL00310100DLDAQ \nDAQ1\nDAQ2\r")

    assert aamva.elements["DAQ"] == "1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_header"),
        ("hello", "no_header"),
        ("@\n\x1e\rANSI 63600", "no_header"),
        ("@\n\x1e\rANSI 63600008xx01", "no_header"),
        ("@\n\x1e\rANSI 636000080001", "no_subfile"),
        ("@\n\x1e\rANSI 636000080001DL00310100", "no_elements"),
    ],
)
def test_other_text_is_refused_with_a_code(text: str, code: str) -> None:
    with pytest.raises(AamvaParseError) as refused:
        parse_aamva(text)

    assert (refused.value.code, str(refused.value)) == (code, code)


@given(st.text(max_size=80), st.booleans())
def test_any_text_gives_elements_or_our_error(text: str, has_header: bool) -> None:
    try:
        aamva = parse_aamva(HEADER + text if has_header else text)
    except AamvaParseError:
        return
    assert aamva.elements


def test_the_representation_shows_no_values() -> None:
    shown = repr(parse_aamva(f"{HEADER}DL{ELEMENTS}\r{OWN}"))

    assert shown == "<Aamva version 8>"
