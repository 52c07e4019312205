"""Single-statement reads for the busiest questions: whose key is this, where does a user stand.

A unit of work with its mapped objects costs about half a millisecond, most of a request. A glance
is one prepared statement on an idle connection: no transaction to begin, nothing mapped, nothing
that could write.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import Session

from app.domain.partner import Mode
from app.domain.verification import Stage
from app.storage.applicants import applicant_table
from app.storage.database import Database
from app.storage.partners import api_key_table, partner_table
from app.storage.verifications import verification_table


class KeyGlance(NamedTuple):
    """What authentication asks of a secret key; revoked ones included."""

    id: str
    partner_id: str
    mode: Mode
    revoked_at: datetime | None
    last_used_at: datetime | None
    scopes: list[str]


class StatusGlance(NamedTuple):
    """What the status of a user is made of; without a verification its fields are None."""

    partner_user_id: str
    version: int
    stage: Stage | None
    attempt: int | None
    reasons: list[str] | None
    tier: str | None
    verified_at: datetime | None
    expires_at: datetime | None
    held_tier: str | None
    held_until: datetime | None


_KEY = (
    select(
        api_key_table.c.id,
        api_key_table.c.partner_id,
        partner_table.c.mode,
        api_key_table.c.revoked_at,
        api_key_table.c.last_used_at,
        api_key_table.c.scopes,
    )
    .join(partner_table, partner_table.c.id == api_key_table.c.partner_id)
    .where(api_key_table.c.key_hash == bindparam("key_hash"))
)
_STATUS = (
    select(
        applicant_table.c.partner_user_id,
        applicant_table.c.version,
        *(
            verification_table.c[name]
            for name in StatusGlance._fields
            if name not in {"partner_user_id", "version"}
        ),
    )
    .outerjoin(verification_table, verification_table.c.id == applicant_table.c.verification_id)
    .where(
        applicant_table.c.partner_id == bindparam("partner_id"),
        applicant_table.c.partner_user_id == bindparam("partner_user_id"),
    )
)


class _Prepared:
    """A statement as the driver takes it, and what makes Python values of its columns."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._order = compiled.positiontup
        self._readers = [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in statement.selected_columns
        ]

    def arguments(self, values: Mapping[str, str]) -> Any:
        return [values[name] for name in self._order] if self._order else values

    def read(self, row: Iterable[Any]) -> list[Any]:
        return [
            reader(value) if reader is not None else value
            for reader, value in zip(self._readers, row, strict=True)
        ]


class Glances:
    """Answers from idle connections that only read; a broken one is replaced once.

    `joined` gives the session of a transaction that this thread is in the middle of: what that has
    written is seen by no other connection.
    """

    def __init__(self, database: Database, joined: Callable[[], Session | None]) -> None:
        self._database = database
        self._joined = joined
        dialect = database.reading.dialect
        self._key = _Prepared(_KEY, dialect)
        self._status = _Prepared(_STATUS, dialect)

    def key(self, key_hash: str) -> KeyGlance | None:
        """The secret key of this hash, if there is one."""
        row = self._one(self._key, {"key_hash": key_hash})
        return None if row is None else KeyGlance(*row)

    def status(self, partner_id: str, partner_user_id: str) -> StatusGlance | None:
        """Where the partner's user of this name stands, if there is one."""
        values = {"partner_id": partner_id, "partner_user_id": partner_user_id}
        session = self._joined()
        row: Iterable[Any] | None
        if session is not None:
            row = session.execute(_STATUS, values).one_or_none()
        else:
            row = self._one(self._status, values)
        return None if row is None else StatusGlance(*row)

    def _one(self, prepared: _Prepared, values: Mapping[str, str]) -> list[Any] | None:
        row = self._database.fetch_one(prepared.text, prepared.arguments(values))
        return None if row is None else prepared.read(row)
