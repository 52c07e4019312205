"""How many documents of a corpus are read, how many of them wrongly, and at what cost."""

from __future__ import annotations

import resource
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from app.proofing.attribute_validation import Agreement, agreement
from app.proofing.attributes import AttributeName, Zone
from app.proofing.document_manifest import document_cases
from app.proofing.document_reading import read_document
from app.proofing.error_rates import error_rate
from app.vision.decoding import UndecodableImage, decode_image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from app.proofing.document_manifest import DocumentCase
    from app.proofing.document_reading import DocumentReading

_MAX_SIDE_PX = 3000  # as captures are kept, so that the times are the worker's
_FORMATS = {(3, 30): "TD1", (2, 36): "TD2", (2, 44): "TD3"}
_VISAS = {"TD2": "MRV_B", "TD3": "MRV_A"}


@dataclass
class _Tally:
    """`wrong`: something else was returned as valid; `matching`: right once transliterated."""

    truths: int = 0
    right: int = 0
    wrong: int = 0
    matching: int = 0

    def as_dict(self) -> dict[str, Any]:
        missed = error_rate(self.truths - self.right, self.truths).as_dict()
        accepted = error_rate(self.wrong, self.truths).as_dict()
        counts = {"n": self.truths, "right": self.right, "wrong": self.wrong}
        return {**counts, "matching": self.matching, "not_right": missed, "wrong_rate": accepted}


@dataclass
class _Tallies:
    """By kind of truth: the format of an MRZ, the barcode, the name of an attribute."""

    mrz: dict[str, _Tally] = field(default_factory=dict)
    barcode: _Tally = field(default_factory=_Tally)
    attributes: dict[str, _Tally] = field(default_factory=dict)


