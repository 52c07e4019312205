"""Thin event bodies: which user changed to what, and nothing about who the user is."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Standard Webhooks asks for thin payloads under 20 kB; ours measure well under 1 kB.
MAX_BODY_BYTES = 20_000
_EVENT_TYPE = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
# A code, one of our ids, a UUID, or a moment: a free text would be the way for a name to leave.
_HARMLESS = re.compile(
    r"[a-z0-9_]{1,64}"
    r"|[a-z]{3,4}_[0-9A-Za-z-]{1,60}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z"
)
# The partner's own name for its user, which the partner gave us in whatever form it likes.
_PARTNERS_OWN = "partner_user_id"


def event_body(
    event_type: str, title: str, occurred_at: datetime, data: Mapping[str, object]
) -> bytes:
    """The bytes to sign and send: canonical JSON, the same for every attempt of the event.

    `title` is the event's name for people; `data` holds codes, ids, numbers and moments, and a
    `version` that only grows, so that late events are dropped.

    Raises:
        ValueError: a type or value of another form, a naive time, a version below 1, or a body
            over 20 kB.
    """
    if not _EVENT_TYPE.fullmatch(event_type):
        msg = "an event type is dotted lower snake"
        raise ValueError(msg)
    if not all(_NAME.fullmatch(name) and _may_leave(name, data[name]) for name in data):
        msg = "the data of an event are codes, ids, numbers and moments"
        raise ValueError(msg)
    version = data.get("version")
    if version is not None and not (isinstance(version, int) and version >= 1):
        msg = "versions begin at 1"
        raise ValueError(msg)
    document = {
        "type": event_type,
        "name": title,
        "timestamp": _rfc3339(occurred_at),
        "data": dict(data),
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    body = text.encode()
    if len(body) > MAX_BODY_BYTES:
        msg = f"an event body has at most {MAX_BODY_BYTES} bytes"
        raise ValueError(msg)
    return body


def _may_leave(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool | int):
        return True
    if isinstance(value, list | tuple):
        return all(isinstance(each, str) and _may_leave("", each) for each in value)
    if not isinstance(value, str):
        return False
    return name == _PARTNERS_OWN or _HARMLESS.fullmatch(value) is not None


def _rfc3339(instant: datetime) -> str:
    if instant.tzinfo is None:
        msg = "the time of an event needs its offset"
        raise ValueError(msg)
    text = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
