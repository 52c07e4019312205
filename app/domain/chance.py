"""What the use cases need from outside the rules: the time, new names, and dice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol

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
