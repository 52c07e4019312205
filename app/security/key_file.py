"""The file that holds the key ring: made once, replaced whole, read by its owner only."""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Stamp = tuple[int, int, int]


class KeyFileFault(Exception):
    """The key file cannot be trusted as it lies there."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private file whose every version is complete: readers never see a half of one."""

    path: Path

    def create_once(self, make_text: Callable[[], str]) -> None:
        """Write a first version unless somebody, in this process or another, already did."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.exists():
            return
        fresh = self._write_beside(make_text())
        try:
            # link() refuses to replace, so of several starters exactly one wins.
            with suppress(FileExistsError):
                os.link(fresh, self.path)
        finally:
            fresh.unlink()
        self._sync_folder()

    def read(self) -> tuple[str, Stamp]:
        """The text and the stamp of the version it came from."""
        with self.path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                mode = f"{status.st_mode & 0o777:04o}"
                msg = f"{self.path.name} is open to others (mode {mode}): chmod it to 0600"
                raise KeyFileFault(msg)
            try:
                return stream.read().decode(), _stamp(status)
            except UnicodeDecodeError:
                msg = f"{self.path.name} is not UTF-8 text"
                raise KeyFileFault(msg) from None

    def stamp(self) -> Stamp:
        """What changes whenever the file is replaced; one stat call."""
        return _stamp(self.path.stat())

    def replace(self, text: str) -> None:
        """Put a new version in place of the old one; call it inside `exclusive`."""
        fresh = self._write_beside(text)
        try:
            fresh.replace(self.path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        self._sync_folder()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold every other writer off, across processes, from reading to replacing."""
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _write_beside(self, text: str) -> Path:
        # Random beside the pid: threads of one process start at once too.
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}.{os.urandom(6).hex()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        return fresh

    def _sync_folder(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_ino, status.st_mtime_ns, status.st_size
