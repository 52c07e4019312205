"""Which passwords a reviewer may choose."""

import pytest

from app.domain.errors import DomainError
from app.domain.password_rule import check_password, normal_password

WORDS = ("anna.mueller@example.test", "Anna Müller", "Northwind Coins")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "password1234",
        "Password2026!",
        "qwertyuiop12",
        "abcdefghijklmnop",
        "mueller-anna-1",
        "northwindcoins7",
        "x" * 300,
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_password(password, WORDS)
    assert "password" in refused.value.facts["fields"]


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "Vier-Kühe_im!Regen", "8c2f-91ke-zq04-mm7t"]
)
def test_long_ones_of_any_composition_are_taken(password: str) -> None:
    check_password(password, WORDS)


def test_a_password_is_the_same_however_it_was_composed() -> None:
    assert normal_password("Mu\u0308ller") == normal_password("M\u00fcller")
