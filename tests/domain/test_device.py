"""When a device is known, and when seeing it again is worth noting."""

from datetime import timedelta

from app.domain.device import SeenDevice
from tests.builders.moments import NOON


def test_a_device_is_known_a_day_after_it_was_first_seen_and_not_a_moment_before() -> None:
    device = SeenDevice(NOON, NOON)
    assert not device.is_known(NOON)
    assert not device.is_known(NOON + timedelta(hours=23, minutes=59, seconds=59))
    assert device.is_known(NOON + timedelta(hours=24))


def test_asking_often_makes_no_device_known() -> None:
    busy = SeenDevice(NOON, NOON + timedelta(hours=20), count=240)
    assert not busy.is_known(NOON + timedelta(hours=20))


def test_seeing_it_again_counts_after_five_minutes() -> None:
    device = SeenDevice(NOON - timedelta(days=3), NOON, count=7)
    assert not device.is_new_sighting(NOON + timedelta(minutes=4, seconds=59))
    assert device.is_new_sighting(NOON + timedelta(minutes=5))
