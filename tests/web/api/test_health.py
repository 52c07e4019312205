"""GET /healthz and /readyz: the process, and all that it needs."""

import threading
import time
from random import Random

import pytest

from app.services.jobs import EXAMINE
from app.storage.job_queue import JobQueue
from app.storage.schema import downgrade, migrate
from app.worker import Worker, WorkerLimits
from tests.builders.installation import Installation
from tests.services.test_outages import object_store_away


def faults(kyc: Installation) -> list[str]:
    answer = kyc.client.get("/readyz")
    body = answer.json or {}
    assert answer.status_code == (503 if body["faults"] else 200)
    assert body["status"] == ("unavailable" if body["faults"] else "ok")
    return list(body["faults"])


def test_a_worker_must_have_been_seen_within_a_minute(kyc: Installation) -> None:
    assert faults(kyc) == ["no_worker"]
    kyc.services.queue.beat("wkr_1", kyc.clock())
    assert faults(kyc) == []
    kyc.clock.move(seconds=61)
    assert faults(kyc) == ["no_worker"]
    kyc.services.queue.beat("wkr_1", kyc.clock())
    kyc.services.queue.leave("wkr_1")
    assert faults(kyc) == ["no_worker"]


def test_a_worker_says_that_it_lives_also_during_a_long_job(kyc_sqlite: Installation) -> None:
    kyc, stop = kyc_sqlite, threading.Event()
    queue = JobQueue(kyc.services.storage.database)
    seen: list[int] = []

    def work(_: object) -> None:
        kyc.clock.move(seconds=120)
        until = time.monotonic() + 10
        while not queue.count_workers(kyc.clock()) and time.monotonic() < until:
            time.sleep(0.02)
        seen.append(queue.count_workers(kyc.clock()))
        stop.set()

    with kyc.services.storage.writing() as uow:
        uow.jobs.enqueue(EXAMINE, "ver_1")
        uow.commit()
    Worker(
        queue,
        {EXAMINE: work},
        on_dead=lambda _: None,
        clock=kyc.clock,
        random=Random(1),
        limits=WorkerLimits(heartbeat_s=0.05),
        worker_id="wkr_1",
    ).run(stop)
    assert seen == [1]
    assert queue.count_workers(kyc.clock()) == 0, "it leaves when it ends"


def test_a_queue_that_nobody_works_off_is_told(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    with kyc.services.storage.writing() as uow:
        uow.jobs.enqueue(EXAMINE, "ver_1")
        uow.commit()
    kyc.clock.move(seconds=301)
    kyc.services.queue.beat("wkr_1", kyc.clock())
    assert faults(kyc) == ["queue_too_old"]


def test_a_store_that_cannot_be_written_is_told(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    kyc.services.queue.beat("wkr_1", kyc.clock())
    with object_store_away(kyc):
        assert faults(kyc) == ["object_store_unavailable"]
    assert faults(kyc) == []


def test_a_full_store_is_told(kyc_sqlite: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    kyc_sqlite.services.queue.beat("wkr_1", kyc_sqlite.clock())
    monkeypatch.setattr("app.storage.objects._ROOM_BYTES", 1 << 62)
    assert faults(kyc_sqlite) == ["object_store_unavailable"]


def test_keys_that_were_damaged_are_told(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    kyc.services.queue.beat("wkr_1", kyc.clock())
    ring = kyc.services.settings.state_dir / "keys.json"
    kept = ring.read_text()
    ring.write_text("{}")
    assert faults(kyc) == ["keys_unavailable"]
    ring.write_text(kept)
    assert faults(kyc) == []


def test_a_schema_that_is_behind_is_told_and_one_of_a_later_release_is_not(
    kyc_sqlite: Installation,
) -> None:
    kyc = kyc_sqlite
    kyc.services.queue.beat("wkr_1", kyc.clock())
    database = kyc.services.storage.database
    downgrade(kyc.services.settings.database_url, "-1")
    assert faults(kyc) == ["database_not_migrated"]
    migrate(kyc.services.settings.database_url)
    kyc.services.queue.beat("wkr_1", kyc.clock())
    with database.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert faults(kyc) == []


def test_the_process_answers_whatever_is_missing(kyc_sqlite: Installation) -> None:
    with object_store_away(kyc_sqlite):
        assert kyc_sqlite.client.get("/healthz").status_code == 200
