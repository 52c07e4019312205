"""The side of the sandbox that the product holds: hands pictures to children, survives them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any, Literal, Self, overload

from app.vision.decoding import UNDECODABLE_CODES, UndecodableImageError, check_upload
from app.vision.sandbox.frames import (
    BrokenFrameError,
    receive_exactly,
    receive_frame,
    send_frame,
)
from app.vision.sandbox.results import RESULT_READERS

if TYPE_CHECKING:
    from app.vision.decoding import Decoded
    from app.vision.sandbox.results import InspectedDocument, ObservedFace, PaperPages

_START_TIMEOUT_S = 60.0
_WALL_LIMIT_S = 15.0
_IMPORT_ROOT = Path(__file__).resolve().parents[3]
# Threads do not survive a fork and a confined child may not start any.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class Sandbox:
    """Runs each picture in a child of its own, forked from a process that has all libraries loaded.

    May be shared by threads; starts on first use; `close` ends it. A child that is killed, starved
    of memory or taken over costs an UndecodableImage, nothing else.
    """

    def __init__(
        self, max_parallel: int | None = None, wall_limit_s: float = _WALL_LIMIT_S
    ) -> None:
        self._wall_limit_s = wall_limit_s
        self._seats = BoundedSemaphore(max_parallel or os.cpu_count() or 1)
        self._starting = Lock()
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @overload
    def run(
        self, task: Literal["decode"], payload: bytes, *, max_side_px: int | None = None
    ) -> Decoded: ...

    @overload
    def run(
        self,
        task: Literal["inspect_document"],
        payload: bytes,
        *,
        side: str = "front",
        document_type: str = "id_card",
    ) -> InspectedDocument: ...

    @overload
    def run(self, task: Literal["observe_face"], payload: bytes) -> ObservedFace: ...

    @overload
    def run(self, task: Literal["paper_pages"], payload: bytes) -> PaperPages: ...

    def run(self, task: str, payload: bytes, **options: Any) -> Any:
        """The result of one task on one uploaded file.

        Raises: UndecodableImage, with `decoder_timeout` after the wall limit and `decoder_failed`
        when the child died or answered nonsense.
        Cost: 8 ms more than in-process for a small picture, plus the copying of large ones.
        """
        # A page of an identity document is photographed; only a proof of address may be a PDF.
        check_upload(payload, allow_pdf=task == "paper_pages")
        if not self._seats.acquire(timeout=4 * self._wall_limit_s):
            raise UndecodableImageError("decoder_timeout")
        try:
            answer, blobs = self._ask_child({"task": task, **options}, payload)
        finally:
            self._seats.release()
        return _read_answer(task, answer, blobs)

    def start(self) -> None:
        """Load the libraries now rather than at the first picture."""
        with self._starting:
            self._ensure_nursery()

    def close(self) -> None:
        """End the nursery; a later `run` starts a new one."""
        with self._starting:
            self._discard_nursery()

    @property
    def nursery_pid(self) -> int | None:
        """The process id of the nursery, for memory figures; None before the first use."""
        return self._nursery.pid if self._nursery else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask_child(
        self, request: dict[str, Any], payload: bytes
    ) -> tuple[dict[str, Any], list[bytes]]:
        channel, child_pid = self._fork_child()
        with channel:
            channel.settimeout(self._wall_limit_s)
            try:
                send_frame(channel, request, [payload])
                return receive_frame(channel)
            except TimeoutError as error:
                _kill(child_pid)
                raise UndecodableImageError("decoder_timeout") from error
            except (BrokenFrameError, OSError) as error:
                _kill(child_pid)
                raise UndecodableImageError("decoder_failed") from error

    def _fork_child(self) -> tuple[socket.socket, int]:
        for _ in range(2):  # a nursery that somebody killed is replaced once
            ours, theirs = socket.socketpair()
            try:
                with theirs, self._starting:
                    control = self._ensure_nursery()
                    socket.send_fds(control, [b"+"], [theirs.fileno()])
                ours.settimeout(_START_TIMEOUT_S)
                return ours, int.from_bytes(receive_exactly(ours, 4), "big")
            except (BrokenFrameError, OSError):
                ours.close()
                self.close()
        raise UndecodableImageError("decoder_failed")

    def _ensure_nursery(self) -> socket.socket:
        if self._control is not None and self._nursery is not None and self._nursery.poll() is None:
            return self._control
        self._discard_nursery()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._nursery = _start_nursery(theirs)
        self._control = ours
        return ours

    def _discard_nursery(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._nursery is not None:
            self._nursery.kill()
            self._nursery.wait()
            self._nursery = None


def _start_nursery(control: socket.socket) -> subprocess.Popen[bytes]:
    search_path = os.pathsep.join([str(_IMPORT_ROOT), *filter(None, sys.path)])
    return subprocess.Popen(  # noqa: S603  # our own interpreter and module
        [sys.executable, "-m", "app.vision.sandbox.nursery", str(control.fileno())],
        pass_fds=(control.fileno(),),
        # Secrets of the parent's environment have no business beside a stranger's file.
        env={"PYTHONPATH": search_path, "PATH": os.defpath, **_ENVIRONMENT},
        cwd="/",
        stdin=subprocess.DEVNULL,
    )


def _read_answer(task: str, answer: dict[str, Any], blobs: list[bytes]) -> Any:
    code = answer.get("undecodable")
    if code in UNDECODABLE_CODES:
        raise UndecodableImageError(code)
    try:
        return RESULT_READERS[task](answer, blobs)
    except (LookupError, TypeError, ValueError) as error:
        raise UndecodableImageError("decoder_failed") from error


def _kill(child_pid: int) -> None:
    try:
        os.kill(child_pid, signal.SIGKILL)
    except ProcessLookupError:
        return
