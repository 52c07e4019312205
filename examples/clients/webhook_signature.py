"""Check that a webhook is from your KYC installation; copy this file into your backend.

Standard Webhooks, signature `v1` (HMAC-SHA256), on the standard library alone. Signatures `v1a`
(Ed25519) are passed over: Python's standard library has no Ed25519. Where you need them, take
`signed_content` and the package `cryptography`, with the key behind `whpk_` decoded from base64:
`Ed25519PublicKey.from_public_bytes(key).verify(signature, signed_content(headers, body))`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOLERANCE_S = 300
_MIN_SECRET_BYTES, _MAX_SECRET_BYTES = 24, 64


class WebhookRefused(Exception):
    """Do not believe this request; answer 401. `reason` is one word for your log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def verify_webhook(
    secrets: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    now_s: float | None = None,
    tolerance_s: float = TOLERANCE_S,
) -> dict[str, Any]:
    """The event of a request that was signed by one of the secrets within the last five minutes.

    `secrets` is one `whsec_…` or several while you rotate, `headers` may be in any case, `body` is
    what came over the wire, before a JSON parser.

    Raises:
        WebhookRefused: `headers_missing`, `timestamp_malformed`, `too_old`, `too_new`,
            `signature_mismatch` or `body_malformed`.
        ValueError: a secret is not of the form `whsec_` and base64 of 24 to 64 bytes.
    """
    keys = [_key(secret) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
    found = _headers(headers)
    _check_time(found["webhook-timestamp"], time.time() if now_s is None else now_s, tolerance_s)
    signed = signed_content(headers, body)
    expected = [hmac.digest(key, signed, hashlib.sha256) for key in keys]
    offered = list(_signatures(found["webhook-signature"]))
    # Every pair is compared in full: how long it takes says nothing about which one was close.
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in offered]
    if not any(matches):
        raise WebhookRefused("signature_mismatch")
    try:
        event = json.loads(body)
    except ValueError:
        raise WebhookRefused("body_malformed") from None
    if not isinstance(event, dict):
        raise WebhookRefused("body_malformed")
    return event


def signed_content(headers: Mapping[str, str], body: bytes) -> bytes:
    """What a signature is made over: id, timestamp and body with full stops between."""
    found = _headers(headers)
    return f"{found['webhook-id']}.{found['webhook-timestamp']}.".encode() + body


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    found = {name: lower.get(name, "") for name in names}
    if not all(found.values()):
        raise WebhookRefused("headers_missing")
    return found


def _check_time(timestamp: str, now_s: float, tolerance_s: float) -> None:
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise WebhookRefused("timestamp_malformed")
    if int(timestamp) < now_s - tolerance_s:
        raise WebhookRefused("too_old")
    if int(timestamp) > now_s + tolerance_s:
        raise WebhookRefused("too_new")


def _signatures(header: str) -> list[bytes]:
    """The `v1` signatures of the header; while the sender rotates there are two."""
    found = []
    for each in header.split(" "):
        version, _, text = each.partition(",")
        try:
            signature = base64.b64decode(text, validate=True)
        except ValueError:
            continue
        if version == "v1":
            found.append(signature)
    return found


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not _MIN_SECRET_BYTES <= len(key) <= _MAX_SECRET_BYTES:
        raise ValueError("a webhook secret is whsec_ and base64 of 24 to 64 bytes")
    return key
