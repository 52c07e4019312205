"""Drawn faces before drawn screens: who gives the dealt colours back, and what does not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.domain.checks import Outcome
from app.domain.reasons import ReasonCode
from app.proofing.presence_signals import PresenceFrame
from app.proofing.reflected_light import measure_reflection, reflected_light_signals
from app.proofing.screen_light import LIGHTS, ScreenLight, deal_lights
from app.specimens.stage.lamp import Lamp
from app.specimens.stage.motion import still
from app.specimens.stage.presenters import Person
from app.specimens.stage.surroundings import any_camera, any_head, any_room
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_observation import FaceObservation, observe_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.vision.image import Image

COLOURS = ScreenLight.start_dealt(deal_lights(Random(3))).colours
OTHERS = ScreenLight.start_dealt(deal_lights(Random(4))).colours


def person(strength: float) -> tuple[Person, Lamp]:
    chance = Random(7)
    lamp = Lamp(strength, falloff=0.15)
    drawn = Person(
        any_head(chance), any_room(chance), any_camera(chance), still(), 42.0, chance, lamp=lamp
    )
    return drawn, lamp


@cache
def pictures(strength: float, shown: tuple[str, ...] = COLOURS) -> tuple[Image, ...]:
    """A picture under each colour."""
    drawn, lamp = person(strength)
    taken = []
    for place, colour in enumerate(shown):
        lamp.colour = LIGHTS[colour]
        taken.append(drawn.picture(0.9 * place + 0.4, "center"))
    return tuple(taken)


@cache
def observed() -> FaceObservation:
    return observe_frame(pictures(0.2)[0], DlibFaceEngine())


def frames(images: Sequence[Image], age_s: float = 0.4) -> list[PresenceFrame]:
    return [
        PresenceFrame(0.4 * place, observed(), image, COLOURS[place], age_s)
        for place, image in enumerate(images)
    ]


def outcome(images: Sequence[Image]) -> Outcome:
    (signal,) = reflected_light_signals(frames(images))
    return signal.outcome


def test_skin_gives_back_the_colours_that_were_dealt() -> None:
    found = measure_reflection(frames(pictures(0.3)))
    assert found is not None
    assert found.agreement > 0.9
    # What white light would add, less what reaches the background.
    assert found.strength == pytest.approx(0.3, abs=0.15)


def test_a_picture_that_no_light_falls_on_is_told() -> None:
    assert outcome(pictures(0.3)) is Outcome.PASSED
    assert outcome(pictures(0.0)) is Outcome.FAILED


def test_the_light_of_another_deal_is_told() -> None:
    assert outcome(pictures(0.3, OTHERS)) is Outcome.FAILED


def test_a_filter_over_the_whole_picture_is_told() -> None:
    tints = [1 + 0.3 * np.array(LIGHTS[COLOURS[place]]) for place in range(len(COLOURS))]
    tinted = [
        np.asarray(np.clip((image / 255.0) * tint ** (1 / 2.2), 0, 1) * 255, np.uint8)
        for image, tint in zip(pictures(0.0), tints, strict=True)
    ]
    assert outcome(tinted) is Outcome.FAILED


def test_a_failure_is_no_proof_of_an_attack() -> None:
    (signal,) = reflected_light_signals(frames(pictures(0.0)))
    assert signal.reason is ReasonCode.LIGHT_NOT_REFLECTED


def test_frames_from_before_the_light_was_there_say_nothing() -> None:
    early = frames(pictures(0.3), age_s=0.1)
    assert measure_reflection(early) is None
    (signal,) = reflected_light_signals(early)
    assert signal.outcome is Outcome.INCONCLUSIVE


def test_without_light_there_is_nothing_to_judge() -> None:
    assert (
        reflected_light_signals([replace(each, light=None) for each in frames(pictures(0.3))]) == []
    )
