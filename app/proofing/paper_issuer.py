"""What kind of paper a text is, and who issued it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.proofing.paper_text import folded, plain_capitals
from app.proofing.paper_words import (
    HEADINGS,
    ISSUER_WORDS,
    KIND_WORDS,
    LEGAL_FORM,
    PAPER_TYPES,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from app.proofing.paper_text import PaperLine, PaperText

__all__ = ["PAPER_TYPES", "Issuer", "find_issuer", "is_identity_document", "paper_type"]

_HEAD = 0.30  # of the first page; letterheads end above the addressee
_FOOT = 0.85
_LOGO_HEIGHTS = 1.4  # of the median line
_MAX_ISSUER_CHARACTERS = 60
_ISSUER_WEIGHT = 2  # an issuer's name says more of the kind than one word of the text
_LEAST_KIND_WORDS = 2
_MRZ_LINE = re.compile(r"^[A-Z0-9<]{28,46}$")
_IDENTITY_TITLES = re.compile(
    r"PASSPORT|PASSEPORT|REISEPASS|IDENTITYCARD|CARTEDIDENTITE|CARTENATIONALE|PERSONALAUSWEIS|"
    r"DRIVERLICEN|DRIVINGLICEN|DRIVERSLICEN|FUHRERSCHEIN|PERMISDECONDUIRE|DOCUMENTONACIONAL"
)
# A letter may name a passport in passing; a card has no room for more than this many lines.
_MOST_LINES_OF_A_CARD = 30


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
    has_title = any(_IDENTITY_TITLES.search(folded(line.text)) for line in text.lines)
    return n_machine_lines >= 2 or (has_title and len(text.lines) <= _MOST_LINES_OF_A_CARD)


def find_issuer(text: PaperText, excluded: Collection[str]) -> Issuer | None:
    """The name in the letterhead, or else the company named at the foot of the first page.

    `excluded` are folded words of the applicant's own: large print of theirs is no letterhead.
    """
    first = [line for line in text.lines if line.page == 0]
    head = [line for line in first if line.middle <= _HEAD]
    foot = [line for line in first if line.middle >= _FOOT]
    for line in (*sorted(head, key=lambda line: -line.height), *foot):
        if not _may_be_name(line, excluded):
            continue
        kind = _kind_of_issuer(line)
        if kind is not None or LEGAL_FORM.search(plain_capitals(line.text).rstrip(" .,")):
            return Issuer(line.text.strip(), kind, is_sure=True)
    logo = max(
        (line for line in head if _may_be_name(line, excluded)),
        key=lambda line: line.height,
        default=None,
    )
    if logo is not None and logo.height >= _LOGO_HEIGHTS * text.line_height:
        return Issuer(logo.text.strip(), None, is_sure=False)
    return None


def paper_type(lines: Sequence[PaperLine], issuer: Issuer | None) -> str | None:
    """The kind for which most different words speak, two at least; None without any."""
    bare = " ".join(folded(line.text) for line in lines)
    votes = Counter(
        {kind: sum(word in bare for word in words) for kind, words in KIND_WORDS.items()}
    )
    if issuer is not None and issuer.kind is not None:
        votes[issuer.kind] += _ISSUER_WEIGHT
    (kind, count), *_ = votes.most_common(1)
    return kind if count >= _LEAST_KIND_WORDS else None


def _may_be_name(line: PaperLine, excluded: Collection[str]) -> bool:
    bare = folded(line.text)
    n_digits = sum(each.isdigit() for each in bare)
    return (
        3 <= len(bare) <= _MAX_ISSUER_CHARACTERS
        and n_digits <= len(bare) // 4
        and not HEADINGS.match(bare)
        and not any(word in bare for word in excluded)
    )


def _kind_of_issuer(line: PaperLine) -> str | None:
    bare = folded(line.text)
    found = (kind for kind, words in ISSUER_WORDS.items() if any(word in bare for word in words))
    return next(found, None)
