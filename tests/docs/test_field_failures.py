"""docs/field-failures.md leaves no failure without an answer, and names tests that exist."""

import re

import pytest

from tests.docs.test_trust_pages import known_tests, text_of

PAGE = text_of("field-failures")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| what goes wrong")
]


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 35
    assert named - known_tests() == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_each_failure_has_its_answer_and_a_test(row: tuple[str, ...]) -> None:
    wrong, here, shown = row
    assert len(wrong) > 20
    assert len(here) > 40
    assert re.search(r"`test_\w+`", shown)


def test_no_failure_is_passed_over() -> None:
    assert len(ROWS) == 21
