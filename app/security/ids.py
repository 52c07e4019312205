"""Ids: a prefix that says the kind, then time-ordered and unguessable characters."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.chance import Clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, lower case: no i, l, o, u
_TIME_BITS, _RANDOM_BITS = 50, 80


class TimeOrderedIds:
    """Makes ids such as `ver_01jd2k…`: 50 bits of milliseconds, 80 random bits."""

    def __init__(self, clock: Clock, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._clock = clock
        self._random_bits = random_bits

    def __call__(self, prefix: str) -> str:
        """A new id; sorting ids of one kind sorts them by time of making."""
        milliseconds = int(self._clock().timestamp() * 1000)
        number = (milliseconds << _RANDOM_BITS) | self._random_bits(_RANDOM_BITS)
        digits = (number >> shift & 31 for shift in range(_TIME_BITS + _RANDOM_BITS - 5, -1, -5))
        return f"{prefix}_{''.join(_ALPHABET[digit] for digit in digits)}"
