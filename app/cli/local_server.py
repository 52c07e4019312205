"""A server of one's own: a state folder, free ports, and `kyc serve` as a child process."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOOPBACK = "127.0.0.0/8,::1/128"


def free_port() -> int:
    """A TCP port of the loopback that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def local_environment(state_dir: Path, port: int) -> dict[str, str]:
    """The environment of an installation that lives on this machine only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KYC_")}
    chosen = {name: os.environ[name] for name in ("KYC_LOG_LEVEL",) if name in os.environ}
    return (
        kept
        | chosen
        | {
            "KYC_STATE_DIR": str(state_dir),
            "KYC_PUBLIC_URL": f"http://localhost:{port}",
            # The demo's receiver is on this machine; the egress guard refuses loopback otherwise.
            "KYC_WEBHOOK_ALLOW_NETS": _LOOPBACK,
        }
    )


@contextmanager
def serving(environment: dict[str, str], port: int, log_path: Path) -> Iterator[None]:
    """Run `kyc serve` until the block ends. Raises ClickException when it does not come up."""
    command = [sys.executable, "-m", "app.cli", "serve", "--watch-parent", "--port", str(port)]
    with log_path.open("wb") as log_file:
        child = subprocess.Popen(  # noqa: S603 - our own command
            command, env=environment, stdout=subprocess.PIPE, stderr=log_file, text=True
        )
        try:
            line = child.stdout.readline() if child.stdout else ""
            if not line.startswith("serving"):
                raise click.ClickException(f"the server did not start; see {log_path}")
            yield
        finally:
            child.terminate()
            try:
                child.wait(timeout=30)
            except subprocess.TimeoutExpired:
                child.kill()
            if child.stdout:
                child.stdout.close()


def fresh_name() -> str:
    """A user or partner name that was never used before."""
    return f"user-{secrets.token_hex(4)}"
