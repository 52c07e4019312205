"""The database drivers' errors as ours: a lost race, a busy or absent database, or a bug."""

import sqlite3

from sqlalchemy.engine import ExceptionContext

from app.domain.errors import DomainError, ErrorCode

_SQLITE_UNIQUE = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
_SQLITE_LATER = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN")
_POSTGRES_UNIQUE = "23505"
# Connection lost (08), conflict or deadlock (40), resources (53), lock not to be had (55P03),
# statement time-out (57014), shutdown (57P), idle transaction closed (25P03).
_POSTGRES_LATER = ("08", "40", "53", "55P03", "57014", "57P", "25P03")


def translate(context: ExceptionContext) -> BaseException | None:
    """Our error for the driver's, or None for what only a bug can cause."""
    if context.is_pre_ping:
        return None
    code = _code_of(context.original_exception)
    if code is ErrorCode.CONFLICT:
        return DomainError(ErrorCode.CONFLICT)
    if code is ErrorCode.RETRY_LATER or context.is_disconnect:
        return DomainError(ErrorCode.RETRY_LATER)
    return None


def _code_of(error: BaseException | None) -> ErrorCode | None:
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        if name in _SQLITE_UNIQUE:
            return ErrorCode.CONFLICT
        return ErrorCode.RETRY_LATER if name.startswith(_SQLITE_LATER) else None
    if not type(error).__module__.startswith("psycopg"):
        return None
    return _postgres_code(error)


def _postgres_code(error: BaseException | None) -> ErrorCode | None:
    state = getattr(error, "sqlstate", None)
    if state is None:
        # psycopg raises a bare OperationalError when it cannot reach the server at all.
        return ErrorCode.RETRY_LATER if type(error).__name__ == "OperationalError" else None
    if state == _POSTGRES_UNIQUE:
        return ErrorCode.CONFLICT
    return ErrorCode.RETRY_LATER if state.startswith(_POSTGRES_LATER) else None
