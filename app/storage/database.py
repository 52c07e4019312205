"""The SQL engine: SQLite for one machine, PostgreSQL beyond, both behind the same two doors."""

import os
import sqlite3
import weakref
from collections import deque
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from app.domain.errors import DomainError, ErrorCode
from app.storage.columns import to_json
from app.storage.database_errors import translate

# How long a statement waits for another transaction's lock before the caller is told to retry.
_LOCK_WAIT_MS = 10_000
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # NORMAL may lose the last commits on power loss, after a webhook has already told of them.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # A key that was overwritten must not live on in a free page.
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={_LOCK_WAIT_MS}",
)
_POSTGRES_OPTIONS = (
    f"-c timezone=UTC -c lock_timeout={_LOCK_WAIT_MS} -c statement_timeout=30000"
    " -c idle_in_transaction_session_timeout=60000"
)
_MODE = "kyc_mode"

_OPEN: "weakref.WeakSet[Database]" = weakref.WeakSet()
_INHERITED: list[deque[Any]] = []


class Database:
    """One database. `writing` and `reading` are engines over the same pool of connections.

    A writing transaction takes SQLite's write lock when it begins: one that upgraded later would
    fail at once with SQLITE_BUSY_SNAPSHOT, whatever the busy time-out. A reading transaction
    cannot write at all, on either database.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_postgres = self.url.get_backend_name() == "postgresql"
        if not self.is_postgres and self.url.get_backend_name() != "sqlite":
            raise ValueError("the database must be sqlite:/// or postgresql://")
        self._engine = (
            _postgres_engine(self.url, pool_size) if self.is_postgres else _sqlite_engine(self.url)
        )
        event.listen(self._engine, "handle_error", translate, retval=True)
        self.writing = self._engine.execution_options(**{_MODE: "writing"})
        self.migrating = self._engine.execution_options(**{_MODE: "migrating"})
        self.reading = self._engine.execution_options(
            **{_MODE: "reading"}, **({"postgresql_readonly": True} if self.is_postgres else {})
        )
        self._driver = self._engine.dialect.loaded_dbapi
        # Its append and pop are atomic; a queue's lock would be most of a short statement's time.
        self._idle: deque[Any] = deque()
        _OPEN.add(self)

    def fetch_one(self, statement: str, arguments: Any) -> Any:
        """The first row of one driver-level SELECT, or None; each sees what is committed now.

        Connections are kept between calls, and one that the server has dropped is replaced once.
        Raises DomainError `retry_later`.
        """
        for _ in range(2):
            connection = self._take_idle()
            try:
                cursor = connection.execute(statement, arguments)
                row = cursor.fetchone()
                cursor.close()
            except self._driver.Error as error:
                connection.close()
                failure = error
            else:
                self._idle.append(connection)
                return row
        raise DomainError(ErrorCode.RETRY_LATER) from failure

    def _take_idle(self) -> Any:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect_for_glances()

    def _connect_for_glances(self) -> Any:
        dialect = self._engine.dialect
        positional, found = dialect.create_connect_args(self._engine.url)
        named: dict[str, Any] = dict(found)
        try:
            if self.is_postgres:
                read_only = f"{_POSTGRES_OPTIONS} -c default_transaction_read_only=on"
                named |= {"options": read_only, "connect_timeout": 5, "autocommit": True}
                return self._driver.connect(*positional, **named)
            connection = self._driver.connect(*positional, **named)
            _prepare_sqlite(connection, None)
            connection.execute("PRAGMA query_only=ON")
        except self._driver.Error as error:
            raise DomainError(ErrorCode.RETRY_LATER) from error
        return connection

    def ping(self) -> None:
        """Return when the database answers. Raises DomainError `retry_later` when it does not."""
        with self.reading.begin() as connection:
            connection.exec_driver_sql("SELECT 1")

    def copy_to(self, file: Path) -> None:
        """A consistent copy of an SQLite database, made while others write. ValueError if not one.

        Copying the file of a database in WAL mode would miss what is in the log.
        """
        if self.is_postgres:
            raise ValueError("PostgreSQL is copied by pg_dump")
        _create_private_file(file)
        with closing(sqlite3.connect(self.url.database or "")) as source:
            source.execute("PRAGMA busy_timeout=10000")
            with closing(sqlite3.connect(file)) as target:
                source.backup(target)

    def dispose(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()
        while self._idle:
            self._idle.pop().close()

    def forget_connections(self) -> None:
        """Drop connections inherited through a fork without closing the parent's sockets."""
        self._engine.dispose(close=False)
        # Not closed: the parent goes on using these sockets.
        _INHERITED.append(self._idle)
        self._idle = deque()


def _sqlite_engine(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite needs a file: every unit of work has a connection of its own")
    _create_private_file(Path(url.database))
    # Connections are cheap here, and the write lock, not the pool, is where callers queue.
    engine = create_engine(
        url, json_serializer=to_json, hide_parameters=True, pool_size=5, max_overflow=-1
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(url: URL, pool_size: int) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        json_serializer=to_json,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_LOCK_WAIT_MS / 1000,
        pool_pre_ping=True,
        connect_args={"options": _POSTGRES_OPTIONS, "connect_timeout": 5},
    )


def _create_private_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DomainError(ErrorCode.RETRY_LATER) from error
    try:
        # SQLite gives the -wal and -shm files the mode of this one.
        if os.fstat(handle).st_mode & 0o077:
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Without this, Python's driver would begin transactions by itself, late and deferred.
    connection.isolation_level = None
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get(_MODE, "writing")
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if mode == 'reading' else 'OFF'}")
    if mode == "migrating":
        # A table that is rebuilt is dropped for a moment; rows that point at it must survive.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN" if mode == "reading" else "BEGIN IMMEDIATE")


def _forget_inherited() -> None:
    for database in list(_OPEN):
        database.forget_connections()


os.register_at_fork(after_in_child=_forget_inherited)
