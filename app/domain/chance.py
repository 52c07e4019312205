"""What the use cases need from outside the rules: the time, new names, and dice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol
from uuid import UUID

Clock = Callable[[], datetime]


class IdSource(Protocol):
    """Makes prefixed, time-ordered, unguessable ids such as `ver_01jd…`."""

    def __call__(self, prefix: str) -> str: ...


@dataclass(frozen=True)
class Chance:
    """Clock, ids and randomness in one hand, so that a test can hold all three still."""

    now: Clock
    new_id: IdSource
    random: Random

    def new_uuid(self) -> str:
        """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 74 random bits."""
        milliseconds = int(self.now().timestamp() * 1000)
        high, low = self.random.getrandbits(12), self.random.getrandbits(62)
        return str(UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low))
