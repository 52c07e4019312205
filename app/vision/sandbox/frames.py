"""What parent and child say to each other: one JSON head and raw blobs, never a pickle.

A decoder that a hostile file has taken over may answer anything; reading its answer must not run
code, nor fill the memory.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

MAX_HEAD_BYTES = 256 * 1024
MAX_BLOBS_BYTES = 160 * 1024 * 1024

_LENGTH = struct.Struct("!I")


class BrokenFrameError(Exception):
    """The other side went away or broke the format."""


def send_frame(channel: socket.socket, head: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one head and its blobs.

    Raises: OSError when the other side is gone.
    """
    text = json.dumps({**head, "blobs": [len(blob) for blob in blobs]}).encode()
    channel.sendall(_LENGTH.pack(len(text)) + text)
    for blob in blobs:
        channel.sendall(blob)


def receive_frame(channel: socket.socket) -> tuple[dict[str, Any], list[bytes]]:
    """The next head and its blobs.

    Raises: BrokenFrameError; TimeoutError when the socket has a timeout and it passes.
    """
    (length,) = _LENGTH.unpack(receive_exactly(channel, _LENGTH.size))
    if length > MAX_HEAD_BYTES:
        message = "The head is too long."
        raise BrokenFrameError(message)
    head = _parse_head(receive_exactly(channel, length))
    return head, [receive_exactly(channel, size) for size in _blob_sizes(head)]


def receive_exactly(channel: socket.socket, size: int) -> bytes:
    """Exactly `size` bytes from the channel.

    Raises: BrokenFrameError when it ends before; TimeoutError.
    """
    buffer = bytearray(size)
    view = memoryview(buffer)
    received = 0
    while received < size:
        count = channel.recv_into(view[received:])
        if count == 0:
            message = "The other side closed the channel."
            raise BrokenFrameError(message)
        received += count
    return bytes(buffer)


def _parse_head(text: bytes) -> dict[str, Any]:
    try:
        head = json.loads(text)
    except ValueError as error:
        message = "The head is no JSON."
        raise BrokenFrameError(message) from error
    if not isinstance(head, dict):
        message = "The head is no object."
        raise BrokenFrameError(message)
    return head


def _blob_sizes(head: dict[str, Any]) -> list[int]:
    sizes = head.get("blobs", [])
    if not isinstance(sizes, list) or not all(isinstance(size, int) for size in sizes):
        message = "The blobs' sizes are no list of numbers."
        raise BrokenFrameError(message)
    if min(sizes, default=0) < 0 or sum(sizes) > MAX_BLOBS_BYTES:
        message = "The blobs' sizes are out of range."
        raise BrokenFrameError(message)
    return [int(size) for size in sizes]
