from __future__ import annotations

import pytest

from app.security import (
    InvalidApiKey,
    Mode,
    api_key_matches,
    hash_api_key,
    make_api_key,
    mode_of_api_key,
    prefix_for_display,
)


@pytest.mark.parametrize("mode", ["test", "live"])
def test_a_key_says_its_mode(mode: Mode) -> None:
    key = make_api_key(mode)
    assert key.text.startswith(f"sk_{mode}_")
    assert mode_of_api_key(key.text) == mode


def test_two_keys_differ() -> None:
    assert make_api_key("test").text != make_api_key("test").text


def test_a_key_matches_its_own_digest_only() -> None:
    key = make_api_key("live")
    assert api_key_matches(key.text, key.digest)
    assert not api_key_matches(make_api_key("live").text, key.digest)
    assert not api_key_matches(key.text[:-1], key.digest)
    assert not api_key_matches(key.text, "ä")


def test_the_digest_is_sha_256_in_hex() -> None:
    assert hash_api_key("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_the_display_prefix_and_the_representation_hide_the_key() -> None:
    key = make_api_key("test", lambda count: bytes(range(count)))
    assert prefix_for_display(key.text) == "sk_test_000102"
    assert key.text not in repr(key)


@pytest.mark.parametrize(
    "text",
    ["", "sk_test_", "sk_prod_" + "0" * 64, "sk_test_" + "0" * 63, "sk_test_" + "G" * 64, " sk"],
)
def test_text_of_another_form_has_no_mode(text: str) -> None:
    with pytest.raises(InvalidApiKey):
        mode_of_api_key(text)
