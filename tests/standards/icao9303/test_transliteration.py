import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.standards.icao9303 import TransliterationError, spellings, transliterate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller", "MUELLER"),
        ("Mu\u0308ller", "MUELLER"),
        ("Weiß", "WEISS"),
        ("Ångström", "AANGSTROEM"),
        ("Þórður Æsir", "THORDUR<AESIR"),
        ("Łukasz Żółć", "LUKASZ<ZOLC"),
        ("Nguyễn", "NGUYEN"),
        ("Đặng", "DANG"),
        ("İnönü", "INOENUE"),
        ("Ilg\N{LATIN SMALL LETTER DOTLESS I}n", "ILGIN"),
        ("Muñoz", "MUNOZ"),
        ("D'Artagnan", "DARTAGNAN"),
        ("Smith-Jones", "SMITH<JONES"),
        ("  Anna   Maria ", "ANNA<MARIA"),
        ("Щукин", "SHCHUKIN"),
        ("Юлия", "IULIIA"),
        ("", ""),
    ],
)
def test_letters_are_spelt_as_doc_9303_puts_first(text: str, expected: str) -> None:
    assert transliterate(text) == expected


def test_every_permitted_spelling_is_offered() -> None:
    assert spellings("Müñ") == {"MUEN", "MUXXN", "MUN", "MUENXX", "MUXXNXX", "MUNXX"}


def test_the_number_of_spellings_is_bounded() -> None:
    assert len(spellings("Ü" * 39)) <= 256


def test_a_letter_without_a_table_is_refused_with_its_place() -> None:
    with pytest.raises(TransliterationError) as refused:
        transliterate("Ana 山")

    assert refused.value.position == 4
    assert "山" not in str(refused.value)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789< -'", max_size=30))
def test_a_spelling_is_its_own_spelling(text: str) -> None:
    assert transliterate(transliterate(text)) == transliterate(text)


@given(st.text(max_size=20))
def test_any_text_gives_mrz_letters_or_an_error(text: str) -> None:
    try:
        spelt = transliterate(text)
    except TransliterationError:
        return
    assert set(spelt) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")
