"""What kind of paper a text is, and who issued it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.proofing.paper_text import folded, plain_capitals
from app.proofing.paper_words import (
    BANK_DETAILS,
    HEADINGS,
    ISSUER_WORDS,
    KIND_WORDS,
    LEGAL_FORM,
    PAPER_TYPES,
)
from app.proofing.visual_zone import is_label

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from app.proofing.paper_text import PaperLine, PaperText

__all__ = ["PAPER_TYPES", "Issuer", "find_issuer", "is_identity_document", "paper_type"]

# Shares of the page from the first and the last line: letterheads end above the addressee. On all
# sound papers of the measurement in docs/proof-of-address.md these found the issuer.
_HEAD = 0.25
_FOOT = 0.08
_LOGO_HEIGHTS = 1.4  # of the median line
_MAX_ISSUER_CHARACTERS = 60
_ISSUER_WEIGHT = 2  # an issuer's name says more of the kind than one word of the text
_LEAST_KIND_WORDS = 2
_SOLD = frozenset({"utility", "telecom"})
_MRZ_LINE = re.compile(r"^[A-Z0-9<]{28,46}$")
_IDENTITY_TITLES = re.compile(
    r"PASSPORT|PASSEPORT|REISEPASS|IDENTITYCARD|CARTEDIDENTITE|CARTENATIONALE|PERSONALAUSWEIS|"
    r"DRIVERLICEN|DRIVINGLICEN|DRIVERSLICEN|FUHRERSCHEIN|PERMISDECONDUIRE|DOCUMENTONACIONAL"
)
_MRZ_LINES, _IDENTITY_CAPTIONS = 2, 3


@dataclass(frozen=True, slots=True)
class Issuer:
    """The name as printed; `is_sure` when a legal form or a word of the trade stands in it."""

    name: str = field(repr=False)
    kind: str | None
    is_sure: bool


def is_identity_document(text: PaperText) -> bool:
    """Whether it is one of the documents that prove who somebody is, not where."""
    bare = [line.text.upper().replace(" ", "") for line in text.lines]
    n_machine_lines = sum(bool(_MRZ_LINE.match(each)) and each.count("<") >= 3 for each in bare)
    # A letter may name a passport in passing; it has no captions of a passport's fields.
    has_title = any(_IDENTITY_TITLES.search(folded(line.text)) for line in text.lines)
    n_captions = sum(is_label(line.text) for line in text.lines)
    return n_machine_lines >= _MRZ_LINES or (has_title and n_captions >= _IDENTITY_CAPTIONS)


def find_issuer(text: PaperText, excluded: Collection[str]) -> Issuer | None:
    """The name in the letterhead, or else the company named at the foot of the first page.

    `excluded` are folded words of the applicant's own: large print of theirs is no letterhead.
    """
    first = [line for line in text.lines if line.page == 0]
    named = [line for line in first if _may_be_name(line, excluded)]
    top = min((line.middle for line in first), default=0.0)
    bottom = max((line.middle for line in first), default=1.0)
    head = sorted(
        (line for line in named if line.middle <= top + _HEAD), key=lambda line: -line.height
    )
    for line in head:
        kind = _kind_of_issuer(line)
        if kind is not None or _has_legal_form(line):
            return Issuer(line.text.strip(), kind, is_sure=True)
    for line in named:
        if line.middle >= bottom - _FOOT and _has_legal_form(line):
            return Issuer(line.text.strip(), None, is_sure=True)
    logos = [line for line in head if not _is_about_goods(line)]
    if logos and logos[0].height >= _LOGO_HEIGHTS * text.line_height:
        return Issuer(logos[0].text.strip(), None, is_sure=False)
    return None


def paper_type(lines: Sequence[PaperLine], issuer: Issuer | None) -> str | None:
    """The kind for which most different words speak, two at least; None without any."""
    bare = " ".join(folded(line.text) for line in lines)
    votes = Counter({kind: _n_words(words, bare) for kind, words in KIND_WORDS.items()})
    if issuer is not None and issuer.kind is not None:
        votes[issuer.kind] += _ISSUER_WEIGHT
    (kind, count), *_ = votes.most_common(1)
    return kind if count >= _LEAST_KIND_WORDS else None


def _n_words(words: Sequence[str], bare: str) -> int:
    """How many stand there; a word inside of a longer one that does is the same word."""
    found = [word for word in words if word in bare]
    return sum(not any(word != other and word in other for other in found) for word in found)


def _has_legal_form(line: PaperLine) -> bool:
    return LEGAL_FORM.search(plain_capitals(line.text).rstrip(" .,")) is not None


def _may_be_name(line: PaperLine, excluded: Collection[str]) -> bool:
    bare = folded(line.text)
    n_digits = sum(each.isdigit() for each in bare)
    return (
        3 <= len(bare) <= _MAX_ISSUER_CHARACTERS
        and n_digits <= len(bare) // 4
        and not HEADINGS.search(bare)
        and not BANK_DETAILS.search(bare)
        and not any(word in bare for word in excluded)
    )


def _is_about_goods(line: PaperLine) -> bool:
    bare = folded(line.text)
    return any(word in bare for kind in _SOLD for word in KIND_WORDS[kind])


def _kind_of_issuer(line: PaperLine) -> str | None:
    bare = folded(line.text)
    for kind, words in ISSUER_WORDS.items():
        # What is sold bears the seller's words: "mobile plan" is a row of a bill, not a company.
        is_sold = kind in _SOLD and _is_about_goods(line)
        if any(word in bare for word in words) and (not is_sold or _has_legal_form(line)):
            return kind
    return None
