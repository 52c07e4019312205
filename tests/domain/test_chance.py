from datetime import timedelta
from random import Random
from uuid import RFC_4122, UUID

from app.domain.chance import Chance
from tests.builders.moments import NOON, StillClock


def a_chance(clock: StillClock) -> Chance:
    return Chance(clock, lambda prefix: prefix, Random(7))


def test_a_uuid_is_of_version_seven_and_says_when_it_was_made() -> None:
    made = UUID(a_chance(StillClock()).new_uuid())
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == int(NOON.timestamp() * 1000)


def test_uuids_sort_by_the_time_of_their_making() -> None:
    clock = StillClock()
    chance = a_chance(clock)
    made = []
    for _ in range(50):
        made.append(chance.new_uuid())
        clock.move(seconds=0.001)
    assert made == sorted(made)


def test_two_of_one_moment_differ() -> None:
    chance = a_chance(StillClock(NOON + timedelta(days=1)))
    assert len({chance.new_uuid() for _ in range(1000)}) == 1000
