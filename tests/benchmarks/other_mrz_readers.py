"""What other readers make of the same pictures: run by the Python in which they are installed.

    path/to/python tests/benchmarks/other_mrz_readers.py passporteye|fastmrz < files > lines

Reads one path a line; prints the version first, then for each picture {"lines", "is_valid", "ms"}
as JSON: milliseconds of the processor with those of Tesseract's processes. It stands alone and
imports nothing of ours: fastmrz is AGPL-3.0 and runs in a process of its own.
"""

from __future__ import annotations

import importlib.metadata
import json
import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_MISSING = 3


def passporteye() -> Callable[[str], tuple[list[str], bool]]:
    """PassportEye (MIT): finds the zone by its own means and reads it by Tesseract."""
    from passporteye import read_mrz  # noqa: PLC0415

    def read(path: str) -> tuple[list[str], bool]:
        found = read_mrz(path)
        if found is None:
            return [], False
        return str(found.aux.get("raw_text", "")).split(), bool(found.valid)

    return read


def fastmrz() -> Callable[[str], tuple[list[str], bool]]:
    """FastMRZ: a segmentation network, then Tesseract with the data named `mrz`."""
    from fastmrz import FastMRZ  # noqa: PLC0415

    reader = FastMRZ()

    def read(path: str) -> tuple[list[str], bool]:
        found: Any = reader.get_details(path, include_checkdigit=True)
        if not isinstance(found, dict):
            return [], False
        return str(found.get("mrz_text", "")).split(), found.get("status") == "SUCCESS"

    return read


def _processor_s() -> float:
    own, ended = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def main(name: str) -> int:
    """Exit 3 when the reader is not installed."""
    try:
        read = {"passporteye": passporteye, "fastmrz": fastmrz}[name]()
        version = importlib.metadata.version(name)
    except (ImportError, importlib.metadata.PackageNotFoundError):
        return _MISSING
    sys.stdout.write(json.dumps({"version": version}) + "\n")
    for path in sys.stdin:
        started = _processor_s()
        try:
            lines, is_valid = read(path.rstrip("\n"))
        except Exception as error:  # noqa: BLE001 - whatever it raises is a picture not read
            lines, is_valid = [type(error).__name__], False
        ms = round((_processor_s() - started) * 1000)
        sys.stdout.write(json.dumps({"lines": lines, "is_valid": is_valid, "ms": ms}) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
