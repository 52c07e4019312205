"""The sandbox's nursery, which also tells what each of its children took.

Started like the real one, with one more argument: the file that gets a line for each child that
ended, its peak of resident memory in KiB, its processor time in s and the signal that ended it.
"""

import os
import resource
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.vision.sandbox import nursery, parent, tasks


@dataclass(frozen=True)
class ChildFigures:
    """What one child took, until it ended by itself (0) or by a signal."""

    peak_mib: float
    processor_s: float
    signal: int


def figures(report: Path) -> list[ChildFigures]:
    """The children that have ended so far, in the order of their ends."""
    rows = (line.split() for line in report.read_text("ascii").splitlines())
    return [ChildFigures(int(kib) / 1024, float(took), int(by)) for kib, took, by in rows]


def measure_children(patch: pytest.MonkeyPatch, report: Path) -> None:
    """Let sandboxes that start while the patch holds report their children."""
    usual = parent.subprocess.Popen

    def start(command: list[str], **options: object) -> object:
        measured = [*command[:-2], "tests.builders.measured_nursery", command[-1], str(report)]
        return usual(measured, **options)  # type: ignore[call-overload]

    patch.setattr(parent.subprocess, "Popen", start)


def _reap(report: int) -> None:
    # Straight to the descriptor: another child may end while the line of this one is written.
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        line = f"{usage.ru_maxrss} {_processor_s(usage)} {os.WTERMSIG(status)}\n"
        os.write(report, line.encode("ascii"))


def _processor_s(usage: resource.struct_rusage) -> float:
    return round(usage.ru_utime + usage.ru_stime, 3)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tasks.load_everything()
    with Path(sys.argv[2]).open("a", encoding="ascii") as lines:
        signal.signal(signal.SIGCHLD, lambda *_: _reap(lines.fileno()))
        nursery.serve(socket.socket(fileno=int(sys.argv[1])))
