"""Devices by digest: every live pepper finds them, none is noted too often or too many."""

from datetime import timedelta

from sqlalchemy import select

from app.domain.device import MOST_DEVICES, SeenDevice
from app.storage.devices import device_sighting_table
from app.storage.unit_of_work import Storage
from tests.builders.moments import NOON, StillClock
from tests.builders.rows import an_applicant, seed

OLD, NEW = "a" * 64, "b" * 64


def note(storage: Storage, clock: StillClock, *digests: str, applicant: str = "app_1") -> None:
    with storage.writing() as uow:
        uow.applicants.lock(applicant)
        uow.device_sightings.note(applicant, digests, clock())
        uow.commit()


def find(storage: Storage, *digests: str, applicant: str = "app_1") -> SeenDevice | None:
    with storage.reading() as uow:
        return uow.device_sightings.find(applicant, digests)


def stored(storage: Storage) -> set[str]:
    with storage.database.reading.begin() as connection:
        return set(connection.scalars(select(device_sighting_table.c.digest)))


def seeded(storage: Storage) -> None:
    with storage.writing() as uow:
        seed(uow)


def test_a_sighting_counts_at_most_every_five_minutes(storage: Storage, clock: StillClock) -> None:
    seeded(storage)
    assert find(storage, OLD) is None
    note(storage, clock, OLD)
    clock.move(seconds=299)
    note(storage, clock, OLD)
    assert find(storage, OLD) == SeenDevice(NOON, NOON, 1)
    clock.move(seconds=1)
    note(storage, clock, OLD)
    assert find(storage, OLD) == SeenDevice(NOON, NOON + timedelta(minutes=5), 2)


def test_a_device_outlives_the_rotation_of_the_pepper(storage: Storage, clock: StillClock) -> None:
    seeded(storage)
    note(storage, clock, OLD)
    clock.move(seconds=86_400)
    assert find(storage, NEW, OLD) == SeenDevice(NOON, NOON)
    note(storage, clock, NEW, OLD)
    assert find(storage, NEW) == SeenDevice(NOON, NOON + timedelta(days=1), 2)
    assert stored(storage) == {NEW}


def test_the_device_seen_longest_ago_makes_room(storage: Storage, clock: StillClock) -> None:
    seeded(storage)
    names = [f"{number:064}" for number in range(MOST_DEVICES + 2)]
    for name in names[:MOST_DEVICES]:
        note(storage, clock, name)
        clock.move(seconds=300)
    note(storage, clock, names[0])
    for name in names[MOST_DEVICES:]:
        clock.move(seconds=300)
        note(storage, clock, name)
    assert stored(storage) == {names[0], *names[3:]}


def test_devices_belong_to_one_user_and_are_forgotten_with_them(
    storage: Storage, clock: StillClock
) -> None:
    seeded(storage)
    with storage.writing() as uow:
        uow.applicants.add(an_applicant("app_2", "user-456"))
        uow.commit()
    note(storage, clock, OLD)
    assert find(storage, OLD, applicant="app_2") is None
    note(storage, clock, NEW, applicant="app_2")
    with storage.writing() as uow:
        uow.device_sightings.forget("app_1")
        uow.commit()
    assert stored(storage) == {NEW}
