"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


class StillClock:
    """Noon, until moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def move(self, *, seconds: float) -> datetime:
        """The new now, this much later."""
        self._now += timedelta(seconds=seconds)
        return self._now
