"""Our reader beside PassportEye and FastMRZ, on the MRZ pictures of a manifest.

    make bench-documents MANIFEST=corpus.jsonl READERS_PYTHON=path/to/python

The others are no dependencies: they run in the environment that READERS_PYTHON names, each in a
process of its own, and are left out with a line that says so where they are not installed.
Milliseconds are of the processor, on one thread, the reader's own processes counted in: what else
the machine does moves them little.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

import cv2

from app.domain.evidence import Side
from app.proofing.document_manifest import DocumentCase, ManifestError, document_cases
from app.proofing.document_reading import read_document
from app.proofing.error_rates import error_rate
from app.proofing.mrz_reading import read_mrz
from app.standards.icao9303 import MrzParseError, parse_mrz
from app.vision.decoding import decode_image
from app.vision.localisation import locate_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.proofing.mrz_reading import MrzReading
    from app.vision.image import Image, Quad

_OTHERS = Path(__file__).with_name("other_mrz_readers.py")
_NOT_INSTALLED = 3


@dataclass(frozen=True, slots=True)
class _Picture:
    case: int
    path: Path
    truth: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    lines: tuple[str, ...]
    is_valid: bool
    ms: float


def main() -> None:
    """Print one row a reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--python", default=sys.executable, help="Where the others are installed.")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    try:
        pictures = list(_pictures(document_cases(given.manifest)))
    except ManifestError as error:
        sys.exit(f"{given.manifest.name}, {error}")
    show = sys.stdout.write
    show(f"{len(pictures)} pictures whose MRZ is valid; read: every character as printed\n\n")
    show("| reader | read | rate (95 % bounds) | says it is valid | median ms | worst ms |\n")
    show("|---|---|---|---|---|---|\n")
    show(_row("this one", pictures, list(_ours(pictures, _mrz_alone))))
    show(_row("this one, the whole document", pictures, list(_ours(pictures, _whole_document))))
    for name in ("passporteye", "fastmrz"):
        show(_other(name, given.python, pictures))


def _pictures(cases: Sequence[DocumentCase]) -> Iterator[_Picture]:
    """Each side with a valid MRZ; of two sides every reader is given both, one after the other."""
    for number, case in enumerate(cases):
        if case.mrz and _is_valid(case.mrz):
            for path in case.files.values():
                yield _Picture(number, path, case.mrz)


def _is_valid(lines: Sequence[str]) -> bool:
    try:
        return parse_mrz(list(lines)).is_valid
    except MrzParseError:
        return False


def _mrz_alone(image: Image) -> MrzReading | None:
    """What the other readers do, too."""

    def outline() -> Quad | None:
        location = locate_document(image)
        return location.quad if location else None

    return read_mrz(image, outline)


def _whole_document(image: Image) -> MrzReading | None:
    return read_document({Side.FRONT: image}, datetime.now(UTC).date()).mrz


def _ours(
    pictures: Sequence[_Picture], read: Callable[[Image], MrzReading | None]
) -> Iterator[_Reading]:
    for picture in pictures:
        started = process_time()
        found = read(decode_image(picture.path.read_bytes()).pixels)
        ms = (process_time() - started) * 1000
        is_valid = found is not None and found.is_valid
        yield _Reading(tuple(found.mrz.lines) if found else (), is_valid, ms)


def _other(name: str, python: str, pictures: Sequence[_Picture]) -> str:
    files = "".join(f"{picture.path.resolve()}\n" for picture in pictures)
    command = [python, str(_OTHERS), name]
    # One thread for each: Tesseract's and numpy's would wait for one another at full speed.
    alone = {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    ran = subprocess.run(
        command, input=files, capture_output=True, text=True, check=False, env=os.environ | alone
    )
    if ran.returncode == _NOT_INSTALLED:
        return f"| {name} | not installed in {python} | | | | |\n"
    if ran.returncode != 0:
        return f"| {name} | stopped with exit {ran.returncode} | | | | |\n"
    # Libraries print on their own behalf: what is no object is not an answer.
    answers = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    version, *found = answers
    readings = [_Reading(tuple(each["lines"]), each["is_valid"], each["ms"]) for each in found]
    return _row(f"{name} {version['version']}", pictures, readings)


def _row(name: str, pictures: Sequence[_Picture], readings: Sequence[_Reading]) -> str:
    pairs = list(zip(pictures, readings, strict=True))
    # Of a document with two pictures the one without an MRZ is rightly read as nothing.
    truths = {picture.case for picture in pictures}
    read = {picture.case for picture, reading in pairs if reading.lines == picture.truth}
    # PassportEye mends its fields and keeps its raw lines: what it calls valid is counted too.
    valid = len({picture.case for picture, reading in pairs if reading.is_valid})
    missed = error_rate(len(truths) - len(read), len(truths))
    rate = f"{1 - (missed.rate or 0):.1%} ({1 - missed.upper:.1%} to {1 - missed.lower:.1%})"
    ms = [reading.ms for reading in readings]
    spent = f"{median(ms):.0f} | {max(ms):.0f}" if ms else "- | -"
    return f"| {name} | {len(read)} of {len(truths)} | {rate} | {valid} | {spent} |\n"


if __name__ == "__main__":
    main()
