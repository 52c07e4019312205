import os
import stat
from pathlib import Path

import pytest

from app.domain.errors import DomainError, ErrorCode
from app.storage.database import Database
from app.storage.unit_of_work import Storage
from tests.builders.moments import NOON
from tests.builders.rows import a_partner, an_applicant


def test_sqlite_files_are_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "deep" / "kyc.sqlite3"
    database = Database(f"sqlite:///{path}")
    with database.writing.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    database.dispose()
    assert modes == dict.fromkeys(("kyc.sqlite3", "kyc.sqlite3-wal", "kyc.sqlite3-shm"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kyc.sqlite3").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DomainError):
        Database(f"sqlite:///{tmp_path / 'kyc.sqlite3'}")
    assert not (tmp_path / "elsewhere").exists()


def test_sqlite_commits_are_durable_and_keys_are_checked(sqlite_storage: Storage) -> None:
    with sqlite_storage.database.writing.begin() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_reader_is_not_held_up_by_a_writer(storage: Storage) -> None:
    with storage.writing() as writer, storage.reading() as reader:
        writer.partners.add(a_partner())
        assert reader.partners.by_name("Shop", a_partner().mode) is None
        writer.commit()


def test_a_busy_sqlite_says_retry_later(sqlite_storage: Storage, sqlite_url: str) -> None:
    hasty = Storage(Database(sqlite_url), lambda: NOON)
    with sqlite_storage.writing() as holder, hasty.reading() as reader:
        holder.partners.add(a_partner())
        reader._session.connection()
        reader._session.connection().exec_driver_sql("PRAGMA busy_timeout=50")
    # The pool hands the same, now impatient, connection out again.
    with sqlite_storage.writing() as holder, hasty.writing() as late:
        holder.partners.add(a_partner())
        with pytest.raises(DomainError) as raised:
            late.partners.add(a_partner("prt_2", "Other"))
    assert raised.value.code is ErrorCode.RETRY_LATER
    hasty.database.dispose()


def test_an_absent_postgres_says_retry_later() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DomainError) as raised:
        database.ping()
    assert raised.value.code is ErrorCode.RETRY_LATER


def test_a_terminated_postgres_connection_says_retry_later_and_then_works(storage: Storage) -> None:
    if not storage.database.is_postgres:
        pytest.skip("SQLite has no connections to cut")
    with storage.writing() as unit, pytest.raises(DomainError) as raised:  # noqa: PT012
        pid = unit._session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with storage.database.writing.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        unit.partners.add(a_partner())
    assert raised.value.code is ErrorCode.RETRY_LATER
    storage.database.ping()


def test_other_databases_and_memory_are_refused() -> None:
    for url in ("mysql://h/d", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ValueError, match=r"database|SQLite"):
            Database(url)


def test_a_forked_child_makes_connections_of_its_own(storage: Storage) -> None:
    storage.database.ping()
    child = os.fork()
    if child == 0:
        try:
            storage.database.ping()
            os._exit(0 if storage.database._engine.pool.checkedin() == 1 else 2)  # type: ignore[attr-defined]
        except BaseException:  # noqa: BLE001 - the child must never run the rest of the suite
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    storage.database.ping()


def test_values_are_kept_out_of_error_texts(storage: Storage) -> None:
    with storage.writing() as unit, pytest.raises(Exception, match=r"FOREIGN|foreign") as raised:
        unit.applicants.add(an_applicant(user="marked-value"))
    assert "marked-value" not in str(raised.value)
