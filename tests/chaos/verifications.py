"""Whole verifications through kill -9 of web and worker processes: 0 lost, 0 doubled, 0 stuck.

`make chaos` runs 500 with 20 kills on SQLite, and on PostgreSQL where a server answers.
"""

import argparse
import json
import socket
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY
from app.domain.policy_text import policy_text
from app.settings import read_settings
from app.storage.jobs import JobState
from app.storage.schema import migrate
from app.vision.sandbox import Sandbox
from app.wiring import Services, build
from tests.builders.databases import postgres_server, scratch_postgres
from tests.builders.receiver import LOOPBACK, Receiver
from tests.chaos.crew import Crew
from tests.chaos.partner import Backend


@dataclass(frozen=True)
class Outcome:
    """What was left when every user read `verified` and the queue was empty."""

    verifications: int
    kills: dict[str, int]
    worker_deaths: int
    repeated_requests: int
    lost: int
    doubled: int
    stuck: int
    untold_events: int
    orphaned_objects: int
    audit_broken_at: int | None
    drained: bool
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled, stuck or left untold."""
        faults = (self.lost, self.doubled, self.stuck, self.untold_events)
        return not any(faults) and self.audit_broken_at is None and self.drained


def run(folder: Path, url: str, *, count: int, kills: int, seed: int = 9303) -> Outcome:
    """Take `count` users through while `kills` processes are killed."""
    ports = (_free_port(), _free_port())
    environment = LOOPBACK | {
        "KYC_STATE_DIR": str(folder / "state"),
        "KYC_DATABASE_URL": url,
        "KYC_PUBLIC_URL": "https://kyc.test",
        "KYC_RATE_LIMIT_FACTOR": "1000",
    }
    migrate(url)
    services = build(read_settings(environment), sandbox=Sandbox())
    started = time.monotonic()
    with Receiver() as receiver:
        partner = services.create_partner("Shop", Mode.TEST, ["https://a.test"], receiver.url)
        _ask_for_documents_only(services, partner.partner_id)
        with Crew(environment, ports, seed) as crew:
            crew.wait_until_ready()
            backend = Backend(ports, partner.api_key)
            _verify_all(backend, crew, count, kills)
            stuck = _wait_until_idle(services)
            crew.wait_until_ready()
            drained = crew.drain() == [0, 0]
        told = {headers["webhook-id"] for headers, _ in receiver.calls}
    outcome = Outcome(
        verifications=count,
        kills=crew.kills,
        repeated_requests=backend.repeats,
        stuck=stuck,
        drained=drained,
        seconds=round(time.monotonic() - started, 1),
        **_judged(services, count, told),
    )
    services.storage.database.dispose()
    return outcome


def _verify_all(backend: Backend, crew: Crew, count: int, kills: int) -> None:
    """One kill for each even share of the users, in the middle of the others' requests."""
    done = 0
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(backend.verify, range(count)):
            done += 1
            if sum(crew.kills.values()) < kills and done * (kills + 1) >= count * (
                sum(crew.kills.values()) + 1
            ):
                crew.kill_one()


def _ask_for_documents_only(services: Services, partner_id: str) -> None:
    text_of_policy = policy_text(STANDARD_POLICY).replace(
        'default_tier = "standard"', 'default_tier = "basic"'
    )
    services.activate_policy(partner_id, text_of_policy, "chaos")


def _wait_until_idle(services: Services) -> int:
    """How many jobs never ended, dead ones included."""
    deadline = time.monotonic() + 60
    while True:
        by_state = services.queue.stats(services.chance.now()).by_state
        waiting = by_state[JobState.QUEUED] + by_state[JobState.RUNNING]
        if waiting == 0 or time.monotonic() > deadline:
            return waiting + by_state[JobState.DEAD]
        time.sleep(0.1)


def _judged(services: Services, count: int, told: set[str]) -> dict[str, Any]:
    """The figures that the rows show, each by a query that knows nothing of the use cases."""
    database = services.storage.database
    with database.reading.begin() as connection:

        def number(statement: str) -> int:
            return int(connection.scalar(text(statement)) or 0)

        verified = number("SELECT count(*) FROM verification WHERE stage = 'verified'")
        doubled = sum(
            number(f"SELECT count(*) FROM (SELECT 1 FROM {each} HAVING count(*) > 1) AS twice")  # noqa: S608
            for each in (
                "applicant GROUP BY partner_user_id",
                "verification GROUP BY applicant_id",
                "capture GROUP BY verification_id",
                "examination GROUP BY verification_id",
                "audit_line WHERE action = 'verification.decided' GROUP BY subject_id",
                "event WHERE type = 'kyc.file_added' GROUP BY applicant_id",
            )
        )
        events = set(connection.scalars(text("SELECT id FROM event")))
        deaths = number("SELECT sum(deaths) FROM job")
        named = set(connection.scalars(text("SELECT object_name FROM capture")))
    with services.storage.reading() as uow:
        broken = uow.audit.verify()
    future = services.chance.now() + timedelta(days=1)
    objects = set(services.erase_object.objects.older_than(future))
    return {
        "worker_deaths": deaths,
        "lost": count - verified + len(named - objects),
        "doubled": doubled,
        "untold_events": len(events - told),
        "orphaned_objects": len(objects - named),
        "audit_broken_at": broken,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """Print one outcome for each database; exit 1 unless all are clean."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    outcomes = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        urls = {"sqlite": f"sqlite:///{folder}/sqlite/kyc.sqlite3"}
        if postgres_server() is not None:
            urls["postgres"] = stack.enter_context(scratch_postgres("chaos"))
        for name, url in urls.items():
            outcome = run(Path(folder) / name, url, count=options.count, kills=options.kills)
            outcomes.append(outcome)
            sys.stdout.write(json.dumps({"database": name} | asdict(outcome)) + "\n")
            sys.stdout.flush()
    sys.exit(0 if all(each.is_clean for each in outcomes) else 1)


if __name__ == "__main__":
    main()
