"""One attempt to deliver one event: connect, post, read a little, judge."""

from __future__ import annotations

import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Literal, cast

from app.delivery.deadline_socket import DeadlineSocket
from app.delivery.egress_guard import EgressGuard, NameNotResolved
from app.delivery.webhook_url import EgressRefused

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

Outcome = Literal["delivered", "retry", "gone", "refused"]

# What a receiver says beyond this is not read: our worker is not its paper basket.
MAX_RESPONSE_BODY_BYTES = 64 * 1024
_MAX_RESPONSE_HEAD_BYTES = 64 * 1024
# A receiver may ask for a pause, not for silence: later than this the schedule knows better.
_MAX_RETRY_AFTER_S = 24 * 3600
_MAX_RETRY_AFTER_DIGITS = 9
_GONE = 410
_STATUSES_WITH_RETRY_AFTER = (429, 503)
_OWN_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "kyc-widget-webhooks/1",
    "Accept-Encoding": "identity",
    "Connection": "close",
}

# The first that fits: all but the last are kinds of OSError.
_FAULT_CODES: tuple[tuple[type[Exception], str], ...] = (
    (NameNotResolved, "dns_failed"),
    (ssl.SSLCertVerificationError, "tls_certificate_invalid"),
    (ssl.SSLError, "tls_failed"),
    (TimeoutError, "timeout"),
    (OSError, "connection_failed"),
    (HTTPException, "protocol_error"),
)


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """How one attempt ended; `gone` is final, the others but `delivered` belong on the schedule.

    What the egress guard refused is tried again too: the next answer of the resolver may be sound,
    and it is vetted as this one was.
    """

    outcome: Outcome
    status: int | None
    retry_after_s: int | None
    error_code: str | None
    ms: int


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcome: Outcome
    error_code: str | None = None
    status: int | None = None
    retry_after_s: int | None = None


def deliver_once(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    guard: EgressGuard,
    timeout_s: float = 10.0,
) -> AttemptResult:
    """The end of one POST that takes `timeout_s` at most, resolving and reading included.

    Redirects are not followed: a 3xx is a failed attempt. Once a status line is there it decides,
    however slowly the body drips. Nothing of the answer's body is kept.

    Raises:
        ValueError: a header that cannot be sent; every other end is an AttemptResult.

    Source: Standard Webhooks specification, "Deliverability and reliability" (2xx, 410, 429, 503).
    """
    started_s = guard.monotonic()
    verdict = _try(url, body, headers, guard, started_s + timeout_s)
    return AttemptResult(
        verdict.outcome,
        verdict.status,
        verdict.retry_after_s,
        verdict.error_code,
        ms=round((guard.monotonic() - started_s) * 1000),
    )


def _try(
    url: str, body: bytes, headers: Mapping[str, str], guard: EgressGuard, deadline_s: float
) -> _Verdict:
    try:
        target = guard.vet(url, timeout_s=deadline_s - guard.monotonic())
        with closing(guard.connect(target, deadline_s)) as connection:
            bounded = DeadlineSocket(
                connection,
                deadline_s,
                guard.monotonic,
                max_bytes=_MAX_RESPONSE_HEAD_BYTES + MAX_RESPONSE_BODY_BYTES,
            )
            sent = {**_OWN_HEADERS, **headers, "Host": target.url.host_header}
            return _post(bounded, target.url.target, body, sent)
    except EgressRefused as refusal:
        return _Verdict("refused", refusal.code)
    except (OSError, HTTPException) as fault:
        return _Verdict("retry", _error_code(fault))


def _error_code(fault: Exception) -> str:
    return next(code for kind, code in _FAULT_CODES if isinstance(fault, kind))


def _post(
    connection: DeadlineSocket, target: str, body: bytes, headers: Mapping[str, str]
) -> _Verdict:
    # The host given here is never dialled: the vetted connection is put in its place.
    client = HTTPConnection("vetted.invalid")
    client.auto_open = 0
    client.sock = cast("socket.socket", connection)
    client.request("POST", target, body, dict(headers))
    response = client.getresponse()
    verdict = _judge(response)
    # Closing on a receiver in mid-answer makes some of them fail the request they accepted.
    with suppress(OSError, HTTPException, ValueError):
        response.read(MAX_RESPONSE_BODY_BYTES)
    return verdict


def _judge(response: HTTPResponse) -> _Verdict:
    status = response.status
    if 200 <= status < 300:
        return _Verdict("delivered", None, status)
    if status == _GONE:
        return _Verdict("gone", "gone", status)
    if 300 <= status < 400:
        return _Verdict("retry", "redirect_not_followed", status)
    retry_after_s = _retry_after_s(response) if status in _STATUSES_WITH_RETRY_AFTER else None
    return _Verdict("retry", "status_not_success", status, retry_after_s)


def _retry_after_s(response: HTTPResponse) -> int | None:
    """Seconds to wait; a date is read against the answer's own Date, whatever its clock says."""
    text = (response.getheader("Retry-After") or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= _MAX_RETRY_AFTER_DIGITS:
        return min(int(text), _MAX_RETRY_AFTER_S)
    try:
        until = parsedate_to_datetime(text)
        asked_at = parsedate_to_datetime(response.getheader("Date") or "")
        wait_s = int((until - asked_at).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0, min(wait_s, _MAX_RETRY_AFTER_S))
