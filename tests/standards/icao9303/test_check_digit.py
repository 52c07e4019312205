import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.standards.icao9303 import check_digit

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
VALUES = {character: i for i, character in enumerate(ALPHABET)} | {"<": 0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("520727", "3"), ("AB2134<<<", "5"), ("L898902C3", "6"), ("740812", "2"), ("", "0")],
)
def test_the_examples_of_doc_9303_hold(text: str, expected: str) -> None:
    assert check_digit(text) == expected


@given(st.text(ALPHABET, min_size=1, max_size=40), st.data())
def test_one_changed_character_is_missed_only_when_values_are_equal_modulo_ten(
    text: str, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET))
    changed = text[:position] + other + text[position + 1 :]

    is_missed = check_digit(changed) == check_digit(text)

    assert is_missed == ((VALUES[other] - VALUES[text[position]]) % 10 == 0)


@given(st.text("0123456789", min_size=1, max_size=40), st.data())
def test_one_digit_changed_to_another_is_never_missed(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != text[position]))

    assert check_digit(text[:position] + other + text[position + 1 :]) != check_digit(text)


@pytest.mark.parametrize("text", ["ab", "A B", "Ä", "٣"])
def test_text_outside_the_alphabet_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match=r"^text outside the MRZ alphabet$"):
        check_digit(text)
