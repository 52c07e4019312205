"""make bench-slow-uploads: uploads that drip in at 1 KB/s beside a probe, on the real server.

Each upload is a whole picture of a user of its own. They drip for `--seconds`, after which the
rest of every picture is sent at once: each must be answered as if nothing had been.
"""

import argparse
import http.client
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.domain.evidence import DocumentType
from app.specimens.simulated_applicant import SimulatedApplicant
from tests.benchmarks.live_server import LiveServer, live_server
from tests.benchmarks.whole_case import begin

_BOUNDARY = "kyc-slow-upload"
_DRIP_BYTES = 1024
_PROBES_PER_S = 50
_TIMEOUT_S = 300


@dataclass
class Probe:
    """What a partner's backend sees that asks for a status again and again."""

    latencies_ms: list[float] = field(default_factory=list)
    failures: int = 0

    def line(self, name: str) -> str:
        """Count, median, p99, worst and failures."""
        ordered = sorted(self.latencies_ms)
        p50, p99 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
        return (
            f"{name:34} {len(ordered):5} probes  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms"
            f"  worst {ordered[-1]:6.1f} ms  {self.failures} failed\n"
        )


def probe(server: LiveServer, is_over: Callable[[], bool]) -> Probe:
    """Ask so often, on a fresh connection every second, until it is over."""
    found, connection = Probe(), None
    while not is_over():
        for _ in range(_PROBES_PER_S):
            connection = connection or http.client.HTTPConnection("127.0.0.1", server.port)
            started = time.perf_counter()
            try:
                connection.request(
                    "GET", "/widget/users/user-0/kyc-status", headers={"x-api-key": server.api_key}
                )
                answer = connection.getresponse()
                answer.read()
                found.failures += answer.status != 200
            except (OSError, http.client.HTTPException):
                found.failures += 1
                connection = None
            took_s = time.perf_counter() - started
            found.latencies_ms.append(took_s * 1000)
            time.sleep(max(0.0, 1 / _PROBES_PER_S - took_s))
        if connection is not None:
            connection.close()
            connection = None
    return found


def _request(port: int, token: str, picture: bytes) -> bytes:
    body = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="side"\r\n\r\nfront\r\n'
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    body += picture + f"\r\n--{_BOUNDARY}--\r\n".encode()
    head = (
        f"POST /widget/captures HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: multipart/form-data; boundary={_BOUNDARY}\r\n\r\n"
    )
    return head.encode() + body


class SlowUpload:
    """One user's picture on a slow line, and the status of its answer."""

    def __init__(self, port: int, request: bytes) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), _TIMEOUT_S)
        self._rest = memoryview(request)
        self.answer = "no answer"

    def drip(self) -> None:
        """Send the next KB, but never the last."""
        if len(self._rest) > _DRIP_BYTES:
            self._line.sendall(self._rest[:_DRIP_BYTES])
            self._rest = self._rest[_DRIP_BYTES:]

    def finish(self) -> None:
        """Send the rest at once and read the answer."""
        try:
            self._line.sendall(self._rest)
            self.answer = self._line.recv(64).partition(b"\r\n")[0].decode() or self.answer
        except OSError as error:
            self.answer = type(error).__name__
        finally:
            self._line.close()


def _drip(uploads: list[SlowUpload], hurry: threading.Event) -> None:
    """1 KB of each upload a second, one after the other, until told to hurry."""
    while not hurry.is_set():
        for upload in uploads:
            upload.drip()
            hurry.wait(1 / len(uploads))


def main() -> None:
    """Print what the probe sees without uploads, beside them, and while they end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uploads", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    person = SimulatedApplicant("astronaut", seed=1, today=datetime.now(UTC).date())
    (picture,) = person.photographs(DocumentType.PASSPORT).values()
    with live_server() as server:
        tokens = [begin(server, f"user-{n}", "passport") for n in range(options.uploads)]
        alone = _probe_for(server, options.seconds / 2)
        sys.stdout.write(alone.line("no upload"))
        sys.stdout.flush()
        uploads = [
            SlowUpload(server.port, _request(server.port, token, picture)) for token in tokens
        ]
        hurry = threading.Event()
        dripping = threading.Thread(target=_drip, args=(uploads, hurry))
        dripping.start()
        time.sleep(1)
        beside = _probe_for(server, options.seconds)
        sys.stdout.write(beside.line(f"{len(uploads)} uploads at 1 KB/s"))
        sys.stdout.flush()
        hurry.set()
        dripping.join()
        endings = [threading.Thread(target=upload.finish) for upload in uploads]
        for each in endings:
            each.start()
        ending = probe(server, lambda: not any(each.is_alive() for each in endings))
        sys.stdout.write(ending.line("their pictures arrive and are read"))
    sys.stdout.write(f"answers {dict(Counter(upload.answer for upload in uploads))}\n")


def _probe_for(server: LiveServer, seconds: float) -> Probe:
    until = time.monotonic() + seconds
    return probe(server, lambda: time.monotonic() > until)


if __name__ == "__main__":
    main()
