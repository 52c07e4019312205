"""Uploads that wait for a decoder keep nobody else waiting."""

import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import waitress

from app.cli.two_lanes import TwoLanes

_PATIENCE_S = 30
_THREADS = 2
_PICTURE = bytes(40_000)


class _BusyDecoder:
    """A WSGI application whose uploads last until they are released."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.waiting = threading.Semaphore(0)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/picture":
            self.waiting.release()
            self.release.wait(_PATIENCE_S)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture
def decoder() -> _BusyDecoder:
    return _BusyDecoder()


@pytest.fixture
def port(decoder: _BusyDecoder) -> Iterator[int]:
    server = waitress.create_server(
        decoder, host="127.0.0.1", port=0, _dispatcher=TwoLanes(_THREADS)
    )
    serving = threading.Thread(target=server.run)
    serving.start()
    yield server.effective_port
    decoder.release.set()
    server.close()
    server.task_dispatcher.shutdown()
    # The loop ends when its last socket is closed, and looks once a second.
    serving.join(_PATIENCE_S)


def _answer(port: int, method: str, path: str, body: Any = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
    try:
        connection.request(method, path, body, {"Connection": "close"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@pytest.mark.parametrize("chunked", [False, True], ids=["announced length", "chunked"])
def test_a_status_is_read_while_every_upload_waits(
    port: int, decoder: _BusyDecoder, chunked: bool
) -> None:
    statuses: list[int] = []

    def upload() -> None:
        body = iter([_PICTURE[:20_000], _PICTURE[20_000:]]) if chunked else _PICTURE
        statuses.append(_answer(port, "POST", "/picture", body))

    uploads = [threading.Thread(target=upload) for _ in range(3 * _THREADS)]
    for each in uploads:
        each.start()
    for _ in range(_THREADS):
        assert decoder.waiting.acquire(timeout=_PATIENCE_S)

    assert _answer(port, "GET", "/status") == 200
    assert _answer(port, "POST", "/status", b"{}") == 200
    assert statuses == []

    decoder.release.set()
    for each in uploads:
        each.join(_PATIENCE_S)
    assert statuses == [200] * 3 * _THREADS
