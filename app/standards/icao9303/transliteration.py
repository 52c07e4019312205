"""National letters in MRZ letters.

Source: ICAO Doc 9303 part 3, section 6 (tables of Latin and Cyrillic letters). Arabic is not here.
"""

# ruff: noqa: RUF001 - the look-alike letters of other scripts are the point here.
import unicodedata
from itertools import islice, product
from typing import Final

_LATIN: Final = {
    "Ä": ("AE", "A"), "Å": ("AA", "A"), "Æ": ("AE",), "Ð": ("D",), "Đ": ("D",), "Ħ": ("H",),
    "Ĳ": ("IJ",), "ĸ": ("K",), "Ł": ("L",), "Ñ": ("N", "NXX"), "Ŋ": ("N",), "Ö": ("OE", "O"),
    "Ø": ("OE",), "Œ": ("OE",), "ẞ": ("SS",), "Þ": ("TH",), "Ŧ": ("T",),
    "Ü": ("UE", "UXX", "U"), "Ə": ("E",), "Ŀ": ("L",),
}  # fmt: skip
_CYRILLIC: Final = {
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ё": "E", "Ж": "ZH", "З": "Z",
    "И": "I", "Й": "I", "І": "I", "Ї": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O",
    "П": "P", "Р": "R", "С": "S", "Т": "T", "У": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH",
    "Ш": "SH", "Щ": "SHCH", "Ъ": "IE", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "IU", "Я": "IA",
    "Ў": "U", "Ґ": "G", "Є": "IE", "Ђ": "D", "Ѓ": "G", "Ѕ": "DZ", "Ј": "J", "Љ": "LJ",
    "Њ": "NJ", "Ќ": "K", "Ћ": "C", "Џ": "DZ",
}  # fmt: skip
_SEPARATORS: Final = frozenset(" -‐‑–—\u00a0<")
_DROPPED: Final = frozenset("'’‘ʼ`´.,·")
_TABLE: Final = _LATIN | {letter: (latin,) for letter, latin in _CYRILLIC.items()}
_MAX_SPELLINGS: Final = 256  # enough for any name; bounds the work on hostile input


class TransliterationError(ValueError):
    """A character has no MRZ spelling here; `position` counts from 0 in the text."""

    def __init__(self, position: int) -> None:
        super().__init__(f"no MRZ letters for the character at position {position}")
        self.position = position


def transliterate(text: str) -> str:
    """Return the MRZ spelling that Doc 9303 puts first: A-Z, 0-9 and `<` between words.

    Hyphens and blanks become `<`; apostrophes, full stops and commas go.
    Raises: TransliterationError for letters of scripts that we have no table for.
    """
    return _join(tuple(options[0] for options in _options(text)))


def spellings(text: str) -> frozenset[str]:
    """Return every MRZ spelling that Doc 9303 allows, for comparing zones (Ä is AE or A).

    Raises: TransliterationError as `transliterate`.
    """
    return frozenset(_join(parts) for parts in islice(product(*_options(text)), _MAX_SPELLINGS))


def _options(text: str) -> list[tuple[str, ...]]:
    composed = unicodedata.normalize("NFC", text)
    return [_letter(letter, position) for position, letter in enumerate(composed)]


def _letter(letter: str, position: int) -> tuple[str, ...]:
    if letter in _SEPARATORS:
        return ("<",)
    if letter in _DROPPED:
        return ("",)
    capital = "ẞ" if letter == "ß" else letter.upper()
    if capital in _TABLE:
        return _TABLE[capital]
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", capital) if not unicodedata.combining(c)
    )
    bare = bare.upper()  # mathematical letters have a capital only once decomposed
    if bare in _TABLE:
        return _TABLE[bare]
    if not bare.isascii() or (bare and not bare.isalnum()):
        raise TransliterationError(position)
    return (bare,)


def _join(parts: tuple[str, ...]) -> str:
    return "<".join(word for word in "".join(parts).split("<") if word)
