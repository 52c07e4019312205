from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import PIL.Image
import pytest

from app.vision.decoding import UndecodableImage
from app.vision.image import encode_jpeg
from app.vision.sandbox import Sandbox
from app.vision.sandbox.frames import BrokenFrameError, receive_frame, send_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

GRADIENT = np.tile(np.linspace(0, 255, 640).astype(np.uint8)[None, :, None], (480, 1, 3))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


def test_the_child_answers_with_the_pixels(sandbox: Sandbox) -> None:
    decoded = sandbox.run("decode", encode_jpeg(GRADIENT))

    assert (decoded.width_px, decoded.height_px, decoded.format) == (640, 480, "JPEG")
    assert np.abs(decoded.pixels.astype(int) - GRADIENT).mean() < 3


def test_threads_share_one_sandbox(sandbox: Sandbox) -> None:
    shades = [encode_jpeg(np.full((480, 640, 3), shade, np.uint8)) for shade in range(0, 240, 20)]

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda payload: sandbox.run("decode", payload), shades))

    means = [round(float(result.pixels.mean()) / 20) * 20 for result in results]
    assert means == list(range(0, 240, 20))


def test_a_refusal_keeps_its_code_on_the_way_out(sandbox: Sandbox) -> None:
    payload = encode_jpeg(GRADIENT)

    with pytest.raises(UndecodableImage) as refusal:
        sandbox.run("decode", payload[: len(payload) // 2])

    assert refusal.value.code == "truncated_image"


def test_the_stored_picture_carries_no_metadata(sandbox: Sandbox) -> None:
    exif = PIL.Image.Exif()
    exif[0x010F] = "MARKEDMAKER"
    buffer = BytesIO()
    PIL.Image.fromarray(GRADIENT).save(buffer, format="JPEG", exif=exif, comment=b"MARKEDNOTE")

    inspected = sandbox.run("inspect_document", buffer.getvalue())

    assert inspected.metadata_signals["has_camera_make"] is True
    assert b"MARKED" not in inspected.jpeg


def test_a_child_that_dies_is_a_refused_picture_and_the_next_one_works() -> None:
    payload = encode_jpeg(GRADIENT)
    with Sandbox(wall_limit_s=0.001) as impatient, pytest.raises(UndecodableImage) as refusal:
        impatient.run("inspect_document", payload)

    assert refusal.value.code == "decoder_timeout"


def test_a_killed_nursery_is_replaced() -> None:
    with Sandbox() as sandbox:
        sandbox.start()
        pid = sandbox.nursery_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

        assert sandbox.run("decode", encode_jpeg(GRADIENT)).width_px == 640


def test_an_unknown_task_kills_the_child_only(sandbox: Sandbox) -> None:
    with pytest.raises(UndecodableImage) as refusal:
        sandbox.run("no_such_task", encode_jpeg(GRADIENT))  # type: ignore[call-overload]

    assert refusal.value.code == "decoder_failed"


@pytest.mark.parametrize(
    "deed",
    [
        "import os; os.write(os.memfd_create('x'), b'x')",
        "import socket; socket.socket()",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.fork()",
        "bytearray(4 * 1024**3)",
        "import _thread; _thread.start_new_thread(print, ())",
    ],
)
def test_a_confined_child_can_neither_write_connect_execute_fork_nor_hoard(deed: str) -> None:
    code = f"from app.vision.sandbox.confinement import confine; confine(); {deed}"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert done.returncode != 0


def test_a_child_that_may_start_threads_may_do_nothing_else_besides() -> None:
    code = (
        "from app.vision.sandbox.confinement import confine, forbid_threads;"
        "import os, threading;"
        "confine(may_start_threads=True);"
        "thread = threading.Thread(target=print); thread.start(); thread.join();"
        "{};"
        "print('done')"
    )
    another = "forbid_threads(); threading.Thread(target=print).start()"
    for deed in ("os.fork()", "os.execv('/bin/true', ['true'])", another):
        done = subprocess.run(
            [sys.executable, "-c", code.format(deed)], capture_output=True, text=True, check=False
        )
        # The thread ran; what came after it did not.
        assert done.stdout.strip() == ""
        assert done.returncode != 0
        assert "PermissionError" in done.stderr or "can't start new thread" in done.stderr


@pytest.mark.parametrize(
    "head",
    [{"blobs": [1 << 40]}, {"blobs": [-1]}, {"blobs": "many"}, {"blobs": [1.5]}],
)
def test_a_hostile_answer_is_not_believed(head: dict[str, object]) -> None:

    ours, theirs = socket.socketpair()
    with ours, theirs:
        text = json.dumps(head).encode()
        theirs.sendall(struct.pack("!I", len(text)) + text)

        with pytest.raises(BrokenFrameError):
            receive_frame(ours)


def test_a_frame_arrives_as_it_was_sent() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_frame(theirs, {"task": "decode"}, [b"ab", b""])

        head, blobs = receive_frame(ours)

    assert (head["task"], blobs) == ("decode", [b"ab", b""])
