"""The pages on trust name tests, settings and terms that exist, and leave no requirement out."""

import re
from dataclasses import fields

import pytest

from app.domain.policy import Retention
from app.settings import PROJECT_FOLDER

DOCS = PROJECT_FOLDER / "docs"
PAGES = ("asvs", "threat-model", "data-protection")
# Requirements of levels 1 and 2 by section, as the standard's 17 chapters number them; a section's
# last ones may be of level 3 alone.
LAST_OF_SECTION = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 3, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 3, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 3,
    "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2,
    "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1,
    "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
REQUIRED = {
    f"{section}.{number}"
    for section, last in LAST_OF_SECTION.items()
    for number in range(1, last + 1)
}


def text_of(page: str) -> str:
    return (DOCS / f"{page}.md").read_text("utf-8")


def known_tests() -> set[str]:
    sources = (path.read_text("utf-8") for path in (PROJECT_FOLDER / "tests").rglob("test_*.py"))
    return {
        name for text in sources for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES[:2])
def test_every_test_that_a_page_on_trust_names_exists(page: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", text_of(page)))
    assert len(named) > 20
    assert named - known_tests() == set()


def test_each_requirement_has_its_line_once() -> None:
    told = [
        number
        for cell in re.findall(r"^\| ([\d., to]+) \|", text_of("asvs"), re.MULTILINE)
        for number in _numbers(cell)
    ]
    assert sorted(number for number in set(told) if told.count(number) > 1) == []
    assert set(told) ^ REQUIRED == set()


def test_each_line_shows_something_or_says_why_not() -> None:
    rows = re.findall(r"^\| ([\d., to]+) \| ([^|]+) \| (.+) \|$", text_of("asvs"), re.MULTILINE)
    assert len(rows) > 100
    assert [number for number, asked, shown in rows if len(asked) < 4 or len(shown) < 12] == []


def test_the_record_of_processing_names_every_term_of_a_policy() -> None:
    terms = {field.name for field in fields(Retention)}
    assert {term for term in terms if f"`{term}`" not in text_of("data-protection")} <= {
        # Not a kind of data of its own: pictures of a run that was never handed in.
        "unfinished_days"
    }


def test_what_is_promised_stands_beside_what_is_not() -> None:
    for text in (text_of("threat-model"), (PROJECT_FOLDER / "SECURITY.md").read_text("utf-8")):
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert [each for each in headings if "romised" in each and not each.startswith("Not")]
        assert [each for each in headings if "ot promised" in each]


def _numbers(cell: str) -> list[str]:
    """`1.2.1, 1.2.3` and `1.4.1 to 1.4.3`, number by number; a range may cross sections."""
    found = []
    for part in cell.split(", "):
        first, _, last = part.partition(" to ")
        if not last:
            found.append(first)
            continue
        low, high = (tuple(map(int, end.split("."))) for end in (first, last))
        found += [each for each in REQUIRED if low <= tuple(map(int, each.split("."))) <= high]
    return found
