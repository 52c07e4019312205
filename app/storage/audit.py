"""The audit chain: every line carries the hash of the one before, and none can be changed.

Triggers of the first audit migration refuse UPDATE, DELETE and TRUNCATE; the chain shows what
someone did who took the triggers away. Only an exported head shows lines cut off at the end.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import Column, Integer, RowMapping, String, Table, Text, func, insert, select
from sqlalchemy.orm import Session

from app.domain.chance import Clock
from app.storage.columns import METADATA, UtcDateTime

audit_line_table = Table(
    "audit_line",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(80), nullable=False),
    Column("subject_id", String(64), nullable=False, index=True),
    # Text, not JSON: the hash is over these very characters.
    Column("facts", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
_FIRST_PREVIOUS = "0" * 64
# Any constant will do; it names our lock among PostgreSQL's advisory locks.
_CHAIN_LOCK = 0x6B79_6361


@dataclass(frozen=True)
class AuditHead:
    """The end of the chain; worth keeping elsewhere, so that a cut tail is found out."""

    seq: int
    hash: str


@dataclass(frozen=True)
class AuditLine:
    """Who did what to which row, and facts that identify nobody."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject_id: str
    facts: str
    previous_hash: str

    @property
    def hash(self) -> str:
        """SHA-256 over all of the line, the hash before it included."""
        parts = [self.seq, _moment(self.at), self.actor, self.action, self.subject_id, self.facts]
        text = json.dumps([*parts, self.previous_hash], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class BrokenExport(Exception):
    """An export file was changed after it was written; `line` is the first that does not fit."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} of the export does not fit")
        self.line = line


@dataclass(frozen=True)
class _Pending:
    at: datetime
    actor: str
    action: str
    subject_id: str
    facts: str


class Audit:
    """Lines appended in a unit of work are chained when it commits, so the lock is held shortly."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._pending: list[_Pending] = []

    def append(
        self, actor: str, action: str, subject_id: str, facts: Mapping[str, object] | None = None
    ) -> None:
        """Note a line; it is written with the rest of the unit of work or not at all."""
        text = json.dumps(dict(facts or {}), sort_keys=True, separators=(",", ":"))
        self._pending.append(_Pending(self._clock(), actor, action, subject_id, text))

    def mark(self) -> int:
        """How many lines are noted and not yet written."""
        return len(self._pending)

    def forget_since(self, mark: int) -> None:
        """Drop the lines noted after this mark: what they tell of was taken back."""
        del self._pending[mark:]

    def write_pending(self) -> None:
        """Chain the noted lines; the unit of work calls this as its last step before committing."""
        if not self._pending:
            return
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))
        head = self.head() or AuditHead(0, _FIRST_PREVIOUS)
        for pending in self._pending:
            line = AuditLine(head.seq + 1, **vars(pending), previous_hash=head.hash)
            head = AuditHead(line.seq, line.hash)
            self._session.execute(insert(audit_line_table).values(**vars(line), hash=line.hash))
        self._pending = []

    def head(self) -> AuditHead | None:
        """The end of the chain, or None before the first line."""
        table = audit_line_table.c
        row = self._session.execute(
            select(table.seq, table.hash).order_by(table.seq.desc()).limit(1)
        ).first()
        return None if row is None else AuditHead(row.seq, row.hash)

    def for_subject(self, subject_id: str) -> list[AuditLine]:
        """The lines about one row, in order."""
        table = audit_line_table.c
        rows = self._session.execute(
            select(audit_line_table).where(table.subject_id == subject_id).order_by(table.seq)
        )
        return [_line(row) for row in rows.mappings()]

    def export(self) -> Iterator[dict[str, object]]:
        """Every line with its hash, in order, as an export file keeps it."""
        found = self._session.execute(
            select(audit_line_table).order_by(audit_line_table.c.seq),
            execution_options={"yield_per": 1000},
        )
        with found:
            for row in found.mappings():
                line = _line(row)
                yield vars(line) | {"at": _moment(line.at), "hash": row["hash"]}

    def verify(self, exported: AuditHead | None = None) -> int | None:
        """The first broken sequence number, or None when the chain holds up to the given head."""
        lines = self._session.execute(
            select(audit_line_table).order_by(audit_line_table.c.seq),
            execution_options={"yield_per": 1000},
        )
        # Closed by hand: a server-side cursor that is left open holds its connection.
        with lines:
            return _first_break(lines.mappings(), exported)


def head_of_export(lines: Iterable[str]) -> AuditHead | None:
    """The end of an export file, None for an empty one. Raises BrokenExport.

    The file may begin anywhere in the chain, and may be its last line alone.
    """
    head: AuditHead | None = None
    for number, text in enumerate(lines, 1):
        try:
            kept = json.loads(text)
            found = AuditHead(kept.pop("seq"), kept.pop("hash"))
            line = AuditLine(found.seq, datetime.fromisoformat(kept.pop("at")), **kept)
            is_next = head is None or (line.seq, line.previous_hash) == (head.seq + 1, head.hash)
            if not is_next or line.hash != found.hash:
                raise BrokenExport(number)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise BrokenExport(number) from None
        head = found
    return head


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _first_break(rows: Iterable[RowMapping], exported: AuditHead | None) -> int | None:
    seq, last = 0, _FIRST_PREVIOUS
    for row in rows:
        line = _line(row)
        seq += 1
        if line.seq != seq or line.previous_hash != last or line.hash != row["hash"]:
            return seq
        if exported is not None and exported.seq == seq and exported.hash != row["hash"]:
            return seq
        last = row["hash"]
    return seq + 1 if exported is not None and exported.seq > seq else None


def _line(row: RowMapping) -> AuditLine:
    return AuditLine(**{field.name: row[field.name] for field in fields(AuditLine)})
