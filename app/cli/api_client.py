"""A small HTTP client for our own API, for `kyc try`, the demo merchant's twin and the journeys."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; `body` is the parsed JSON, or empty."""

    method: str
    path: str
    status: int
    ms: float
    body: dict[str, object] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)


class ApiClient:
    """Speaks JSON to one server with one credential."""

    def __init__(self, base_url: str, credential: Mapping[str, str]) -> None:
        self._base_url = base_url
        self._credential = dict(credential)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET a path."""
        return self._send("GET", path, None, dict(headers or {}))

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """POST a JSON object."""
        data = json.dumps(body or {}).encode()
        return self._send("POST", path, data, {"Content-Type": "application/json"})

    def post_bytes(self, path: str, data: bytes, headers: Mapping[str, str]) -> Answer:
        """POST raw bytes, such as a presence frame."""
        return self._send("POST", path, data, dict(headers))

    def post_file(
        self, path: str, fields: Mapping[str, str], data: bytes, name: str = "file"
    ) -> Answer:
        """POST a form with one JPEG in it."""
        boundary = "kyc-form-boundary-7d1f"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = "".join(parts).encode() + head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        return self._send(
            "POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        )

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(  # noqa: S310 - our own server's address
            self._base_url + path, data=data, headers=self._credential | headers, method=method
        )
        started = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
                status, content, received = response.status, response.read(), response.headers
        except urllib.error.HTTPError as error:
            status, content, received = error.code, error.read(), error.headers
        ms = (time.monotonic() - started) * 1000
        body = json.loads(content) if content.startswith(b"{") else {}
        return Answer(method, path, status, ms, body, dict(received.items()))
