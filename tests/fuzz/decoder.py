"""make fuzz: mutated files against the decoder's children, for MINUTES=10 by default.

A child may refuse, starve or crash. The parent must get an answer in time for each file, keep its
memory and its open files, and read a sound picture afterwards.
"""

import argparse
import hashlib
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.vision.decoding import UndecodableImageError
from app.vision.sandbox import Sandbox
from tests.builders.hostile_files import encodings
from tests.builders.measured_nursery import figures, measure_children
from tests.fuzz.mutations import mutated, seeds

_TASKS = ("decode", "inspect_document", "observe_face", "paper_pages")
_WALL_LIMIT_S = 15.0
# A seat may have to be waited for before the file's own time begins to run.
_HANG_S = 5 * _WALL_LIMIT_S
_PEACEFUL = (0, 9, 24)  # ended by itself, or by the limits of time and memory


@dataclass
class Outcome:
    """What became of every file, and of the process that showed them."""

    seconds: float = 0.0
    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    parent_faults: list[str] = field(default_factory=list)
    hangs: int = 0
    slowest_s: float = 0.0
    child_signals: Counter[int] = field(default_factory=Counter)
    child_peak_mib: float = 0.0
    child_processor_s: float = 0.0
    parent_growth_mib: float = 0.0
    open_files: tuple[int, int] = (0, 0)
    nursery_survived: bool = False
    reads_on: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether the parent came through; a crashed child is told, but is what it is for."""
        is_tight = self.open_files[1] <= self.open_files[0]
        return not self.parent_faults and not self.hangs and self.reads_on and is_tight


def run(folder: Path, seconds: float, *, seed: int, threads: int = 2) -> Outcome:
    """Show mutated files for so long; those that crashed a child are kept in the folder."""
    report = folder / "children.txt"
    report.touch()
    seeds()
    outcome, lock = Outcome(), threading.Lock()
    with Sandbox(threads, _WALL_LIMIT_S) as sandbox:
        with pytest.MonkeyPatch.context() as patch:
            measure_children(patch, report)
            sandbox.start()
        sandbox.run("paper_pages", encodings()["jpeg"])
        pid, before_mib, files = sandbox.nursery_pid, _resident_mib(), _open_files()
        started = time.monotonic()
        workers = [
            threading.Thread(
                target=_show, args=(sandbox, seed + n, started + seconds, outcome, lock, folder)
            )
            for n in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        outcome.seconds = round(time.monotonic() - started, 1)
        outcome.parent_growth_mib = round(_resident_mib() - before_mib, 1)
        outcome.open_files = (files, _open_files())
        outcome.nursery_survived = sandbox.nursery_pid == pid
        outcome.reads_on = len(sandbox.run("paper_pages", encodings()["png"]).jpegs) == 1
    children = figures(report)
    outcome.child_signals = Counter(child.signal for child in children)
    outcome.child_peak_mib = round(max(child.peak_mib for child in children), 1)
    outcome.child_processor_s = max(child.processor_s for child in children)
    return outcome


def _show(
    sandbox: Sandbox,
    seed: int,
    until: float,
    outcome: Outcome,
    lock: threading.Lock,
    folder: Path,
) -> None:
    dice = random.Random(seed)
    while time.monotonic() < until:
        payload, task = mutated(dice), dice.choice(_TASKS)
        started, said = time.monotonic(), "accepted"
        try:
            sandbox.run(task, payload)  # type: ignore[call-overload]
        except UndecodableImageError as refusal:
            said = refusal.code
        except Exception as error:  # noqa: BLE001 - whatever reaches the parent is the finding
            said = f"parent: {type(error).__name__}"
        took_s = time.monotonic() - started
        if said in {"decoder_failed", "decoder_timeout"} or said.startswith("parent"):
            name = hashlib.sha256(payload).hexdigest()[:12]
            (folder / f"{said.replace(': ', '-')}-{task}-{name}").write_bytes(payload)
        with lock:
            outcome.files += 1
            outcome.outcomes[said] += 1
            outcome.slowest_s = max(outcome.slowest_s, round(took_s, 2))
            outcome.hangs += took_s > _HANG_S
            if said.startswith("parent"):
                outcome.parent_faults.append(said)


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def main() -> None:
    """Print the outcome as JSON; exit 1 when the parent was harmed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None, help="the same files again")
    parser.add_argument("--keep", type=Path, help="where files that crashed a child are left")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    folder = options.keep or Path(tempfile.mkdtemp(prefix="kyc-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    outcome = run(folder, options.minutes * 60, seed=seed)
    found = {"seed": seed, "kept_in": str(folder)} | vars(outcome)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    peaceful = all(signal in _PEACEFUL for signal in outcome.child_signals)
    sys.stdout.write("no child crashed\n" if peaceful else "some children crashed: see kept_in\n")
    sys.exit(0 if outcome.is_clean else 1)


if __name__ == "__main__":
    main()
