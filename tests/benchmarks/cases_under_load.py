"""make bench-cases and make soak: whole cases arriving steadily at the real server.

Says how long an upload and a decision take (from the submission to the examination's record), and
what the processes hold at the beginning and at the end.
"""

import argparse
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select

from app.cli.api_client import Answer
from app.storage.examinations import examination_table
from app.storage.jobs import JobState
from app.storage.verifications import verification_table
from tests.benchmarks.live_server import LiveServer, ProcessFigures, live_server, process_figures
from tests.benchmarks.whole_case import Pictures, go_through

_SAMPLE_PAUSE_S = 5.0
# What libraries load at first use is no growth: the figures of this share of the run are left out.
_WARM_UP_SHARE = 0.2


@dataclass
class Run:
    """What was seen, by several threads."""

    uploads: list[Answer] = field(default_factory=list)
    frames: list[Answer] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    samples: list[ProcessFigures] = field(default_factory=list)


def go(server: LiveServer, pictures: Pictures, *, minutes: float, per_minute: float) -> Run:
    """Begin a case so often, whether or not the ones before have ended, and wait for all."""
    run, cases = Run(), list[threading.Thread]()
    is_over = threading.Event()
    sampler = threading.Thread(target=_sample, args=(run, is_over))
    sampler.start()
    started = time.monotonic()
    for number in range(max(1, round(minutes * per_minute))):
        time.sleep(max(0.0, started + number * 60 / per_minute - time.monotonic()))
        case = threading.Thread(target=_one, args=(server, pictures, number, run))
        case.start()
        cases.append(case)
    for case in cases:
        case.join()
    _wait_until_idle(server)
    is_over.set()
    sampler.join()
    return run


def _one(server: LiveServer, pictures: Pictures, number: int, run: Run) -> None:
    try:
        upload, *frames = go_through(server, f"user-{number}", pictures, number)
    except (AssertionError, OSError) as error:
        run.faults.append(str(error))
        return
    run.uploads.append(upload)
    run.frames += frames


def _sample(run: Run, is_over: threading.Event) -> None:
    while not is_over.wait(_SAMPLE_PAUSE_S):
        run.samples.append(process_figures())


def _wait_until_idle(server: LiveServer) -> None:
    queue, chance = server.services.queue, server.services.chance
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        by_state = queue.stats(chance.now()).by_state
        if by_state[JobState.QUEUED] + by_state[JobState.RUNNING] == 0:
            return
        time.sleep(0.5)


def decisions(server: LiveServer) -> tuple[list[float], Counter[str]]:
    """Seconds from each submission to its examination, and how many came to which stage."""
    run, examination = verification_table.c, examination_table.c
    statement = (
        select(run.stage, run.submitted_at, examination.decided_at)
        .join_from(verification_table, examination_table, isouter=True)
        .where(run.submitted_at.is_not(None))
    )
    with server.services.storage.database.reading.begin() as connection:
        rows = connection.execute(statement).all()
    done = (row for row in rows if row.decided_at is not None)
    took_s = [(row.decided_at - row.submitted_at).total_seconds() for row in done]
    return took_s, Counter(str(row.stage) for row in rows)


def main() -> None:
    """Print the figures; exit 1 when a step was refused or failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--per-minute", type=float, default=10)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    pictures = Pictures(people=min(20, max(1, round(options.minutes * options.per_minute))))
    with live_server(KYC_WORKERS=str(options.workers)) as server:
        run = go(server, pictures, minutes=options.minutes, per_minute=options.per_minute)
        took_s, stages = decisions(server)
    _say(_latencies("a document's picture answered", [each.ms / 1000 for each in run.uploads]))
    _say(_latencies("a presence frame answered", [each.ms / 1000 for each in run.frames]))
    _say(_latencies("from submission to decision", took_s))
    _say(f"stages {dict(stages)}, {len(run.faults)} refused or failed {run.faults[:3]}")
    for line in growth(run.samples):
        _say(line)
    sys.exit(1 if run.faults else 0)


def growth(samples: list[ProcessFigures]) -> list[str]:
    """Memory and open files after the warm-up and at the end, by role and in all."""
    warm = samples[int(len(samples) * _WARM_UP_SHARE) :]
    width = len(warm) // 5
    if width == 0:
        return ["too short a run to speak of growth"]
    first, last = warm[:width], warm[-width:]
    roles = sorted({role for each in warm for role in each.rss_mib})
    return [_growth_of(role, [role], first, last) for role in roles] + [
        _growth_of("in all", roles, first, last)
    ]


def _growth_of(
    name: str, roles: list[str], first: list[ProcessFigures], last: list[ProcessFigures]
) -> str:
    def rss_mib(part: list[ProcessFigures]) -> float:
        return statistics.median(sum(each.rss_mib.get(role, 0) for role in roles) for each in part)

    def files(part: list[ProcessFigures]) -> str:
        counts = [sum(each.open_files.get(role, 0) for role in roles) for each in part]
        return f"{min(counts)} to {max(counts)}"

    before, after = rss_mib(first), rss_mib(last)
    change = after / before - 1 if before else float("inf")
    return (
        f"{name:16} {before:7.1f} -> {after:7.1f} MiB ({change:+.1%})"
        f"  open files {files(first)}, then {files(last)}"
    )


def _latencies(name: str, seconds: list[float]) -> str:
    if not seconds:
        return f"{name:32} never"
    ordered = sorted(seconds)
    p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
    return (
        f"{name:32} n {len(ordered):5}  p50 {p50:6.3f} s  p95 {p95:6.3f} s"
        f"  worst {ordered[-1]:6.3f} s"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
