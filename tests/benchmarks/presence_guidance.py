"""make bench-guidance: how long a running server takes to say what to do next, over HTTP."""

import argparse
import statistics
import sys

from tests.benchmarks.live_server import live_server, process_figures
from tests.benchmarks.whole_case import Pictures, go_through


def main() -> None:
    """Let people perform a challenge one after another, and print what their frames took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3)
    people = parser.parse_args().people
    pictures, frames_ms = Pictures(people), list[float]()
    with live_server(KYC_WORKERS="0") as server:
        for number in range(people):
            answers = go_through(server, f"user-{number}", pictures, number)
            frames_ms += [a.ms for a in answers if a.path.endswith("/frames")]
        rss_mib = process_figures().rss_mib
    median = statistics.median(frames_ms)
    slowest = statistics.quantiles(frames_ms, n=20)[-1]
    memory = ", ".join(f"{role} {size:.0f} MiB" for role, size in sorted(rss_mib.items()))
    sys.stdout.write(
        f"{len(frames_ms)} frames: median {median:.0f} ms, 95 % within {slowest:.0f} ms\n"
        f"memory: {memory}\n"
    )


if __name__ == "__main__":
    main()
