"""Names in the spellings that zones use, so that MÜLLER, MUELLER and Muller can be compared."""

from __future__ import annotations

import re
import unicodedata

from app.standards.icao9303 import TransliterationError, spellings

_OUTSIDE = re.compile(r"[^A-Z0-9]")


def name_spellings(name: str) -> frozenset[str]:
    """Every MRZ spelling of a name, words joined by `<`; plain letters where no rule applies."""
    try:
        return frozenset(each for each in spellings(name.replace(",", " ")) if each)
    except TransliterationError:
        words = re.split(r"[^A-Z0-9]+", without_accents(name.upper()))
        plain = "<".join(word for word in words if word)
        return frozenset({plain}) if plain else frozenset()


def name_words(name: str) -> frozenset[str]:
    """The words of a name in every spelling."""
    return frozenset(word for spelling in name_spellings(name) for word in spelling.split("<"))


def compact(text: str, keep: str = "") -> str:
    """Capital letters without accents and digits, nothing between them but what is kept."""
    outside = re.compile(rf"[^A-Z0-9{re.escape(keep)}]") if keep else _OUTSIDE
    return outside.sub("", without_accents(text.upper()))


def without_accents(text: str) -> str:
    """The text with its diacritics dropped."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(each for each in decomposed if not unicodedata.combining(each))
