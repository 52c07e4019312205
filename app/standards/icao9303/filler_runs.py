"""Runs of `<` as readers write them: as other glyphs, too long or too short."""

import re
from collections.abc import Callable, Iterator
from typing import Final

# Glyphs that text recognisers write for one or two chevrons. None of them is in the alphabet.
_CHEVRONS: Final = str.maketrans(
    dict.fromkeys("«»", "<<")
    | dict.fromkeys("\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}≤([{", "<")
)
_OUTSIDE_ALPHABET: Final = re.compile(r"[^A-Z0-9<]")
_K_INSIDE_RUN: Final = re.compile(r"(?<=<<)K+(?=<)")
_K_RUN: Final = re.compile(r"K{3,}")
_TAIL_AFTER_NAMES: Final = re.compile(r"^(?P<names>.*?[^<]<<[^<].*?)(?P<tail><<[<K]*)$")


def clean_line(raw: str) -> str:
    """Return a line as read in upper case, without blanks and stray marks, chevrons as `<`."""
    return _OUTSIDE_ALPHABET.sub("", raw.upper().translate(_CHEVRONS))


def fill_k_in_names(line: str, start: int) -> str:
    """Return a line whose names begin at `start` with those K that can only be chevrons as `<`.

    No name has three K in a row, and nothing but filler follows the `<<` that ends the secondary
    identifier. A single K after the first `<<` may be somebody's initial and stays.
    """
    names = _K_RUN.sub(lambda run: "<" * len(run.group()), line[start:])
    if found := _TAIL_AFTER_NAMES.match(names):
        names = found["names"] + "<" * len(found["tail"])
    return line[:start] + names


def fill_k_in_data(line: str) -> str:
    """Return a line without names in which K within a run of filler is filler."""
    return _K_INSIDE_RUN.sub(lambda run: "<" * len(run.group()), line)


def fit_length(line: str, length: int, count_faults: Callable[[str], int]) -> str | None:
    """Return the line at `length`, one filler run stretched or shrunk, None if that cannot be.

    Of several ways the one of least faults wins, and among equals the change of the longest run,
    for long runs are the ones that readers miscount.
    """
    if len(line) == length:
        return line
    options = [
        (count_faults(changed), -run_length, changed)
        for changed, run_length in _changed_runs(line, length - len(line))
    ]
    return min(options)[2] if options else None


def _changed_runs(line: str, excess: int) -> Iterator[tuple[str, int]]:
    for run in re.finditer(r"<+", line):
        run_length = run.end() - run.start()
        if run_length + excess >= 1:
            filler = "<" * (run_length + excess)
            yield line[: run.start()] + filler + line[run.end() :], run_length
    if excess > 0 and not line.endswith("<"):
        yield line + "<" * excess, 0
