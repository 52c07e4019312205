"""The `kyc` command as an operator's shell sees it: exit code, standard output and error."""

import contextlib
import io
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from unittest.mock import patch

from app.cli import main
from tests.builders.restored_logging import restored_logging


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


class _OfThisThread(io.StringIO):
    """What this thread writes; a server that an earlier test left running goes on as before."""

    def __init__(self, others: TextIO) -> None:
        super().__init__()
        self._own, self._others = threading.get_ident(), others

    def write(self, text: str) -> int:
        if threading.get_ident() != self._own:
            return self._others.write(text)
        return super().write(text)


def kyc(state_dir: Path, *arguments: str) -> Finished:
    """Run the command inside this process: starting Python anew would cost a second each time."""
    out, err, code = _OfThisThread(sys.stdout), _OfThisThread(sys.stderr), 0
    with (
        patch.dict(os.environ, _environment(state_dir), clear=True),
        patch.object(sys, "argv", ["kyc", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        restored_logging(),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
    return Finished(code, out.getvalue(), err.getvalue())


def kyc_process(state_dir: Path, *arguments: str) -> Finished:
    """Run the command in a process of its own, as for whatever starts servers or sets up logs."""
    ended = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env=_environment(state_dir),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Finished(ended.returncode, ended.stdout, ended.stderr)


def _environment(state_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KYC_")}
    return kept | {"KYC_STATE_DIR": str(state_dir)}
