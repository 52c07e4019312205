"""Whether a page names the applicant, in any order, spelling and with given names shortened."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from app.proofing.attribute_validation import PARTIAL_SIMILARITY, Agreement
from app.proofing.name_forms import name_spellings
from app.proofing.paper_text import folded, likened, plain_capitals, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.proofing.paper_text import PaperLine

# A shorter name may stand inside of another word: it must be a word of its own.
_MIN_INSIDE = 5
_WORD = re.compile(r"[A-Z0-9]+")


def name_agreement(
    given_name: str | None, family_name: str | None, lines: Sequence[PaperLine]
) -> Agreement:
    """Match: the family name and a given name in one row. Partial: the family name with an initial
    or alone, one letter that differs, or one of several family names.
    """
    if not family_name and not given_name:
        return Agreement.NO_DATA
    found = Agreement.NO_MATCH
    for text in _places(lines):
        here = _in_text(given_name, family_name or given_name or "", text)
        if here is Agreement.MATCH:
            return here
        if here is Agreement.PARTIAL_MATCH:
            found = here
    return found


def _places(lines: Sequence[PaperLine]) -> Iterator[str]:
    """Each row, and each line with the one under it: long names are broken."""
    for row in rows(lines):
        yield plain_capitals(" ".join(line.text for line in row))
    for line in lines:
        below = [each for each in lines if _is_right_below(line, each)]
        if below:
            yield plain_capitals(f"{line.text} {below[0].text}")


def _is_right_below(line: PaperLine, other: PaperLine) -> bool:
    drop = other.middle - line.middle
    is_under = line.page == other.page and 0.5 * line.height < drop < 2.2 * line.height
    return is_under and abs(other.left - line.left) < line.height


def _in_text(given_name: str | None, family_name: str, text: str) -> Agreement:
    family = max((_how_well(each, text) for each in _wholes(family_name)), default=0)
    if family == 0 and _has_part(family_name, text):
        family = 1
    if family == 0:
        return Agreement.NO_MATCH
    given = 2 if not given_name else max(_how_well(each, text) for each in _givens(given_name))
    return Agreement.MATCH if family + given == 4 else Agreement.PARTIAL_MATCH


def _wholes(name: str) -> list[list[str]]:
    return [spelling.split("<") for spelling in name_spellings(name)]


def _givens(name: str) -> list[list[str]]:
    """Any one of the given names will do: letters seldom carry all of them."""
    return [[word] for words in _wholes(name) for word in words] or [[]]


def _has_part(family_name: str, text: str) -> bool:
    parts = [word for words in _wholes(family_name) if len(words) > 1 for word in words]
    return any(len(part) >= _MIN_INSIDE and _how_well([part], text) == 2 for part in parts)


def _how_well(words: Sequence[str], text: str) -> int:
    """2 when every word stands in the text, 1 when one of them nearly does, 0 else."""
    return min((_word_fit(word, text) for word in words), default=0)


def _word_fit(word: str, text: str) -> int:
    present = [likened(each) for each in _WORD.findall(text)]
    wanted = likened(word)
    if wanted in present or (len(wanted) >= _MIN_INSIDE and wanted in likened(folded(text))):
        return 2
    if len(wanted) < _MIN_INSIDE:
        return 0
    return int(any(_similarity(wanted, each) >= PARTIAL_SIMILARITY for each in present))


def _similarity(one: str, other: str) -> float:
    if abs(len(one) - len(other)) > 2:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
