"""The commands of docs/operations.md, run as an operator's shell would."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.settings import PROJECT_FOLDER
from app.storage.schema import migrate
from app.vision.sandbox import Sandbox
from app.wiring import build
from tests.builders.databases import scratch_postgres
from tests.builders.installation import an_installation
from tests.builders.moments import StillClock
from tests.builders.retained import decided

PAGE = (PROJECT_FOLDER / "docs/operations.md").read_text("utf-8")


@dataclass
class Shell:
    """A shell whose `kyc` is this project's, in the environment that the page speaks of."""

    folder: Path
    environment: dict[str, str]

    def run(self, block: str) -> str:
        """What the commands of one block print; the first that fails fails the test."""
        (commands,) = re.findall(rf"^```sh {block}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
        ended = self.bash(commands)
        assert ended.returncode == 0, ended.stderr + ended.stdout
        return ended.stdout

    def bash(self, commands: str) -> subprocess.CompletedProcess[str]:
        kyc = f'kyc() {{ "{sys.executable}" -m app.cli "$@"; }}\n'
        return subprocess.run(
            ["bash", "-euc", kyc + commands],
            env=self.environment,
            cwd=PROJECT_FOLDER,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(params=["sqlite", "postgres"])
def served(
    request: pytest.FixtureRequest, tmp_path: Path, clock: StillClock, sandbox: Sandbox
) -> Iterator[Shell]:
    """An installation with a verified user, and a second place to restore it to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KYC_")}
    environment = kept | {
        "KYC_STATE_DIR": str(tmp_path / "state"),
        "BACKUP": str(tmp_path / "backup"),
        "KEYS": str(tmp_path / "keys.json"),
        "DUMP": str(tmp_path / "dump"),
    }
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'state' / 'kyc.sqlite3'}"
        migrate(url)
        with an_installation(tmp_path / "state", url, clock, sandbox) as kyc:
            decided(kyc)
        yield Shell(tmp_path, environment)
        return
    with scratch_postgres("operations") as url:
        migrate(url)
        with an_installation(tmp_path / "state", url, clock, sandbox) as kyc:
            decided(kyc)
        yield Shell(tmp_path, environment | {"KYC_DATABASE_URL": url})


@pytest.mark.slow
def test_a_backup_is_restored_and_proved(served: Shell) -> None:
    shell = served
    is_postgres = "KYC_DATABASE_URL" in shell.environment
    if is_postgres:
        shell.run("dump")
    shell.run("backup")
    shell.environment["KYC_STATE_DIR"] = str(shell.folder / "restored")
    if not is_postgres:
        told = shell.run("restore")
    else:
        with scratch_postgres("restored") as url:
            shell.environment["KYC_DATABASE_URL"] = url
            shell.run("load")
            told = shell.run("restore")
    assert "the audit log is whole" in told
    assert "opened_pictures: 2" in told
    assert (shell.folder / "backup").stat().st_mode & 0o077 == 0
    assert not list((shell.folder / "backup").rglob("keys.json"))


def test_a_restore_with_the_wrong_keys_is_noticed(
    tmp_path: Path, clock: StillClock, sandbox: Sandbox
) -> None:
    url = f"sqlite:///{tmp_path / 'state' / 'kyc.sqlite3'}"
    migrate(url)
    with an_installation(tmp_path / "state", url, clock, sandbox) as kyc:
        decided(kyc)
        before = kyc.services.check_seals(5)
        (front, *_) = (tmp_path / "state" / "objects").glob("??/??/obj_*")
        front.write_bytes(front.read_bytes()[:-1] + b"x")
        after = kyc.services.check_seals(5)
        (tmp_path / "state" / "keys.json").unlink()
        strangers = build(kyc.services.settings, kyc.services.chance, sandbox)
        found = strangers.check_seals(5)
        strangers.storage.database.dispose()
    assert found["unreadable_data_keys"] == found["data_keys"] != 0
    assert found["opened_pictures"] == 0
    assert (before["unreadable_data_keys"], before["unreadable_pictures"]) == (0, 0)
    assert (after["unreadable_data_keys"], after["unreadable_pictures"]) == (0, 1)
