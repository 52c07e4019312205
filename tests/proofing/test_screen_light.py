from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise, product
from random import Random

import pytest

from app.proofing.operating_points import LIGHT_WINDOW_S
from app.proofing.screen_light import (
    LIGHTS,
    ScreenLight,
    deal_lights,
    is_light,
    screen_code,
)
from app.vision.face_observation import FaceObservation

FACE = FaceObservation(
    1, 640, 480, "0", 120.0, 80.0, (220, 140, 420, 340), ((0.0, 0.0),) * 5, nose_ratio=0.0
)
NOBODY = replace(FACE, face_count=0, box=None)
DEALT = ("light_green:800", "light_amber:1000")


def shown(code: str) -> tuple[float, ...]:
    """Linear red, green and blue of what a page is told (IEC 61966-2-1)."""
    parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return tuple(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)


def luminance(code: str) -> float:
    red, green, blue = shown(code)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_no_change_of_colours_is_a_flash() -> None:
    # WCAG 2.2: a flash is a pair of opposing changes of a tenth of the greatest luminance.
    lights = [luminance(screen_code(light)) for light in LIGHTS]
    assert max(abs(a - b) for a, b in product(lights, lights)) < 0.01


@pytest.mark.parametrize("light", LIGHTS)
def test_no_colour_is_a_saturated_red(light: str) -> None:
    red, green, blue = shown(screen_code(light))
    assert red / (red + green + blue) < 0.8


def test_colours_change_less_than_three_times_in_two_seconds_and_each_is_another() -> None:
    for seed in range(50):
        light = ScreenLight.start_dealt(deal_lights(Random(seed)))
        assert min(light.lasts_s) >= 0.7
        assert all(before != after for before, after in pairwise(light.colours))


def test_the_order_is_dealt_by_chance() -> None:
    orders = {ScreenLight.start_dealt(deal_lights(Random(seed))).colours for seed in range(200)}
    assert len(orders) == 200
    assert all(is_light(each) for each in deal_lights(Random(1)))
    assert not is_light("yaw_left:850")


def test_the_next_colour_is_told_when_the_time_of_the_last_is_over() -> None:
    light = ScreenLight.start_dealt(DEALT)
    assert light.colour is None
    light = light.begin(10.0)
    colours = []
    for at_s in (10.3, 10.6, 10.9, 11.2, 11.5, 11.95):
        light = light.observe(FACE, at_s)
        colours.append(light.colour)
    assert colours == ["green", "green", "amber", "amber", "amber", None]
    assert light.met


def test_a_colour_waits_for_the_face() -> None:
    light = ScreenLight.start_dealt(DEALT).begin(0.0)
    for at_s in (0.5, 1.0, 1.5, 2.0):
        light = light.observe(NOBODY, at_s)
    assert (light.colour, light.hint) == ("green", "no_face")


def test_it_ends_when_the_face_does_not_come() -> None:
    light = ScreenLight.start_dealt(DEALT).begin(0.0)
    light = light.observe(NOBODY, LIGHT_WINDOW_S + 0.1)
    assert (light.failed, light.colour) == (True, None)


def test_the_state_survives_being_stored() -> None:
    light = ScreenLight.start_dealt(DEALT).begin(1.0).observe(FACE, 1.4)
    assert ScreenLight.from_dict(json.loads(json.dumps(light.as_dict()))) == light
