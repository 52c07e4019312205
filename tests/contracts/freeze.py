"""python -m tests.contracts.freeze [--break]: promise the shapes of today.

Adding is always possible; what breaks a promise is listed, and written only with --break.
"""

import json
import sys

from tests.contracts.routes import the_document
from tests.contracts.shapes import FROZEN, broken_promises, frozen, shapes_of


def main(arguments: list[str]) -> int:
    """0 when the shapes are written, 1 when a promise stands against it."""
    shapes = shapes_of(the_document())
    broken = broken_promises(frozen(), shapes)
    if broken and "--break" not in arguments:
        sys.stderr.write("\n".join([*broken, "Nothing is written; see --break.", ""]))
        return 1
    text = json.dumps(shapes, indent=1, sort_keys=True, ensure_ascii=False)
    FROZEN.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
