"""Thin event bodies: which user changed to what, and nothing about who the user is."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

# Standard Webhooks asks for thin payloads under 20 kB; ours measure well under 1 kB.
MAX_BODY_BYTES = 20_000
_EVENT_TYPE = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_CODE = re.compile(r"[a-z0-9_]{1,64}")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """What a partner learns of one user; `version` only grows, so that late events are dropped."""

    partner_user_id: str
    verification_id: str
    status: str
    stage: str
    version: int
    reasons: tuple[str, ...] = ()


def event_body(event_type: str, occurred_at: datetime, change: StatusChange) -> bytes:
    """The bytes to sign and send: canonical JSON, the same for every attempt of the event.

    Raises:
        ValueError: a type, status, stage or reason that is not a code, a naive time, a version
            below 1, or a body over 20 kB.
    """
    if not _EVENT_TYPE.fullmatch(event_type):
        msg = "an event type is dotted lower snake"
        raise ValueError(msg)
    # Codes only: a free text here would be the way for a name to leave the house.
    if not all(_CODE.fullmatch(code) for code in (change.status, change.stage, *change.reasons)):
        msg = "status, stage and reasons are codes"
        raise ValueError(msg)
    if change.version < 1:
        msg = "versions begin at 1"
        raise ValueError(msg)
    document = {
        "type": event_type,
        "timestamp": _rfc3339(occurred_at),
        "data": asdict(change),
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    body = text.encode()
    if len(body) > MAX_BODY_BYTES:
        msg = f"an event body has at most {MAX_BODY_BYTES} bytes"
        raise ValueError(msg)
    return body


def _rfc3339(instant: datetime) -> str:
    if instant.tzinfo is None:
        msg = "the time of an event needs its offset"
        raise ValueError(msg)
    text = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
