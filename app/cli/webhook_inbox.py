"""A receiver of webhooks on this machine that checks each signature before it believes anything."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from app.web.demo.webhook_signature import is_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class WebhookInbox:
    """Listens on a free port; `events` are the bodies whose signature held."""

    def __init__(self) -> None:
        self.secret = ""
        self.events: list[dict[str, Any]] = []
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhooks"

    def __enter__(self) -> Self:
        # Its end waits for the next look whether it shall end: half a second by default.
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        """Keep the event if its signature holds; returns the HTTP status to answer with."""
        if not is_signed(self.secret, headers, body, time.time()):
            return 401
        with self._arrived:
            self.events.append(json.loads(body))
            self._arrived.notify_all()
        return 204

    def wait_for(
        self, is_wanted: Callable[[dict[str, Any]], bool], timeout_s: float
    ) -> dict[str, Any] | None:
        """The first event that is wanted, or None when none comes in time."""
        with self._arrived:
            self._arrived.wait_for(lambda: any(map(is_wanted, self.events)), timeout_s)
            return next(filter(is_wanted, self.events), None)


def _handler_for(inbox: WebhookInbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65_536))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(inbox.take(headers, body))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: the caller narrates."""

    return Handler
