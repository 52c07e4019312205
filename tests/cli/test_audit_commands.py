"""kyc audit: an export kept elsewhere shows what the chain alone cannot."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.builders.command_line import kyc


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """An installation with some lines, and an export of them."""
    for name in ("One", "Two", "Three"):
        arguments = ("partner", "create", name, "--origin", "https://shop.test")
        assert kyc(tmp_path, *arguments).returncode == 0
    file = tmp_path / "audit.jsonl"
    made = json.loads(kyc(tmp_path, "audit", "export", str(file), "--json").stdout)
    assert made["lines"] == len(file.read_text().splitlines()) >= 3
    assert file.stat().st_mode & 0o077 == 0
    return file


def test_a_log_that_only_grew_holds_up_against_its_export(tmp_path: Path, exported: Path) -> None:
    assert kyc(tmp_path, "keys", "rotate", "link").returncode == 0
    found = kyc(tmp_path, "audit", "verify", "--against", str(exported), "--json")
    answer = json.loads(found.stdout)
    assert (found.returncode, answer["whole"], answer["broken_at"]) == (0, True, None)
    # The last line of an export is enough.
    exported.write_text(exported.read_text().splitlines()[-1] + "\n")
    assert kyc(tmp_path, "audit", "verify", "--against", str(exported)).returncode == 0


def test_a_tail_that_was_cut_off_shows_against_the_export(tmp_path: Path, exported: Path) -> None:
    tamper(tmp_path, "DELETE FROM audit_line WHERE seq = (SELECT max(seq) FROM audit_line)")
    assert kyc(tmp_path, "audit", "verify").returncode == 0
    found = kyc(tmp_path, "audit", "verify", "--against", str(exported))
    assert (found.returncode, "broken at line" in found.stdout) == (1, True)


def test_an_edited_line_shows_by_itself(tmp_path: Path, exported: Path) -> None:
    tamper(tmp_path, "UPDATE audit_line SET actor = 'somebody' WHERE seq = 2")
    found = json.loads(kyc(tmp_path, "audit", "verify", "--json").stdout)
    assert (found["whole"], found["broken_at"]) == (False, 2)
    assert exported.exists()


@pytest.mark.parametrize("change", ["edit", "reorder", "drop", "garbage"])
def test_an_export_that_was_changed_is_no_witness(
    tmp_path: Path, exported: Path, change: str
) -> None:
    lines = exported.read_text().splitlines()
    changed = {
        "edit": [lines[0].replace('"cli"', '"eve"'), *lines[1:]],
        "reorder": [lines[1], lines[0], *lines[2:]],
        "drop": [lines[0], *lines[2:]],
        "garbage": [*lines, "[]"],
    }[change]
    exported.write_text("\n".join(changed))
    found = kyc(tmp_path, "audit", "verify", "--against", str(exported))
    assert (found.returncode, "itself was changed" in found.stdout) == (1, True)


def test_an_export_never_replaces_another(tmp_path: Path, exported: Path) -> None:
    again = kyc(tmp_path, "audit", "export", str(exported))
    assert (again.returncode, "exists already" in again.stderr) == (2, True)


def tamper(state_dir: Path, statement: str) -> None:
    """Change the log as somebody would who owns the database."""
    connection = sqlite3.connect(state_dir / "kyc.sqlite3")
    for trigger in ("audit_line_no_update", "audit_line_no_delete"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(statement)
    connection.commit()
    connection.close()
