"""What is remembered of a request that carried an Idempotency-Key."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

# As long as a client may still be trying; after that the key is as good as new.
KEPT_FOR = timedelta(hours=24)


@dataclass(eq=False)
class IdempotencyRecord:
    """The first answer to a key, sealed because it may hold a token that still lives.

    `key_hash` is the SHA-256 of caller and key; `fingerprint` that of the request's body.
    """

    id: str
    partner_id: str
    key_hash: str
    fingerprint: str
    wrapped_key: bytes = field(repr=False)
    created_at: datetime
    sealed_answer: bytes | None = field(repr=False, default=None)


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as it went out: status, the headers worth repeating, and the body."""

    status: int
    body: str = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict)
    is_replay: bool = False
