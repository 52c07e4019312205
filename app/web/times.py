"""Times as the outside reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, overload

from pydantic import PlainSerializer, WithJsonSchema


@overload
def rfc3339(instant: datetime) -> str: ...
@overload
def rfc3339(instant: None) -> None: ...
def rfc3339(instant: datetime | None) -> str | None:
    """RFC 3339 in UTC to the second, such as 2026-01-02T03:04:05Z; None stays None."""
    if instant is None:
        return None
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# A moment in an answer's body.
Instant = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
