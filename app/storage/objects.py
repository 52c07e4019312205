"""Where sealed bytes are kept: the port, and the folder that needs no service."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.domain.errors import DomainError, ErrorCode

# Names are ids that we drew ourselves, never anything a caller sent.
_NAME = re.compile(r"[a-z]{2,12}_[0-9a-z]{8,64}", re.ASCII)
_INCOMING = "incoming"
# A dozen uploads of the largest size: less is no room to work in.
_ROOM_BYTES = 128 * 1024 * 1024


class ObjectStore(Protocol):
    """A place for immutable, sealed objects under random names."""

    def put(self, name: str, content: bytes) -> None:
        """Keep the bytes durably: after this returns, a power cut does not lose them."""

    def get(self, name: str) -> bytes:
        """The bytes. Raises DomainError `not_found`, or `retry_later` when out of reach."""

    def delete(self, name: str) -> None:
        """Remove the object; one that is not there is no error."""

    def exists(self, name: str) -> bool:
        """Whether the object is there."""

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The names of objects that were put before the moment, in no order."""

    def copy_to(self, folder: Path) -> int:
        """Copy every object into a folder of the same order; how many there were."""

    def check(self) -> None:
        """Return when objects can be put. Raises DomainError `retry_later` when they cannot."""


class FolderStore:
    """Objects as files of mode 0600 in a two-level fan-out of folders of mode 0700."""

    def __init__(self, root: Path) -> None:
        self._root = root
        _private_folder(root / _INCOMING)

    def put(self, name: str, content: bytes) -> None:
        """Write beside, sync, rename, sync the folder: a reader sees all of it or nothing."""
        target = self._path(name)
        try:
            _private_folder(target.parent)
            self._write(target, content)
            # The folder's own entry may be as new as the file.
            for folder in (target.parent, target.parent.parent, self._root):
                _sync_folder(folder)
        except OSError as error:
            raise DomainError(ErrorCode.RETRY_LATER) from error

    def get(self, name: str) -> bytes:
        """The bytes. Raises DomainError `not_found`; a link in the file's place is not followed."""
        try:
            handle = os.open(self._path(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as file:
                return file.read()
        except FileNotFoundError:
            raise DomainError(ErrorCode.NOT_FOUND) from None
        except OSError as error:
            raise DomainError(ErrorCode.RETRY_LATER) from error

    def delete(self, name: str) -> None:
        """Remove the file durably, if it is there."""
        path = self._path(name)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _sync_folder(path.parent)
        except OSError as error:
            raise DomainError(ErrorCode.RETRY_LATER) from error

    def exists(self, name: str) -> bool:
        """Whether the file is there."""
        path = self._path(name)
        return path.is_file() and not path.is_symlink()

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The names; what a killed process left half-written before the moment is removed."""
        before = moment.timestamp()
        try:
            for path in _files_before(self._root / _INCOMING, before):
                path.unlink(missing_ok=True)
            for folder in sorted(self._root.glob("??/??")):
                for path in _files_before(folder, before):
                    if _NAME.fullmatch(path.name):
                        yield path.name
        except OSError as error:
            raise DomainError(ErrorCode.RETRY_LATER) from error

    def copy_to(self, folder: Path) -> int:
        """Copy every object, for the owner's eyes only; one that goes meanwhile is left out."""
        count = 0
        for path in self._root.glob("??/??/*_*"):
            target = folder / path.relative_to(self._root)
            _private_folder(target.parent)
            with suppress(FileNotFoundError):
                shutil.copy2(path, target, follow_symlinks=False)
                count += 1
        return count

    def check(self) -> None:
        """Write and remove a file where objects come in, and see that there is room for some."""
        try:
            handle, probe = tempfile.mkstemp(dir=self._root / _INCOMING)
            try:
                os.write(handle, b"is there room")
            finally:
                os.close(handle)
                Path(probe).unlink(missing_ok=True)
            found = os.statvfs(self._root)
        except OSError as error:
            raise DomainError(ErrorCode.RETRY_LATER) from error
        if found.f_bavail * found.f_frsize < _ROOM_BYTES:
            raise DomainError(ErrorCode.RETRY_LATER)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("not the name of an object")
        # Ids begin with the time, so only their ends spread over the folders.
        return self._root / name[-2:] / name[-4:-2] / name

    def _write(self, target: Path, content: bytes) -> None:
        handle, incoming = tempfile.mkstemp(dir=self._root / _INCOMING)  # 0600, never a link
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(incoming).rename(target)
        except OSError:
            Path(incoming).unlink(missing_ok=True)
            raise


def _files_before(folder: Path, before: float) -> list[Path]:
    with os.scandir(folder) as entries:
        return [
            Path(entry.path)
            for entry in entries
            if entry.is_file(follow_symlinks=False)
            and entry.stat(follow_symlinks=False).st_mtime < before
        ]


def _private_folder(folder: Path) -> None:
    # Path.mkdir gives `mode` to the last folder only; each level here must be private.
    missing = [folder, *folder.parents]
    for level in reversed([path for path in missing if not path.exists()]):
        level.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
