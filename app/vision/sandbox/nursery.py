"""The process that has everything loaded and forks one confined child for each picture.

Started by `parent` as `python -m app.vision.sandbox.nursery CONTROL_FD`. Neither
multiprocessing's forkserver nor its pickles are used: each of its children would first import the
main program, and its parent would unpickle what a hostile file may have written.
"""

from __future__ import annotations

import array
import os
import signal
import socket
import sys

from app.vision.decoding import UndecodableImageError
from app.vision.heic import is_heic
from app.vision.sandbox import tasks
from app.vision.sandbox.confinement import confine, forbid_threads
from app.vision.sandbox.frames import BrokenFrameError, receive_frame, send_frame

_FD_BYTES = array.array("i").itemsize


def serve(control: socket.socket) -> None:
    """Fork one child per channel that arrives on `control`, until its other end is closed."""
    while (channel := _next_channel(control)) is not None:
        child = os.fork()
        if child == 0:
            control.close()
            _live_once(channel)
        channel.sendall(child.to_bytes(4, "big"))
        channel.close()


def _next_channel(control: socket.socket) -> socket.socket | None:
    message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    if not message or not descriptors:
        return None
    return socket.socket(fileno=descriptors[0])


def _live_once(channel: socket.socket) -> None:
    exit_code = 1
    try:
        confine(may_start_threads=True)
        head, blobs = receive_frame(channel)
        # HEIC's decoder works in a thread of its own and knows no other way; no other format does.
        if not is_heic(blobs[0]):
            forbid_threads()
        exit_code = _answer(channel, head, blobs)
    except (BrokenFrameError, OSError, MemoryError):
        pass
    finally:
        # Whatever else was raised, nothing of the nursery's own life may go on in the child.
        os._exit(exit_code)


def _answer(channel: socket.socket, head: dict[str, object], blobs: list[bytes]) -> int:
    try:
        answer, results = tasks.TASKS[str(head["task"])](blobs[0], head)
    except UndecodableImageError as error:
        answer, results = {"undecodable": error.code}, []
    send_frame(channel, answer, results)
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end ends us
    tasks.load_everything()
    serve(socket.socket(fileno=int(sys.argv[1])))
