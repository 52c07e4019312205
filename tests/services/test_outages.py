"""Disk, database or object store away, clock jumps: a clear retry, never a wrong decision."""

import os
import resource
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import event
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from app.domain.verification import Stage
from app.log_redaction import configure_logging
from app.services.jobs import EXAMINE, SWEEP
from app.storage.jobs import JobState
from app.worker import Worker
from tests.builders.databases import postgres_server
from tests.builders.handoffs import show_code
from tests.builders.installation import Installation
from tests.builders.restored_logging import restored_logging
from tests.builders.retained import verification_of
from tests.builders.review_cases import signed_in
from tests.builders.submissions import accepting, send_side, submitted


def assert_later(answer: TestResponse) -> None:
    """A refusal that says when to come again, and nothing of why."""
    assert answer.status_code == 503, answer.json
    assert (answer.json or {})["error"] == "retry_later"
    assert int(answer.headers["Retry-After"]) >= 1


@contextmanager
def no_room_left(kyc: Installation) -> Iterator[None]:
    """Let no file of this process grow: what a full disk does to every write."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    kyc.services.storage.database.dispose()
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, usual[1]))
    try:
        # The log of this very process goes to a file that pytest reads.
        with capture_logs():
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        kyc.services.storage.database.dispose()


@contextmanager
def object_store_away(kyc: Installation) -> Iterator[None]:
    """Put a file in the place of the store's folder, as a volume that is not mounted."""
    folder = kyc.services.settings.state_dir / "objects"
    aside = folder.with_name("aside")
    shutil.move(folder, aside)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        shutil.move(aside, folder)


@contextmanager
def database_away(kyc: Installation) -> Iterator[None]:
    """End every connection to the PostgreSQL database, and take no new one."""
    name = Identifier(kyc.services.storage.database.url.database or "")
    with psycopg.connect(postgres_server() or "", autocommit=True) as server:
        server.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        _end_connections(kyc, server)
        try:
            yield
        finally:
            server.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


@contextmanager
def table_unreadable(kyc: Installation, table: str) -> Iterator[None]:
    """Fail each statement that reads this table, as a disk that went away does; others work."""

    def fail(_cursor: object, statement: str, *_: object) -> None:
        if f"FROM {table} " in f"{statement} ".replace("\n", " "):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = "SQLITE_IOERR_READ"
            raise error

    engine = kyc.services.storage.database.reading
    event.listen(engine, "do_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "do_execute", fail)


def _end_connections(kyc: Installation, server: "psycopg.Connection[tuple[object, ...]]") -> None:
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        [kyc.services.storage.database.url.database],
    )


def work_once(kyc: Installation) -> None:
    """What a worker does with the next job, failures included."""
    services = kyc.services
    handlers = {EXAMINE: services.examine_verification}
    worker = Worker(
        services.queue, handlers, services.give_up_job, kyc.clock, services.chance.random
    )
    worker.run_one(threading.Event())


