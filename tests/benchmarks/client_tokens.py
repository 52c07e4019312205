"""make bench-tokens: how long a client token takes to make, one caller after the other."""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from pathlib import Path

from tests.benchmarks.kyc_status import Server, seed


def measure(users: int, tokens: int) -> list[float]:
    """Milliseconds of each POST /widget/client-tokens; every second one is for a new user."""
    with tempfile.TemporaryDirectory() as folder:
        key = seed(Path(folder), users)
        server = Server("product", Path(folder))
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        taken = []
        try:
            for number in range(tokens):
                user = f"user-{number}" if number % 2 else f"new-{number}"
                body = json.dumps({"partner_user_id": user})
                headers = {"x-api-key": key, "content-type": "application/json"}
                started = time.perf_counter()
                connection.request("POST", "/widget/client-tokens", body, headers)
                answer = connection.getresponse()
                answer.read()
                taken.append((time.perf_counter() - started) * 1000)
                if answer.status != 201:
                    raise SystemExit(f"the server answered {answer.status}")
        finally:
            connection.close()
            server.stop()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--tokens", type=int, default=2000)
    options = parser.parse_args()
    taken = measure(options.users, options.tokens)
    ranks = statistics.quantiles(taken, n=100)
    print(  # noqa: T201
        f"{len(taken)} tokens with {options.users} users stored:"
        f" p50 {ranks[49]:.1f} ms, p95 {ranks[94]:.1f} ms, p99 {ranks[98]:.1f} ms"
    )


if __name__ == "__main__":
    main()
