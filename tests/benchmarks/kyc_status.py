"""make bench-status: kyc-status beside a bare Flask route, on the same server in the same run."""

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from app.domain.partner import Mode
from app.domain.verification import Stage
from app.settings import read_settings
from app.storage.applicants import applicant_table
from app.storage.schema import migrate
from app.storage.verifications import verification_table
from app.wiring import build
from tests.benchmarks.load import Load, run

_SERVER = """
import sys
import waitress
from flask import Flask, jsonify
from app.cli.environment import log_to_stderr
from app.factory import create_app
from app.settings import read_settings
from app.wiring import build
import os
if sys.argv[2] == "bare":
    app = Flask("bare")
    @app.get("/constant")
    def constant():
        return jsonify({"partner_user_id": "user-1", "status": "verified", "verified_at": None})
else:
    settings = read_settings(os.environ)
    log_to_stderr(settings)
    app = create_app(build(settings))
waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, ident=None, _quiet=True)
"""
_BATCH = 10_000


def seed(state_dir: Path, users: int) -> str:
    """A partner with this many users, half of them verified; returns its key."""
    settings = read_settings({"KYC_STATE_DIR": str(state_dir)} | _database())
    migrate(settings.database_url)
    services = build(settings)
    partner = services.create_partner(
        f"Bench {random.random()}", Mode.TEST, ["http://localhost:8081"]
    )
    now = datetime.now(UTC)
    with services.storage.database.writing.begin() as connection:
        for start in range(0, users, _BATCH):
            rows = range(start, min(start + _BATCH, users))
            connection.execute(
                insert(applicant_table),
                [
                    {
                        "id": f"app_{partner.partner_id[-8:]}{n}",
                        "partner_id": partner.partner_id,
                        "partner_user_id": f"user-{n}",
                        "created_at": now,
                        "version": 1,
                        "verification_id": f"ver_{partner.partner_id[-8:]}{n}",
                        "wrapped_key": b"",
                        "row_version": 1,
                    }
                    for n in rows
                ],
            )
            connection.execute(
                insert(verification_table),
                [
                    {
                        "id": f"ver_{partner.partner_id[-8:]}{n}",
                        "partner_id": partner.partner_id,
                        "applicant_id": f"app_{partner.partner_id[-8:]}{n}",
                        "tier": "standard",
                        "created_at": now,
                        "wrapped_key": b"",
                        "stage": Stage.VERIFIED if n % 2 else Stage.EXAMINING,
                        "attempt": 1,
                        "reasons": [],
                        "verified_at": now,
                        "row_version": 1,
                    }
                    for n in rows
                ],
            )
    services.storage.database.dispose()
    return partner.api_key


def _database() -> dict[str, str]:
    url = os.environ.get("KYC_DATABASE_URL")
    return {"KYC_DATABASE_URL": url} if url else {}


class Server:
    """A waitress with the product's settings in a process of its own."""

    def __init__(self, kind: str, state_dir: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = os.environ | {
            "KYC_STATE_DIR": str(state_dir),
            "KYC_RATE_LIMIT_FACTOR": "1000",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVER, str(self.port), kind],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("the server does not answer")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


def constant(_: int) -> Iterator[bytes]:
    while True:
        yield b"GET /constant HTTP/1.1\r\nHost: localhost\r\n\r\n"


def statuses(key: str, users: int, number: int) -> Iterator[bytes]:
    dice = random.Random(number)
    while True:
        user = dice.randrange(users)
        yield (
            f"GET /widget/users/user-{user}/kyc-status HTTP/1.1\r\nHost: localhost\r\n"
            f"x-api-key: {key}\r\n\r\n"
        ).encode()


def measure(users: int, seconds: float, rounds: int) -> tuple[list[Load], list[Load]]:
    """Rounds of both, in turn, so that a noisy neighbour disturbs both alike."""
    with tempfile.TemporaryDirectory() as folder:
        state_dir = Path(folder)
        key = seed(state_dir, users)
        bare, product = Server("bare", state_dir), Server("product", state_dir)
        try:
            ours, theirs = [], []
            for _ in range(rounds):
                theirs.append(run(bare.port, constant, seconds))
                ours.append(run(product.port, lambda n: statuses(key, users, n), seconds))
        finally:
            bare.stop()
            product.stop()
    return ours, theirs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for users in options.users:
        ours, theirs = measure(users, options.seconds, options.rounds)
        print(f"{users} users")  # noqa: T201
        for name, loads in (("bare Flask route", theirs), ("kyc-status", ours)):
            for load in loads:
                print(f"  {name:18} {load.line()}")  # noqa: T201
        ratios = [a.requests_per_s / b.requests_per_s for a, b in zip(ours, theirs, strict=True)]
        print(f"  ratio, median      {statistics.median(ratios):.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