def test_a_full_disk_refuses_an_upload_and_keeps_what_was_there(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    accepting(kyc)
    bearer = kyc.consented("id_card")
    assert send_side(kyc, bearer, "front").status_code == 201
    with no_room_left(kyc):
        assert_later(send_side(kyc, bearer, "back"))
    state = kyc.client.get("/widget/state", headers=bearer).json or {}
    assert state["step"] == "document_back"
    assert send_side(kyc, bearer, "back").status_code == 201


def test_a_full_log_disk_costs_nobody_an_answer(kyc_sqlite: Installation) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    with restored_logging(), full.open("w", buffering=1) as log:
        configure_logging(log)
        issued = kyc_sqlite.issue()
        wrong = kyc_sqlite.client.get("/nowhere")
        # What the device did not take is still in the file's buffer, and closing it would fail.
        with Path(os.devnull).open("w") as sink:
            os.dup2(sink.fileno(), log.fileno())
    assert issued["client_token"]
    assert wrong.status_code == 404


def test_a_full_disk_decides_nothing(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    submitted(kyc)
    claimed = kyc.services.queue.claim(kyc.clock(), 60, [EXAMINE])
    assert claimed is not None
    with no_room_left(kyc), pytest.raises(Exception, match="retry_later"):
        kyc.services.examine_verification(claimed)
    assert verification_of(kyc).stage is Stage.SUBMITTED
    kyc.services.examine_verification(claimed)
    assert verification_of(kyc).stage is Stage.VERIFIED


def test_without_the_object_store_uploads_and_examinations_wait(kyc: Installation) -> None:
    bearer = submitted(kyc)
    with object_store_away(kyc):
        other = kyc.consented("id_card", user="user-2")
        assert_later(send_side(kyc, other, "front"))
        for _ in range(12):
            work_once(kyc)
            kyc.clock.move(seconds=400)
        # However long it is away: an outage uses up no attempt, and nobody is refused for it.
        assert verification_of(kyc).stage is Stage.EXAMINING
        assert kyc.services.queue.stats(kyc.clock()).by_state[JobState.DEAD] == 0
    work_once(kyc)
    assert verification_of(kyc).stage is Stage.VERIFIED
    assert kyc.client.get("/widget/users/user-123/kyc-status", headers=bearer).status_code == 401


def test_without_the_database_everybody_is_told_to_come_again(kyc: Installation) -> None:
    if not kyc.services.storage.database.is_postgres:
        pytest.skip("SQLite is a file; the full disk stands for it")
    bearer = submitted(kyc)
    status = "/widget/users/user-123/kyc-status"
    with database_away(kyc):
        assert_later(kyc.client.get(status, headers=bearer))
        assert_later(kyc.client.post("/widget/consent", json={}, headers=bearer))
        assert kyc.client.get("/readyz").status_code == 503
        assert kyc.client.get("/healthz").status_code == 200
    assert (kyc.client.get(status, headers=bearer).json or {})["status"] == "pending"


def test_an_outage_spends_no_handoff_code(kyc_sqlite: Installation) -> None:
    devices = show_code(kyc_sqlite, kyc_sqlite.consented("passport"))
    with table_unreadable(kyc_sqlite, "handoff"):
        assert_later(devices.scan())
    scanned = devices.scan().json
    devices.choose(scanned["number"])
    with table_unreadable(kyc_sqlite, "handoff"):
        body = {"claim": scanned["claim"]}
        assert_later(kyc_sqlite.client.post("/widget/handoffs/join", json=body))
    assert devices.join(scanned["claim"])["status"] == "active"


def test_an_outage_signs_no_reviewer_out(kyc_sqlite: Installation) -> None:
    anna = signed_in(kyc_sqlite)
    with table_unreadable(kyc_sqlite, "reviewer_session"):
        assert anna.get("/console").status_code == 503
    assert anna.get("/console").status_code == 200


def test_a_database_that_was_restarted_costs_nobody_a_request(kyc: Installation) -> None:
    if not kyc.services.storage.database.is_postgres:
        pytest.skip("SQLite has no server")
    bearer = submitted(kyc)
    with psycopg.connect(postgres_server() or "", autocommit=True) as server:
        _end_connections(kyc, server)
    answer = kyc.client.get("/widget/users/user-123/kyc-status", headers=bearer)
    assert (answer.json or {})["status"] == "pending"
    assert kyc.run_jobs(EXAMINE) == 1
    assert verification_of(kyc).stage is Stage.VERIFIED


def test_a_clock_that_jumps_back_delays_and_decides_nothing(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    bearer = submitted(kyc)
    kyc.clock.move(seconds=-600)
    assert kyc.run_jobs(EXAMINE) == 0
    # A token from the future is no token; the user is asked to open the widget again.
    refused = kyc.client.get("/widget/users/user-123/kyc-status", headers=bearer)
    assert refused.status_code == 401
    assert verification_of(kyc).stage is Stage.SUBMITTED
    kyc.clock.move(seconds=600)
    assert kyc.run_jobs(EXAMINE) == 1
    assert verification_of(kyc).stage is Stage.VERIFIED


def test_a_clock_that_jumps_ahead_sends_to_people_and_refuses_nobody(
    kyc_sqlite: Installation,
) -> None:
    kyc = kyc_sqlite
    submitted(kyc)
    kyc.clock.move(seconds=600)
    kyc.services.queue.enqueue_slot(SWEEP, 1, kyc.clock())
    assert kyc.run_jobs(SWEEP) == 1
    assert verification_of(kyc).stage is Stage.IN_REVIEW
    assert verification_of(kyc).reasons == []
