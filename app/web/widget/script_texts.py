"""Which sentences the widget's scripts may ask for; the others stand in the page already."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from app.settings import PROJECT_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

_LITERAL = re.compile(r"""["'`]([a-z_]+(?:\.[a-z_]+)+)["'`]""")
_BEGINNING = re.compile(r"`((?:[a-z_]+\.)+)\$\{")


def script_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Those of a catalogue whose key a script names, in full or by its beginning."""
    names, beginnings = _named()
    return {
        key: sentence
        for key, sentence in texts.items()
        if key in names or key.startswith(beginnings)
    }


@cache
def _named() -> tuple[frozenset[str], tuple[str, ...]]:
    folder = PROJECT_FOLDER / "static" / "widget"
    scripts = "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.js")))
    names = frozenset(_LITERAL.findall(scripts))
    # What is named in full may also get an end, such as `.title`.
    return names, (*_BEGINNING.findall(scripts), *(f"{name}." for name in sorted(names)))
