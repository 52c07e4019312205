"""Many small files as one: the widget's modules and its style sheets, each in one request.

A phone on a slow line pays for every round trip, and a page of forty modules pays for many. The
files stay what people read, edit and type-check; this joins them as they are and leaves out what
only people need: comments and indentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_IMPORT = re.compile(r'^import \{ (\w+(?:, \w+)*) \} from "\./([\w-]+\.js)";$')
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|function|const) (\w+)\b)")
_COMMENT_BLOCK = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r"/\*\* @type [^*\n]*\*/ ?")  # within a line
_COMMENT_LINE = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+|\n(?=\n)", re.MULTILINE)


class BundleError(Exception):
    """A module is written in a way that this joins no code for; the text names file and line."""


def join_modules(folder: Path, entry: str, *, shares: bool = False) -> str:
    """One module that does what `entry` and everything it imports from its folder would do.

    Taken are `import { A } from "./a.js";` on one line and `export` before a class, a function or
    a constant. Each module becomes a function of its own, so that their private names never meet.
    With `shares` each is exported, for what `join_later_modules` makes to take from here.
    Raises BundleError for any other form, and for modules that import each other in a circle.
    """
    joined: dict[str, str] = {}
    _join(folder, entry, joined, ())
    lines = [*joined.values()]
    if shares:
        lines.append(f"export {{ {', '.join(map(_variable, joined))} }};")
    return "\n".join(lines) + "\n"


def join_apart(folder: Path, entry: str) -> str:
    """One module that shares nothing with the others, with the entry's exports as its own.

    Raises BundleError as `join_modules` does.
    """
    joined: dict[str, str] = {}
    exports = _join(folder, entry, joined, ())
    own = f"export const {{ {', '.join(exports)} }} = {_variable(entry)};"
    return "\n".join((*joined.values(), own)) + "\n"


def without_indentation(page: str) -> str:
    """A page with neither indentation nor empty lines, where none of them is read as text."""
    return _INDENT.sub("", page)


def join_later_modules(folder: Path, entry: str, first: str, first_address: str) -> str:
    """What `entry` needs and the script of `first` has not: it imports the others from there.

    `first_address` has to be the very address by which the page loaded that script, or a module
    would live twice. The entry's exports are exported. Raises BundleError as `join_modules` does.
    """
    there: dict[str, str] = {}
    _join(folder, first, there, ())
    joined = dict(there)
    exports = _join(folder, entry, joined, ())
    own = {name: text for name, text in joined.items() if name not in there}
    taken = [_variable(name) for name in there if any(_uses(text, name) for text in own.values())]
    return "\n".join(
        (
            f'import {{ {", ".join(taken)} }} from "{first_address}";',
            *own.values(),
            f"export const {{ {', '.join(exports)} }} = {_variable(entry)};\n",
        )
    )


def join_sheets(folder: Path, names: Sequence[str]) -> str:
    """One style sheet of several, in their order."""
    return "".join(_bare((folder / name).read_text("utf-8")) for name in names)


def _join(folder: Path, name: str, joined: dict[str, str], above: tuple[str, ...]) -> list[str]:
    """Put the module and what it imports into `joined`, in the order to run; its exports."""
    if name in above:
        raise BundleError(f"{name}: imports itself by way of {' and '.join(above)}")
    body: list[str] = []
    exports: list[str] = []
    for number, line in enumerate(_bare((folder / name).read_text("utf-8")).splitlines(), 1):
        imported, exported = _IMPORT.match(line), _EXPORT.match(line)
        if imported:
            names, other = imported.groups()
            if other not in joined:
                _join(folder, other, joined, (*above, name))
            body.append(f"const {{ {names} }} = {_variable(other)};")
            continue
        if exported:
            exports.append(exported[1])
        elif re.match(r"(import|export)\b(?!\.|\()", line):
            raise BundleError(f"{name}, line {number} without comments: {line}")
        body.append(line[exported.end() :] if exported else line)
    lines = "\n".join((*body, f"return {{ {', '.join(exports)} }};"))
    joined[name] = f"const {_variable(name)} = (() => {{\n{lines}\n}})();"
    return exports


def _uses(text: str, name: str) -> bool:
    return f"}} = {_variable(name)};\n" in text


def _variable(name: str) -> str:
    return "module_" + name.removesuffix(".js").replace("-", "_")


def _bare(text: str) -> str:
    """The text without whole-line comments, types, indentation and empty lines.

    A template literal over several lines would lose its indentation; the test of the house's
    modules allows none.
    """
    without = _COMMENT_LINE.sub("", _TYPE.sub("", _COMMENT_BLOCK.sub("", text)))
    return _INDENT.sub("", without).lstrip("\n")
