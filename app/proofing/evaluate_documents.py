"""How many documents of a corpus are read, and how many of them wrongly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from app.domain.evidence import Side
from app.proofing.document_reading import read_document
from app.proofing.error_rates import error_rate
from app.vision.decoding import decode_image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass
class _Tally:
    truths: int = 0
    right: int = 0
    wrong: int = 0

    def as_dict(self) -> dict[str, Any]:
        read = error_rate(self.truths - self.right, self.truths).as_dict()
        return {"n": self.truths, "right": self.right, "wrong": self.wrong, "not_right": read}


def evaluate_documents(
    manifest: Path, progress: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Read rates of MRZ, barcodes and attributes with counts and bounds, and the time an image.

    The manifest holds JSON lines `{"file", "mrz"?, "barcode"?, "attributes"?}` with paths relative
    to it. `right` means equal to the truth to the letter; `wrong` that something else was returned
    as valid, every check digit holding. An MRZ whose true check digits are wrong counts as right
    when its lines are read and reported as invalid.
    """
    mrz, barcode, attributes = _Tally(), _Tally(), _Tally()
    ms: list[float] = []
    mrz_ms: list[float] = []
    missed: list[str] = []
    today = datetime.now(UTC).date()
    for case in _cases(manifest):
        image = decode_image((manifest.parent / case["file"]).read_bytes()).pixels
        started = perf_counter()
        reading = read_document({Side.FRONT: image}, today)
        ms.append((perf_counter() - started) * 1000)
        mrz_ms.append(reading.stage_ms["mrz"])
        before = mrz.right + barcode.right
        found = reading.mrz
        if "mrz" in case:
            lines = list(found.mrz.lines) if found else None
            _count_mrz(mrz, case["mrz"], lines, is_valid=found is not None and found.is_valid)
        if "barcode" in case:
            elements = dict(reading.barcode.elements) if reading.barcode else {}
            barcode.truths += 1
            is_equal = all(elements.get(key) == value for key, value in case["barcode"].items())
            barcode.right += is_equal
            barcode.wrong += bool(elements) and not is_equal
        for name, value in case.get("attributes", {}).items():
            values = {a.value for a in reading.attributes if a.name.value == name}
            attributes.truths += 1
            attributes.right += value in values
            attributes.wrong += bool(values) and value not in values
        if mrz.right + barcode.right == before:
            missed.append(case["file"])
        if progress:
            progress(case["file"])
    return {
        "n": len(ms),
        "mrz": mrz.as_dict(),
        "barcode": barcode.as_dict(),
        "attributes": attributes.as_dict(),
        "ms": _spread(ms),
        "mrz_ms": _spread(mrz_ms),
        "missed": missed,
    }


def _spread(ms: list[float]) -> dict[str, int]:
    return {"median": round(median(ms)), "max": round(max(ms))} if ms else {}


def documents_table(found: dict[str, Any]) -> str:
    """The result as a Markdown table."""
    rows = [
        "| zone | n | right | accepted wrong | not right (95 % bounds) |",
        "|---|---|---|---|---|",
    ]
    for zone in ("mrz", "barcode", "attributes"):
        tally = found[zone]
        miss = tally["not_right"]
        share = (
            "-"
            if miss["rate"] is None
            else (f"{miss['rate']:.1%} ({miss['lower']:.1%} to {miss['upper']:.1%})")
        )
        rows.append(f"| {zone} | {tally['n']} | {tally['right']} | {tally['wrong']} | {share} |")
    times = (
        f"{found['n']} images, ms an image: {found['ms']}, of these for the MRZ: {found['mrz_ms']}"
    )
    return "\n".join([*rows, "", times])


def _cases(manifest: Path) -> list[dict[str, Any]]:
    lines = manifest.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def _count_mrz(
    tally: _Tally, truth: list[str] | None, lines: list[str] | None, *, is_valid: bool
) -> None:
    tally.truths += 1
    tally.right += lines == truth
    tally.wrong += is_valid and lines != truth
