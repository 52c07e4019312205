from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.delivery import AttemptResult, EgressGuard, deliver_once

if TYPE_CHECKING:
    from pathlib import Path

HOST = "hooks.partner.test"
LOOPBACK = [ip_network("127.0.0.0/8")]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Script = Callable[[socket.socket], None]


class Receiver:
    """A server that reads one request a connection and then follows its script."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self._script, self._tls = script, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with suppress(OSError), connection:
                    self._answer(connection)

    def _answer(self, plain: socket.socket) -> None:
        connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
        with connection:
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            head, _, body = request.partition(b"\r\n\r\n")
            wanted = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            while len(body) < wanted:
                body += connection.recv(65536)
            self.requests.append(head + b"\r\n\r\n" + body)
            self._script(connection)

    def close(self) -> None:
        self._listener.close()


@contextmanager
def receiver(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    server = Receiver(script, tls)
    try:
        yield server
    finally:
        server.close()


def say(answer: bytes) -> Script:
    return lambda connection: connection.sendall(answer)


def drip(start: bytes, piece: bytes = b"x", every_s: float = 0.02) -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(1000):
            connection.sendall(piece)
            time.sleep(every_s)

    return script


def guard(tls: ssl.SSLContext | None = None) -> EgressGuard:
    return EgressGuard(
        allow_networks=LOOPBACK,
        resolve=lambda *_: ["127.0.0.1"],
        tls=tls or ssl.create_default_context(),
    )


def attempt(script: Script, timeout_s: float = 5.0) -> AttemptResult:
    with receiver(script) as server:
        return deliver_once(f"http://{HOST}:{server.port}/", b"{}", {}, guard(), timeout_s)


def status(line: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {line}", *headers, "Content-Length: 0", "", ""]).encode()


@pytest.mark.parametrize("line", ["200 OK", "201 Created", "202 Accepted", "204 No Content"])
def test_every_2xx_is_delivered(line: str) -> None:
    result = attempt(say(status(line)))
    assert (result.outcome, result.status, result.error_code) == ("delivered", int(line[:3]), None)


def test_the_request_is_what_was_signed() -> None:
    body, headers = b'{"type":"kyc.verified"}', {"webhook-id": "evt_1"}
    with receiver(say(OK)) as server:
        url = f"http://{HOST}:{server.port}/kyc/in?tenant=7"
        assert deliver_once(url, body, headers, guard()).outcome == "delivered"
        head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    assert sent == body
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /kyc/in?tenant=7 HTTP/1.1"
    assert sorted(line for line in lines[1:] if not line.startswith("User-Agent")) == [
        "Accept-Encoding: identity",
        "Connection: close",
        f"Content-Length: {len(body)}",
        "Content-Type: application/json",
        f"Host: {HOST}:{server.port}",
        "webhook-id: evt_1",
    ]


def test_410_ends_the_endpoint() -> None:
    result = attempt(say(status("410 Gone")))
    assert (result.outcome, result.status) == ("gone", 410)


@pytest.mark.parametrize("line", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(line: str) -> None:
    with receiver(say(OK)) as elsewhere:
        location = f"Location: http://127.0.0.1:{elsewhere.port}/"
        result = attempt(say(status(line, location)))
        assert elsewhere.requests == []
    assert (result.outcome, result.error_code) == ("retry", "redirect_not_followed")


@pytest.mark.parametrize("line", ["400 Bad", "401 No", "404 Not", "500 Oops", "502 Bad", "999 ?"])
def test_every_other_status_is_tried_again(line: str) -> None:
    result = attempt(say(status(line, "Retry-After: 30")))
    assert (result.outcome, result.error_code) == ("retry", "status_not_success")
    assert result.retry_after_s is None


DATE = "Date: Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize("line", ["429 Slow down", "503 Later"])
@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        (["Retry-After: 120"], 120),
        (["Retry-After:  0 "], 0),
        (["Retry-After: 99999999"], 86400),
        (["Retry-After: 9999999999999999999"], None),
        (["Retry-After: -5"], None),
        (["Retry-After: soon"], None),
        (["Retry-After: ²"], None),
        ([], None),
        ([DATE, "Retry-After: Sun, 01 Mar 2026 12:02:00 GMT"], 120),
        ([DATE, "Retry-After: Sun, 01 Mar 2026 11:00:00 GMT"], 0),
        (["Retry-After: Sun, 01 Mar 2026 12:02:00 GMT"], None),
        (["Date: x", "Retry-After: Sun, 01 Mar 2026 12:02:00 GMT"], None),
    ],
)
def test_429_and_503_say_how_long_to_wait(
    line: str, headers: list[str], wait_s: int | None
) -> None:
    result = attempt(say(status(line, *headers)))
    assert (result.outcome, result.retry_after_s) == ("retry", wait_s)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(drip(b""), id="status line"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nX: "), id="header"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.02), id="headers"),
        pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="endless continue"),
        pytest.param(lambda _: time.sleep(5), id="silence"),
    ],
)
def test_a_dripping_or_silent_receiver_is_left_at_the_deadline(script: Script) -> None:
    result = attempt(script, timeout_s=0.4)
    assert (result.outcome, result.error_code) == ("retry", "timeout")
    assert 350 <= result.ms < 3000


def test_a_receiver_that_said_yes_and_then_drips_has_the_event() -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
    result = attempt(drip(start), timeout_s=0.4)
    assert (result.outcome, result.status) == ("delivered", 200)
    assert result.ms < 3000


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 1000000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n3b9aca00\r\n",
     b"\r\n"],
    ids=["length", "chunked", "until close"],
)  # fmt: skip
def test_of_a_gigabyte_only_a_little_is_read(head: bytes) -> None:
    n_sent = 0

    def flood(connection: socket.socket) -> None:
        nonlocal n_sent
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head)
        for _ in range(15_000):
            connection.sendall(b"x" * 65536)
            n_sent += 65536

    result = attempt(flood)
    assert result.outcome == "delivered"
    assert result.ms < 4000
    assert n_sent < 16 * 1024 * 1024


def test_a_flood_without_an_answer_in_it_is_cut_by_its_size() -> None:
    def flood(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    result = attempt(flood, timeout_s=20)
    assert (result.outcome, result.error_code) == ("retry", "protocol_error")
    assert result.ms < 10_000


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc OK\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000, b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500,
     b"\x15\x03\x01\x00\x02\x02\x0a"],
    ids=["nothing", "half", "ssh", "letters", "long header", "many headers", "tls alert"],
)  # fmt: skip
def test_an_answer_that_is_no_http_is_tried_again(answer: bytes) -> None:
    result = attempt(say(answer))
    assert (result.outcome, result.status) == ("retry", None)
    assert result.error_code in ("protocol_error", "connection_failed")


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(say(OK)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert attempt(say(OK)).outcome == "delivered"
        assert proxy.requests == []


def test_the_next_vetted_address_is_tried_when_the_first_refuses() -> None:
    with receiver(say(OK)) as server:
        two = EgressGuard(allow_networks=LOOPBACK, resolve=lambda *_: ["127.0.0.2", "127.0.0.1"])
        result = deliver_once(f"http://{HOST}:{server.port}/", b"{}", {}, two)
    assert result.outcome == "delivered"


def test_a_header_that_would_split_the_request_is_a_bug_of_the_caller() -> None:
    with receiver(say(OK)) as server:
        url = f"http://{HOST}:{server.port}/"
        with pytest.raises(ValueError, match="header"):
            deliver_once(url, b"{}", {"webhook-id": "a\r\nX-Evil: 1"}, guard())


def _certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS context for the name and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test receiver")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.3"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "receiver.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))


def test_tls_asks_for_the_name_and_not_for_the_dialled_address(tmp_path: Path) -> None:
    server_tls, client_tls = _certificate(tmp_path, HOST)
    asked: list[str | None] = []
    server_tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    with receiver(say(OK), server_tls) as server:
        url = f"https://{HOST}:{server.port}/"
        result = deliver_once(url, b"{}", {}, guard(client_tls))
    assert (result.outcome, result.error_code) == ("delivered", None)
    assert asked == [HOST]


@pytest.mark.parametrize("trusted", [True, False])
def test_another_names_or_an_unknown_certificate_is_not_accepted(
    tmp_path: Path, *, trusted: bool
) -> None:
    server_tls, client_tls = _certificate(tmp_path, "other.partner.test" if trusted else HOST)
    with receiver(say(OK), server_tls) as server:
        url = f"https://{HOST}:{server.port}/"
        result = deliver_once(url, b"MARKED", {}, guard(client_tls if trusted else None))
        assert server.requests == []
    assert (result.outcome, result.error_code) == ("retry", "tls_certificate_invalid")


def test_a_receiver_that_never_shakes_hands_is_left_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://{HOST}:{silent.getsockname()[1]}/"
        result = deliver_once(url, b"{}", {}, guard(), timeout_s=0.3)
    assert (result.outcome, result.error_code) == ("retry", "timeout")
    assert result.ms < 3000


def test_the_handshake_gets_only_what_dialling_left_over() -> None:
    def dial_and_forget_the_time(address: tuple[str, int], _: float) -> socket.socket:
        return socket.create_connection(address, timeout=30)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://{HOST}:{silent.getsockname()[1]}/"
        patient = EgressGuard(
            allow_networks=LOOPBACK,
            resolve=lambda *_: ["127.0.0.1"],
            dial=dial_and_forget_the_time,
        )
        result = deliver_once(url, b"{}", {}, patient, timeout_s=0.3)
    assert (result.error_code, result.ms < 3000) == ("timeout", True)


def test_a_dripping_body_over_tls_is_left_at_the_deadline(tmp_path: Path) -> None:
    server_tls, client_tls = _certificate(tmp_path, HOST)
    with receiver(drip(b"HTTP/1.1 200 OK\r\nX: "), server_tls) as server:
        url = f"https://{HOST}:{server.port}/"
        result = deliver_once(url, b"{}", {}, guard(client_tls), timeout_s=0.4)
    assert (result.outcome, result.error_code) == ("retry", "timeout")
    assert result.ms < 3000
