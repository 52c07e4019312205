"""Partners' pages as they are met: each address answers with its own headers and markup."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class HostServer:
    """A server of pages; `pages` maps a path to headers and the body's markup."""

    port: int
    pages: dict[str, tuple[Mapping[str, str], str]] = field(default_factory=dict)

    def page(self, path: str, body: str, **headers: str) -> str:
        """Serve this markup under the path; underscores in header names are hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (named, f"<!doctype html><html><body>{body}</body></html>")
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def serving_hosts() -> Iterator[HostServer]:
    """A server on a free port of this machine."""
    served: HostServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers, body = served.pages.get(self.path.split("?")[0], ({}, ""))
            content = body.encode()
            self.send_response(200 if body else 404)
            for name, value in (("Content-Type", "text/html"), *headers.items()):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = HostServer(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
