"""Migrated databases for tests: a copied SQLite template, and one PostgreSQL scratch database.

Import `storage` (both databases) or `sqlite_storage` into a conftest.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from app.domain.chance import Clock
from app.storage.columns import METADATA
from app.storage.database import Database
from app.storage.schema import migrate
from app.storage.unit_of_work import Storage
from tests.builders.moments import StillClock

_SERVERS = (
    "postgresql://root@127.0.0.1:5432/postgres",
    "postgresql://postgres@127.0.0.1:5432/postgres",
)


@cache
def postgres_server() -> str | None:
    """The address of a PostgreSQL server that lets us in, or None."""
    given = os.environ.get("KYC_TEST_POSTGRES_URL")
    for url in (given,) if given else _SERVERS:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            continue
        return url
    if given:
        raise RuntimeError("KYC_TEST_POSTGRES_URL names a server that does not answer")
    return None


@contextmanager
def scratch_postgres(purpose: str) -> Iterator[str]:
    """The URL of an empty database of this test process, dropped afterwards."""
    server = postgres_server()
    if server is None:
        pytest.skip("no PostgreSQL server answers")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"kyc_test_{purpose}_{worker}_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        # Thousands of commits would wait for the disk, and no test cuts the power.
        lasting = SQL("ALTER DATABASE {} SET synchronous_commit = off")
        connection.execute(lasting.format(Identifier(name)))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


class Emptying:
    """Deletes all rows of a migrated PostgreSQL database, over a connection that it keeps."""

    def __init__(self, url: str) -> None:
        self._url, self._connection = url, _without_checks(url)
        deletions = (SQL("DELETE FROM {}").format(Identifier(each)) for each in METADATA.tables)
        self._deletions = SQL("; ").join(deletions)

    def __call__(self) -> None:
        """Delete; a test may have cut all connections, this one too."""
        try:
            self._connection.execute(self._deletions)
        except psycopg.OperationalError:
            self.close()
            self._connection = _without_checks(self._url)
            self._connection.execute(self._deletions)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def _without_checks(url: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(url, autocommit=True)
    # Switches off foreign keys and the audit chain's triggers for this connection.
    connection.execute("SET session_replication_role = replica")
    return connection


@contextmanager
def opened(url: str, clock: Clock) -> Iterator[Storage]:
    """Storage over a migrated database, closed afterwards."""
    database = Database(url)
    try:
        yield Storage(database, clock)
    finally:
        database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "kyc.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with scratch_postgres("shared") as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> Iterator[Emptying]:
    emptying = Emptying(postgres_url)
    yield emptying
    emptying.close()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "kyc.sqlite3")
    return f"sqlite:///{tmp_path / 'kyc.sqlite3'}"


@pytest.fixture
def sqlite_storage(sqlite_url: str, clock: StillClock) -> Iterator[Storage]:
    with opened(sqlite_url, clock) as storage:
        yield storage


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    empty = request.getfixturevalue("empty_postgres")
    yield request.getfixturevalue("postgres_url")
    empty()


@pytest.fixture
def storage(database_url: str, clock: StillClock) -> Iterator[Storage]:
    with opened(database_url, clock) as opened_storage:
        yield opened_storage
