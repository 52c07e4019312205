"""A theme as its author writes it: TOML, checked whole, with a path for every fault."""

import tomllib

from app.domain.checked_table import CheckedTable, Shape
from app.domain.contrast import COLOUR, Colour, parse_colour
from app.domain.theme import THEMEABLE, Theme, contrast_faults

MAX_FILE_CHARACTERS = 10_000
MAX_LOGO_BYTES = 16_384
_COLOUR = Shape(COLOUR, "must be # and six hexadecimal digits, such as #0a7d4f")
_FONT = Shape(r"[A-Za-z0-9][A-Za-z0-9 -]{0,39}", "must be the name of a font, such as Inter")
# The first bytes of what a logo may be.
_LOGO_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"RIFF", "image/webp"),
    (b"<svg", "image/svg+xml"),
    (b"<?xml", "image/svg+xml"),
)


class ThemeFaults(Exception):
    """The file cannot be used; `faults` are lines of the form "path: what is wrong"."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read_theme(text: str) -> Theme:
    """The theme of a TOML text. Raises ThemeFaults with all faults, illegible pairs among them."""
    if len(text) > MAX_FILE_CHARACTERS:
        raise ThemeFaults([f"The file is longer than {MAX_FILE_CHARACTERS} characters."])
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ThemeFaults([f"The file is not TOML: {error}"]) from None
    faults: list[str] = []
    theme = _theme(CheckedTable(content, "", faults))
    faults += contrast_faults(theme) if not faults else []
    if faults:
        raise ThemeFaults(faults)
    return theme


def logo_kind(content: bytes) -> str:
    """The media type of a logo. Raises ThemeFaults for what is too large or no picture."""
    if len(content) > MAX_LOGO_BYTES:
        raise ThemeFaults([f"logo: is larger than {MAX_LOGO_BYTES} bytes; make it smaller"])
    for begins, kind in _LOGO_KINDS:
        if content.lstrip()[:8].startswith(begins):
            return kind
    raise ThemeFaults(["logo: must be SVG, PNG or WebP"])


def _theme(table: CheckedTable) -> Theme:
    accent = table.text("accent", _COLOUR, "")
    theme = Theme(
        accent=parse_colour(accent) if accent else None,
        light=_palette(table.table("light")),
        dark=_palette(table.table("dark")),
        radius_px=table.integer("radius_px", 0, 28, 14),
        fonts=table.texts("fonts", _FONT),
    )
    table.close()
    return theme


def _palette(table: CheckedTable) -> dict[str, Colour]:
    given = {name: table.text(name, _COLOUR, "") for name in THEMEABLE}
    table.close()
    return {name: parse_colour(colour) for name, colour in given.items() if colour}
