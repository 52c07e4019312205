"""A partner's backend that never gives up: every request is repeated until it is answered."""

import http.client
import json
import time
from typing import Any
from uuid import UUID

_BOUNDARY = "chaos"
_JPEG = b"\xff\xd8\xff" + bytes(4000)
_PATIENCE_S = 120


class Backend:
    """Repeats with the same Idempotency-Key, at the other web process when one is away."""

    def __init__(self, ports: tuple[int, int], api_key: str) -> None:
        self._ports = ports
        self._key = api_key
        self.repeats = 0

    def verify(self, number: int) -> str:
        """Take one user through; returns the user's id once it reads `verified`."""
        # Low numbers are the sandbox's magic users.
        user = str(UUID(int=(0x7D6CBB4C << 96) + number, version=4))
        self._post("/v1/user", user, {"externalUserId": user})
        self._post("/v1/user/kyc-file", user, None)
        self._post("/v1/user/verification", user, _declaration(user, number))
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            _, body = self._call("GET", f"/v1/user/{user}/kyc", {}, b"")
            if body.get("status") == "verified":
                return user
            time.sleep(0.2)
        raise AssertionError(f"user {number} is not verified: {body}")

    def _post(self, path: str, user: str, body: dict[str, Any] | None) -> None:
        headers = {"Idempotency-Key": f"{path}-{user}", "Content-Type": "application/json"}
        content = json.dumps(body).encode()
        if body is None:
            headers["Content-Type"] = f"multipart/form-data; boundary={_BOUNDARY}"
            content = _form(user)
        status, answer = self._call("POST", path, headers, content)
        if status != 201:
            raise AssertionError(f"{path}: {status} {answer}")

    def _call(
        self, method: str, path: str, headers: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, Any]]:
        deadline, turn = time.monotonic() + _PATIENCE_S, hash(path) % 2
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection("127.0.0.1", self._ports[turn % 2], timeout=20)
            try:
                connection.request(method, path, content, headers | {"x-api-key": self._key})
                answer = connection.getresponse()
                body = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError):
                body = None
            finally:
                connection.close()
            # P501 says that it may be tried again.
            if body is not None and body.get("code") != "P501" and answer.status != 429:
                return answer.status, body
            self.repeats += 1
            turn += 1
            time.sleep(0.05)
        raise AssertionError(f"{path} was never answered")


def _declaration(user: str, number: int) -> dict[str, Any]:
    return {
        "externalUserId": user,
        "documentType": "PASSPORT",
        "documentNumber": f"C{number:08}",
        "documentExpirationDate": "2035-01-31",
        "openAccountReason": "DAILY_USE",
        "incomeSource": "SALARY",
        "occupation": "IT",
        "riskLvl": "LOW",
    }


def _form(user: str) -> bytes:
    fields = {"externalUserId": user, "documentType": "PASSPORT", "side": "FRONT"}
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = (
        f"--{_BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return "".join(parts).encode() + head.encode() + _JPEG + f"\r\n--{_BOUNDARY}--\r\n".encode()
