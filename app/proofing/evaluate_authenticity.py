"""How many sound pictures the signs of a forgery fall on, and how many forgeries they miss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.checks import CheckCode, Outcome
from app.domain.evidence import Side
from app.proofing.authenticity import authenticity_checks
from app.proofing.error_rates import error_rate
from app.vision.localisation import locate_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.checks import CheckResult
    from app.vision.image import Image

BONA_FIDE = "bona_fide"
_SIGNS = (
    CheckCode.SCREEN_PATTERN,
    CheckCode.COLOUR_RANGE,
    CheckCode.PAINTED_PATCH,
    CheckCode.CUT_OUT_EDGE,
)


def evaluate_authenticity(pictures: Iterable[tuple[str, Image]]) -> dict[str, Any]:
    """Counts and bounds by species: of `bona_fide` the BPCER, of every other one the APCER.

    Shapes and units: each picture (H, W, 3) uint8 RGB, the front of a document.
    """
    seen: dict[str, list[frozenset[CheckCode]]] = {}
    for species, picture in pictures:
        seen.setdefault(species, []).append(_signs_on(picture))
    return {
        "n": sum(map(len, seen.values())),
        "species": {name: _summary(name, found) for name, found in seen.items()},
    }


def authenticity_table(found: dict[str, Any]) -> str:
    """The result as a Markdown table: an error is a sign on a sound picture, none on a forgery."""
    signs = " | ".join(code.value.replace("_", " ") for code in _SIGNS)
    rows = [
        f"| species | n | {signs} | errors (95 % bounds) |",
        "|---" * (len(_SIGNS) + 3) + "|",
    ]
    for name, each in found["species"].items():
        error = each["error"]
        counts = " | ".join(str(each["signs"][code.value]) for code in _SIGNS)
        bounds = f"{error['rate']:.1%} ({error['lower']:.1%} to {error['upper']:.1%})"
        rows.append(f"| {name} | {each['n']} | {counts} | {error['errors']}: {bounds} |")
    return "\n".join(rows)


def _signs_on(picture: Image) -> frozenset[CheckCode]:
    location = locate_document(picture)
    checks = authenticity_checks({Side.FRONT: picture}, {Side.FRONT: location}, {})
    return frozenset(check.code for check in checks if _is_sign(check))


def _is_sign(check: CheckResult) -> bool:
    return check.outcome is Outcome.INCONCLUSIVE


def _summary(species: str, found: list[frozenset[CheckCode]]) -> dict[str, Any]:
    flagged = sum(bool(signs) for signs in found)
    errors = flagged if species == BONA_FIDE else len(found) - flagged
    return {
        "n": len(found),
        "signs": {code.value: sum(code in signs for signs in found) for code in _SIGNS},
        "error": error_rate(errors, len(found)).as_dict(),
    }
