"""A load generator of plain sockets: kept-alive connections, asking as fast as answered."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LENGTH = b"content-length:"


@dataclass(frozen=True)
class Load:
    """What one run saw. Latencies in milliseconds."""

    requests_per_s: float
    p50_ms: float
    p99_ms: float
    statuses: dict[int, int]

    def line(self) -> str:
        return (
            f"{self.requests_per_s:8.0f} requests/s  p50 {self.p50_ms:6.2f} ms"
            f"  p99 {self.p99_ms:6.2f} ms  {self.statuses}"
        )


class _Connection:
    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests = requests
        self.received = b""
        self.sent_at = 0.0

    def send(self) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(next(self.requests))

    def status(self) -> int | None:
        """The status when the whole answer is here, else None."""
        self.received += self.socket.recv(65_536)
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = next(
            (
                int(line[15:])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ),
            0,
        )
        return int(head[9:12]) if len(body) >= length else None


def run(
    port: int, make_requests: Callable[[int], Iterator[bytes]], seconds: float, connections: int = 8
) -> Load:
    """Keep `connections` requests under way for so long."""
    selector = selectors.DefaultSelector()
    for number in range(connections):
        connection = _Connection(port, make_requests(number))
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send()
    latencies, statuses = [], dict[int, int]()
    started = time.perf_counter()
    while (now := time.perf_counter()) < started + seconds:
        for key, _ in selector.select(1.0):
            status = key.data.status()
            if status is not None:
                latencies.append(time.perf_counter() - key.data.sent_at)
                statuses[status] = statuses.get(status, 0) + 1
                key.data.send()
    elapsed = now - started
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    ordered = sorted(latencies)
    return Load(
        len(ordered) / elapsed,
        ordered[len(ordered) // 2] * 1000,
        ordered[int(len(ordered) * 0.99)] * 1000,
        statuses,
    )
