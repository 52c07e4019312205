"""A socket with one deadline for everything: a drip of bytes does not buy more time."""

from __future__ import annotations

import io
from http.client import HTTPException
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

_SEND_CHUNK_BYTES = 16 * 1024


class ResponseTooLarge(HTTPException):
    """The peer sent more than the budget before its answer was understood."""


class DeadlineSocket:
    """What http.client needs of a socket, within one deadline and one budget of bytes.

    A plain socket timeout starts anew with each received byte: a peer that sends one byte a second
    would hold a worker for hours.
    """

    def __init__(
        self,
        connection: socket.socket,
        deadline_s: float,
        monotonic: Callable[[], float],
        *,
        max_bytes: int,
    ) -> None:
        self._connection = connection
        self._deadline_s = deadline_s
        self._monotonic = monotonic
        self._left_bytes = max_bytes

    def sendall(self, data: bytes) -> None:
        """Send everything, or TimeoutError at the deadline."""
        view = memoryview(data)
        for start in range(0, len(view), _SEND_CHUNK_BYTES):
            self._arm()
            self._connection.sendall(view[start : start + _SEND_CHUNK_BYTES])

    def receive_into(self, buffer: WriteableBuffer) -> int:
        """Receive what is there; TimeoutError at the deadline, ResponseTooLarge over the budget."""
        if self._left_bytes <= 0:
            raise ResponseTooLarge
        self._arm()
        n_received = self._connection.recv_into(buffer)
        self._left_bytes -= n_received
        return n_received

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A buffered reader over `receive_into`."""
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Leave the connection open: http.client closes early, its owner closes for good."""

    def _arm(self) -> None:
        left_s = self._deadline_s - self._monotonic()
        if left_s <= 0:
            msg = "deadline passed"
            raise TimeoutError(msg)
        self._connection.settimeout(left_s)


class _Reader(io.RawIOBase):
    def __init__(self, source: DeadlineSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._source.receive_into(buffer)
