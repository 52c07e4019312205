import threading
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.storage.audit import AuditHead
from app.storage.unit_of_work import Storage

FIELDS = ("actor = 'evil'", "action = 'x'", "facts = '{}'", "at = '2020-01-01 00:00:00+00:00'")


def test_a_line_says_who_did_what_when(storage: Storage) -> None:
    with storage.writing() as unit:
        unit.audit.append("machine", "verification.decided", "ver_1", {"verdict": "verified"})
        unit.commit()
    with storage.reading() as unit:
        (line,) = unit.audit.for_subject("ver_1")
        assert (line.seq, line.actor, line.facts) == (1, "machine", '{"verdict":"verified"}')
        assert isinstance(line.at, datetime)
        assert unit.audit.verify() is None


def test_a_line_falls_with_its_unit_of_work(storage: Storage) -> None:
    with storage.writing() as unit:
        unit.audit.append("machine", "noted", "ver_1")
    with storage.reading() as unit:
        assert unit.audit.head() is None
        assert unit.audit.verify() is None


def test_the_chain_holds_when_many_write_at_once(storage: Storage) -> None:
    def write() -> None:
        with storage.writing() as unit:
            unit.audit.append("machine", "noted", "ver_1")
            unit.audit.append("machine", "noted_again", "ver_1")
            unit.commit()

    threads = [threading.Thread(target=write) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with storage.reading() as unit:
        head = unit.audit.head()
        assert head is not None
        assert head.seq == 20
        assert unit.audit.verify() is None


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_line SET actor = 'x'", "DELETE FROM audit_line"]
)
def test_the_database_refuses_to_change_a_line(storage: Storage, statement: str) -> None:
    _write_lines(storage)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        storage.database.writing.begin() as connection,
    ):
        connection.execute(text(statement))


def test_postgres_refuses_to_truncate_the_chain(storage: Storage) -> None:
    if not storage.database.is_postgres:
        pytest.skip("SQLite has no TRUNCATE")
    with (
        pytest.raises(DBAPIError, match="append-only"),
        storage.database.writing.begin() as connection,
    ):
        connection.execute(text("TRUNCATE audit_line"))


@pytest.mark.parametrize("change", FIELDS)
def test_an_edited_line_is_the_first_broken_one(storage: Storage, change: str) -> None:
    _write_lines(storage)
    assert _verify_after(storage, f"UPDATE audit_line SET {change} WHERE seq = 3") == 3  # noqa: S608


def test_a_deleted_line_is_missed(storage: Storage) -> None:
    _write_lines(storage)
    assert _verify_after(storage, "DELETE FROM audit_line WHERE seq = 2") == 2


def test_swapped_lines_are_found(storage: Storage) -> None:
    _write_lines(storage)
    swap = "UPDATE audit_line SET facts = CASE seq WHEN 2 THEN '3' ELSE '2' END WHERE seq IN (2, 3)"
    assert _verify_after(storage, swap) == 2


def test_a_cut_tail_is_found_only_against_an_exported_head(storage: Storage) -> None:
    head = _write_lines(storage)
    assert _verify_after(storage, "DELETE FROM audit_line WHERE seq = 5") is None
    with storage.reading() as unit:
        assert unit.audit.verify(head) == 5


def test_a_rewritten_chain_is_found_against_an_exported_head(storage: Storage) -> None:
    head = _write_lines(storage)
    with storage.reading() as unit:
        assert unit.audit.verify(head) is None
        assert unit.audit.verify(AuditHead(4, "0" * 64)) == 4


def _write_lines(storage: Storage) -> AuditHead:
    with storage.writing() as unit:
        for number in range(1, 6):
            unit.audit.append("machine", "noted", f"ver_{number}", {"n": number})
        unit.commit()
        head = unit.audit.head()
    assert head is not None
    return head


def _verify_after(storage: Storage, statement: str) -> int | None:
    """Change the table as somebody would who owns the database, then verify the chain."""
    with storage.database.writing.begin() as connection:
        if storage.database.is_postgres:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            connection.execute(text("DROP TRIGGER audit_line_no_update"))
            connection.execute(text("DROP TRIGGER audit_line_no_delete"))
        connection.execute(text(statement))
    with storage.reading() as unit:
        return unit.audit.verify()