def evaluate_documents(
    manifest: Path, progress: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Read rates of MRZ, barcodes and attributes with counts and bounds; time and memory.

    `right` means equal to the truth to the letter; `wrong` that something else was returned: an
    MRZ with every check digit holding, elements that differ, another value in the visual zone.
    An MRZ whose true check digits are wrong counts as right when its lines are read and reported as
    invalid. `missed` names the files and what was not right, never a value.
    Raises: ManifestError when a line of the manifest cannot be used.
    """
    tallies = _Tallies()
    ms: list[float] = []
    cpu_ms: list[float] = []
    stage_ms: dict[str, list[float]] = {}
    missed: list[dict[str, Any]] = []
    cases = document_cases(manifest)
    today = datetime.now(UTC).date()
    for case in cases:
        started, started_cpu = perf_counter(), process_time()
        reading = _read(case, today)
        if reading is not None:
            ms.append((perf_counter() - started) * 1000)
            cpu_ms.append((process_time() - started_cpu) * 1000)
            for stage, spent in reading.stage_ms.items():
                stage_ms.setdefault(stage, []).append(spent)
        faults = list(_faults(case, reading, tallies))
        if faults:
            missed.append({"file": case.name, "why": faults})
        if progress:
            progress(case.name)
    return {
        "n": len(cases),
        "mrz": {**_total(tallies.mrz.values()).as_dict(), "formats": _as_dicts(tallies.mrz)},
        "barcode": tallies.barcode.as_dict(),
        "attributes": {
            **_total(tallies.attributes.values()).as_dict(),
            "names": _as_dicts(tallies.attributes),
        },
        "ms": _spread(ms),
        "cpu_ms": _spread(cpu_ms),
        "stage_ms": {stage: _spread(spent) for stage, spent in stage_ms.items()},
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "missed": missed,
    }


def documents_table(found: dict[str, Any]) -> str:
    """The result as Markdown: what was read, what it cost, and what was missed."""
    rows = [
        "| truth | n | right | wrong | not right (95 % bounds) | wrong (95 % bounds) |",
        "|---|---|---|---|---|---|",
        *(_row(f"MRZ {name}", tally) for name, tally in found["mrz"]["formats"].items()),
        _row("MRZ", found["mrz"]),
        _row("barcode", found["barcode"]),
        *(_row(name, tally) for name, tally in found["attributes"]["names"].items()),
        _row("attributes", found["attributes"]),
    ]
    times = ["| stage | median ms | worst ms |", "|---|---|---|"]
    for stage, spent in _stages(found).items():
        if spent:
            times.append(f"| {stage} | {spent['median']} | {spent['max']} |")
    misses = [f"- {miss['file']}: {'; '.join(miss['why'])}" for miss in found["missed"]]
    memory = f"{found['n']} documents; memory at its peak {found['memory_mb']} MB"
    return "\n".join([*rows, "", *times, "", memory, *(["", "Not right:", ""] if misses else []),
                      *misses])  # fmt: skip


def _stages(found: dict[str, Any]) -> dict[str, dict[str, int]]:
    """A busy machine shows in the time on the wall, not in that of the processor."""
    return {
        **found["stage_ms"],
        "all, with decoding": found["ms"],
        "all, processor time": found["cpu_ms"],
    }


def _row(name: str, tally: dict[str, Any]) -> str:
    shares = [
        "-" if rate["rate"] is None
        else f"{rate['rate']:.1%} ({rate['lower']:.1%} to {rate['upper']:.1%})"
        for rate in (tally["not_right"], tally["wrong_rate"])
    ]  # fmt: skip
    return f"| {name} | {tally['n']} | {tally['right']} | {tally['wrong']} | {' | '.join(shares)} |"


def _read(case: DocumentCase, today: Any) -> DocumentReading | None:
    """What is read of the case's sides; None when a file cannot be decoded."""
    try:
        images = {
            side: decode_image(path.read_bytes(), max_side_px=_MAX_SIDE_PX).pixels
            for side, path in case.files.items()
        }
    except UndecodableImage:
        return None
    return read_document(images, today, case.document_type)


def _faults(
    case: DocumentCase, reading: DocumentReading | None, tallies: _Tallies
) -> Iterator[str]:
    """Counts the case and says what of it is not right."""
    if reading is None:
        yield "a file cannot be decoded"
    if case.has_mrz_truth:
        tally = tallies.mrz.setdefault(_format(case.mrz), _Tally())
        yield from _mrz_fault(case.mrz, reading, tally)
    if case.barcode is not None:
        yield from _barcode_fault(dict(case.barcode), reading, tallies.barcode)
    for name, value in case.attributes.items():
        tally = tallies.attributes.setdefault(name.value, _Tally())
        yield from _attribute_fault(name, value, reading, tally)


def _format(lines: Sequence[str] | None) -> str:
    if not lines:
        return "none"
    name = _FORMATS.get((len(lines), len(lines[0])), "other")
    return _VISAS.get(name, name) if lines[0].startswith("V") else name


def _mrz_fault(
    truth: Sequence[str] | None, reading: DocumentReading | None, tally: _Tally
) -> Iterator[str]:
    found = reading.mrz if reading else None
    lines = tuple(found.mrz.lines) if found else None
    tally.truths += 1
    if reading is not None and lines == (tuple(truth) if truth is not None else None):
        tally.right += 1
        tally.matching += 1
        return
    is_accepted = found is not None and found.is_valid
    tally.wrong += is_accepted
    if found is None:
        yield "MRZ not found"
    else:
        yield f"MRZ {'accepted with' if is_accepted else 'with'} wrong characters"


def _barcode_fault(
    truth: dict[str, str], reading: DocumentReading | None, tally: _Tally
) -> Iterator[str]:
    found = reading.barcode if reading else None
    elements = dict(found.elements) if found else {}
    different = sorted(key for key, value in truth.items() if elements.get(key) != value)
    tally.truths += 1
    if not different:
        tally.right += 1
        tally.matching += 1
    elif not elements:
        yield "barcode not read"
    else:
        tally.wrong += 1
        yield f"barcode differs in {', '.join(different)}"


def _attribute_fault(
    name: AttributeName, truth: str, reading: DocumentReading | None, tally: _Tally
) -> Iterator[str]:
    found = [each for each in reading.attributes if each.name is name] if reading else []
    printed = next((each.value for each in found if each.zone is Zone.VIZ), None)
    tally.truths += 1
    tally.matching += any(agreement(name, truth, each.value) is Agreement.MATCH for each in found)
    if printed == truth:
        tally.right += 1
    elif printed is None:
        yield f"{name.value} not read in print"
    else:
        tally.wrong += 1
        yield f"{name.value} read as something else in print"


def _total(tallies: Any) -> _Tally:
    total = _Tally()
    for each in tallies:
        total.truths += each.truths
        total.right += each.right
        total.wrong += each.wrong
        total.matching += each.matching
    return total


def _as_dicts(tallies: dict[str, _Tally]) -> dict[str, Any]:
    return {name: tally.as_dict() for name, tally in sorted(tallies.items())}


def _spread(ms: list[float]) -> dict[str, int]:
    return {"median": round(median(ms)), "max": round(max(ms))} if ms else {}
