"""Count what callers ask for, in the database or in this process, and say when to come back."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.limits import RateLimit
    from app.storage.unit_of_work import Storage

# Subjects of older windows are dropped when there are more than this; each costs about 200 bytes.
_MAX_SUBJECTS = 100_000


@dataclass
class _LocalCounts:
    """Fixed windows in memory: (end of the window, hits in it) by limit and subject."""

    windows: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hit(self, name: str, subject: str, now_s: float, end_s: float) -> int:
        key = (name, subject)
        with self.lock:
            if len(self.windows) >= _MAX_SUBJECTS and key not in self.windows:
                self._drop_ended(now_s)
            end, hits = self.windows.get(key, (end_s, 0))
            hits = hits + 1 if end == end_s else 1
            self.windows[key] = (end_s, hits)
        return hits

    def _drop_ended(self, now_s: float) -> None:
        live = {key: window for key, window in self.windows.items() if window[0] > now_s}
        # Too many live subjects at once: better to count anew than to grow without bound.
        self.windows = live if len(live) < _MAX_SUBJECTS else {}


@dataclass(frozen=True)
class RateLimits:
    """Every limit of the installation; `factor` makes all of them more or less generous."""

    storage: Storage
    chance: Chance
    factor: float
    _local: _LocalCounts = field(default_factory=_LocalCounts, init=False)

    def count(self, limit: RateLimit, subject: str) -> None:
        """Count one hit. Raises DomainError(rate_limited) with `retry_after_s`."""
        now = self.chance.now()
        now_s = now.timestamp()
        end_s = (now_s // limit.window_s + 1) * limit.window_s
        if limit.shared:
            # A unit of work of its own: a hit counts even when the request fails.
            with self.storage.writing() as uow:
                hits = uow.counters.hit(f"{limit.name}|{subject}", limit.window_s, now)
                uow.commit()
        else:
            hits = self._local.hit(limit.name, subject, now_s, end_s)
        if hits > limit.hits * self.factor:
            raise DomainError(ErrorCode.RATE_LIMITED, retry_after_s=max(1, round(end_s - now_s)))
