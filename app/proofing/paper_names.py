"""Whether a page names the applicant, in any order, spelling and with given names shortened."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from app.proofing.attribute_validation import PARTIAL_SIMILARITY, Agreement
from app.proofing.name_forms import name_spellings, name_words
from app.proofing.paper_text import likened, plain_capitals, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.proofing.paper_text import PaperLine

# A shorter name may be a part of another word by chance.
_MIN_INSIDE = 5
# Titles that stand before names, as `likened` spells them.
_MAY_BE_LEFT = frozenset(
    likened(title)
    for title in ("", "MR", "MRS", "MS", "MISS", "HERR", "FRAU", "M", "MME", "MLLE", "SR", "SRA",
                  "SIG", "SIGRA", "DHR", "MEVR", "PAN", "PANI", "DR")
)  # fmt: skip
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
    own = [likened(word) for word in name_words(f"{given_name or ''} {family_name}")]
    words = [_unjoined(likened(each), own) for each in _WORD.findall(text)]
    present = frozenset(part for parts in words for part in parts)
    family = max((_how_well(each, present) for each in _wholes(family_name)), default=0)
    if family == 0 and _has_part(family_name, present):
        family = 1
    if family == 0:
        return Agreement.NO_MATCH
    given = 2 if not given_name else max(_how_well(each, present) for each in _givens(given_name))
    return Agreement.MATCH if family + given == 4 else Agreement.PARTIAL_MATCH


def _wholes(name: str) -> list[list[str]]:
    return [spelling.split("<") for spelling in name_spellings(name)]


def _givens(name: str) -> list[list[str]]:
    """Any one of the given names will do: letters seldom carry all of them."""
    return [[word] for words in _wholes(name) for word in words] or [[]]


def _has_part(family_name: str, present: frozenset[str]) -> bool:
    parts = [word for words in _wholes(family_name) if len(words) > 1 for word in words]
    return any(len(part) >= _MIN_INSIDE and _how_well([part], present) == 2 for part in parts)


def _unjoined(word: str, own: Sequence[str]) -> list[str]:
    """The words of a name that a recogniser joined, with or without a title; else the word."""
    rest, parts = word, []
    for name in sorted(own, key=len, reverse=True):
        left = rest.replace(name, "", 1)
        if name in rest and (len(name) >= _MIN_INSIDE or left in _MAY_BE_LEFT):
            parts.append(name)
            rest = left
    return parts if parts and rest in _MAY_BE_LEFT else [word]


def _how_well(words: Sequence[str], present: frozenset[str]) -> int:
    """2 when every word stands there, 1 when one of them nearly does, 0 else."""
    return min((_word_fit(likened(word), present) for word in words), default=0)


def _word_fit(wanted: str, present: frozenset[str]) -> int:
    if wanted in present:
        return 2
    if len(wanted) < _MIN_INSIDE:
        return 0
    is_near = any(
        _similarity(wanted, each) >= PARTIAL_SIMILARITY or wanted in each for each in present
    )
    return int(is_near)


def _similarity(one: str, other: str) -> float:
    if abs(len(one) - len(other)) > 2:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
