"""A device that a user's app was seen on, and when it may be called known."""

from dataclasses import dataclass
from datetime import datetime, timedelta

KNOWN_AFTER = timedelta(days=1)
# Sightings within this time of the last noted one are one: an app in use asks again and again.
ONE_SIGHTING = timedelta(minutes=5)
# Whoever makes up device names fills no table: the one seen longest ago makes room.
MOST_DEVICES = 20


@dataclass(frozen=True)
class SeenDevice:
    """What is remembered of a device; its own name is kept only as a keyed digest.

    `last_seen_at` may lie `ONE_SIGHTING` behind; `count` is the number of noted sightings.
    """

    first_seen_at: datetime
    last_seen_at: datetime
    count: int = 1

    def is_known(self, now: datetime) -> bool:
        """Known is a device that was first seen at least a day ago.

        One rule, for it must be clear to those who rely on it: whoever takes over an account
        comes with a new device, and this gives the user a day to notice. No device becomes known
        by asking often, nor by asking on both sides of midnight.
        """
        return now - self.first_seen_at >= KNOWN_AFTER

    def is_new_sighting(self, now: datetime) -> bool:
        """Whether being seen now is worth noting."""
        return now - self.last_seen_at >= ONE_SIGHTING
