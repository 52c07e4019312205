"""The key ring from a command of the operator's: a KMS, a secret manager, a smart card."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass

_LONGEST_S = 30
_MOST_BYTES = 1_000_000


class KeyCommandFault(Exception):
    """The command gave no key ring; the text says why, and nothing of what it printed."""


@dataclass(frozen=True, slots=True)
class KeyCommand:
    """Runs without a shell, with this process's environment; prints the ring's JSON."""

    command: str

    def __call__(self) -> str:
        """The text on standard output. Raises KeyCommandFault."""
        try:
            ended = subprocess.run(  # noqa: S603 - the operator's own setting
                shlex.split(self.command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_LONGEST_S,
                check=False,
            )
        except (OSError, ValueError, IndexError):
            raise KeyCommandFault("the command cannot be started") from None
        except subprocess.TimeoutExpired:
            raise KeyCommandFault(f"the command took more than {_LONGEST_S} s") from None
        if ended.returncode != 0:
            raise KeyCommandFault(f"the command ended with exit code {ended.returncode}")
        try:
            return ended.stdout[:_MOST_BYTES].decode()
        except UnicodeDecodeError:
            raise KeyCommandFault("the command printed no UTF-8 text") from None
