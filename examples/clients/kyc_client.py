"""A client of the KYC API on the standard library alone; copy this file into your backend.

Methods answer the JSON object of the API or raise a KycError. They try again after 429, 503 and
lost connections; the Idempotency-Key that goes with each POST keeps that harmless.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class KycError(Exception):
    """Decide by `error`. `code` is the partner face's P-code; `body["fields"]` names faults."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status, self.body = status, body
        self.error, self.code = str(body.get("error", "")), body.get("code")
        super().__init__(f"{status} {self.error}: {body.get('message')} {body.get('request_id')}")


class KycAccessDenied(KycError):
    """401 or 403: the key, the token, its scope, or a suspended user."""


class KycNotFound(KycError):
    """404, or a user that the partner face does not know (P412)."""


class KycRequired(KycError):
    """422 kyc_required: open the widget for this user."""


class KycUnavailable(KycError):
    """429, 503 or no answer (status 0), after every retry."""


_KINDS: dict[Any, type[KycError]] = {404: KycNotFound, "user_not_found": KycNotFound}
_KINDS |= {401: KycAccessDenied, 403: KycAccessDenied, "kyc_required": KycRequired}
_KINDS |= dict.fromkeys((0, 429, 503, "retry_later"), KycUnavailable)


class Answer(dict[str, Any]):
    """A JSON object, with the status and the headers (names in lower case) that it came with."""

    def __init__(self, status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> None:
        super().__init__(body)
        self.status, self.headers = status, headers


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """A redirect is an answer here."""


class KycClient:
    """One credential: an `api_key`, a `client` (id, secret) for OAuth2, or a user's `token`."""

    def __init__(
        self, base_url: str, *, api_key: str = "", token: str = "", client: tuple[str, ...] = ()
    ) -> None:
        self._base_url, self._opener = base_url.rstrip("/"), build_opener(_NoRedirects)
        self._api_key, self._client, self._token = api_key, client, token
        self._token_ends = 0.0 if client else float("inf")
        self.timeout_s, self.retries = 40.0, 3

    # The widget face
    def create_client_token(self, user: str, **options: Any) -> Answer:
        return self.call("POST", "/widget/client-tokens", {"partner_user_id": user, **options})

    def refresh_client_token(self) -> Answer:
        return self.call("POST", "/widget/client-tokens/refresh", {})

    def kyc_status(self, user: str, *, unlike: Answer | None = None, wait_s: int = 0) -> Answer:
        """The status; it is held back for up to `wait_s` while it is that of `unlike`."""
        path = f"/widget/users/{quote(user, safe='')}/kyc-status?wait={wait_s}"
        known = {"If-None-Match": unlike.headers["etag"]} if unlike else {}
        found = self.call("GET", path, headers=known)
        return unlike if unlike and found.status == 304 else found

    def open_session(self, user: str) -> Answer:
        return self.call("POST", "/widget/sessions", {"partner_user_id": user})

    # The partner face; options are named as the API names them: riskLvl, documentNumber
    def create_user(self, user_id: str, **profile: Any) -> Answer:
        return self.call("POST", "/v1/user", {"externalUserId": user_id, **profile})

    def user(self, user_id: str) -> Answer:
        return self.call("GET", f"/v1/user/{user_id}")

    def update_user(self, user_id: str, **profile: Any) -> Answer:
        return self.call("PATCH", f"/v1/user/{user_id}", profile)

    def delete_user(self, user_id: str) -> Answer:
        return self.call("DELETE", f"/v1/user/{user_id}")

    def suspend_user(self, user_id: str, *, undo: bool = False) -> Answer:
        return self.call("POST", f"/v1/user/{user_id}/{'unsuspend' if undo else 'suspend'}")

    def add_file(self, kind: str, user_id: str, file: bytes, **fields: str) -> Answer:
        """`kind` is "kyc" with documentType and side, or "poa" with documentType."""
        form = {"externalUserId": user_id, **fields}
        return self.call("POST", f"/v1/user/{kind}-file", form, file=file)

    def add_verification(self, user_id: str, **declared: str) -> Answer:
        return self.call("POST", "/v1/user/verification", {"externalUserId": user_id, **declared})

    def create_kyc(self, user_id: str, **options: str) -> Answer:
        return self.call("POST", "/v1/user/kyc", {"externalUserId": user_id, **options})

    def kyc_redirect(self, user_id: str) -> str:
        """Where to send the user's browser: once, within a minute."""
        return self.call("GET", f"/v1/user/{user_id}/kyc/redirect").headers["location"]

    def kyc(self, user_id: str) -> Answer:
        return self.call("GET", f"/v1/user/{user_id}/kyc")

    # The verifications face
    def ask_about(self, customer: str, **asked: str) -> Answer:
        return self.call("POST", "/v1/customer-verifications", {"customer_id": customer, **asked})

    def customer_verification(self, question_id: str) -> Answer:
        return self.call("GET", f"/v1/customer-verifications/{question_id}")

    def override(self, question_id: str, status: str, reason: str) -> Answer:
        body = {"status": status, "reason": reason}
        return self.call("PATCH", f"/v1/customer-verifications/{question_id}", body)

    def customer_verifications(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """Every row, the newest first, page after page."""
        while filters.get("cursor", "") is not None:
            page = self.call("GET", f"/v1/customer-verifications?{urlencode(filters)}")
            yield from page["data"]
            filters["cursor"] = page["next_cursor"]

    def call(
        self, method: str, path: str, body: Any = None, *, file: bytes | None = None, **more: Any
    ) -> Answer:
        """Any operation of the API; with a `file` the body is sent as a form."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        data = json.dumps(body).encode() if body is not None else None
        headers["Content-Type"] = "application/json"
        if file is not None:
            headers["Content-Type"], data = _form(body, file)
        for attempt in range(self.retries, -1, -1):
            sent = headers | more.get("headers", {}) | self._credential()
            answer = self._send(method, path, data, sent)
            kind = _KINDS.get(answer.get("error")) or _KINDS.get(answer.status, KycError)
            if kind is not KycUnavailable or attempt == 0:
                break
            wait_s = float(answer.headers.get("retry-after", 2 ** (self.retries - attempt) / 2))
            time.sleep(min(wait_s, 60.0))
        if 200 <= answer.status < 400:
            return answer
        raise kind(answer.status, answer)

    def _credential(self) -> dict[str, str]:
        if self._api_key:
            return {"x-api-key": self._api_key}
        if time.monotonic() > self._token_ends:
            basic = base64.b64encode(":".join(self._client).encode()).decode()
            way = {"Authorization": f"Basic {basic}"}
            found = self._send("POST", "/oauth/token", b"grant_type=client_credentials", way)
            if found.status != 200:
                raise _KINDS.get(found.status, KycError)(found.status, found)
            self._token = found["access_token"]
            self._token_ends = time.monotonic() + found["expires_in"] - 30
        return {"Authorization": f"Bearer {self._token}"}

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        request = Request(self._base_url + path, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=self.timeout_s) as found:
                status, received, text = found.status, found.headers, found.read()
        except HTTPError as error:
            with error:
                status, received, text = error.code, error.headers, error.read()
        except (OSError, HTTPException) as error:
            return Answer(0, {}, {"error": "no_answer", "message": type(error).__name__})
        body = json.loads(text) if text.startswith(b"{") else {}
        return Answer(status, {name.lower(): value for name, value in received.items()}, body)


def _form(fields: Mapping[str, str], file: bytes) -> tuple[str, bytes]:
    boundary = uuid.uuid4().hex
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    head = "".join(f'{part}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    head += f'{part}file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n'
    body = head.encode() + file + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body
