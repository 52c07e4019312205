"""A receiver of webhooks on this machine that checks each signature before it believes anything."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Standard Webhooks asks receivers to refuse old timestamps, against replays.
_TOLERANCE_S = 300


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now_s: float) -> bool:
    """Whether a webhook carries a fresh signature by this secret: what a partner must check."""
    event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(now_s - int(timestamp)) > _TOLERANCE_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    offered = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{expected}", signature) for signature in offered)


class WebhookInbox:
    """Listens on a free port; `events` are the bodies whose signature held."""

    def __init__(self) -> None:
        self.secret = ""
        self.events: list[dict[str, Any]] = []
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhooks"

    def __enter__(self) -> WebhookInbox:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
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
        def do_POST(self) -> None:  # noqa: N802 - the name http.server calls
            body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65_536))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(inbox.take(headers, body))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: the caller narrates."""

    return Handler
