"""How well drawn faces give back the dealt light, and what does not: `python -m` this module.

Prints one JSON line a presentation, then the rates at the threshold. Cost: 5 s of one core each.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from math import exp, log
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from app.proofing.error_rates import error_rate
from app.proofing.operating_points import LIGHT_AGREEMENT
from app.proofing.presence_signals import PresenceFrame
from app.proofing.reflected_light import Reflection, measure_reflection
from app.proofing.screen_light import LIGHTS, ScreenLight, deal_lights
from app.specimens.sensor import GAMMA
from app.specimens.stage.lamp import Lamp
from app.specimens.stage.motion import Habits, Obedient, other_turns, still
from app.specimens.stage.presenters import (
    Handling,
    InjectedClip,
    Person,
    Presenter,
    Screen,
    SheetInHand,
)
from app.specimens.stage.sheet import Sheet
from app.specimens.stage.surroundings import any_camera, any_face, any_head, any_room, printed
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_observation import observe_frame

if TYPE_CHECKING:
    from app.specimens.stage.motion import Mover
    from app.vision.image import Image

SPECIES = ("bona_fide", "print", "screen", "injected", "tinted", "other_deal")
ENGINE = DlibFaceEngine()
_CAMERA_S = 0.08  # from the shutter to the server
_DARK = (0.0, 0.0, 0.0)
_PATIENCE_S = 30.0  # twice what a sequence takes of a face that is found


class Tinted:
    """A clip under a filter of the dealt colour: face and background alike."""

    def __init__(self, clip: Presenter, lamp: Lamp) -> None:
        self._clip, self._lamp = clip, lamp

    def picture(self, at_s: float, prompt: str, hint: str | None = None) -> Image:
        """The clip's picture, tinted."""
        light = (self._clip.picture(at_s, prompt, hint) / 255.0) ** GAMMA
        tinted = np.clip(light * np.array(self._lamp.on_face()), 0, 1) ** (1 / GAMMA)
        return np.asarray(tinted * 255 + 0.5, np.uint8)


class OtherDeal:
    """The recording of a person who was lit by another deal."""

    def __init__(self, person: Person, lamp: Lamp, chance: Random) -> None:
        self._person, self._lamp = person, lamp
        light, at_s = ScreenLight.start_dealt(deal_lights(chance)), 0.0
        self._moments: list[tuple[float, str]] = []
        for colour, lasts_s in zip(light.colours, light.lasts_s, strict=True):
            self._moments.append((at_s, colour))
            at_s += lasts_s + 0.1

    def picture(self, at_s: float, prompt: str, hint: str | None = None) -> Image:
        """What was recorded at this time."""
        shown = [colour for since_s, colour in self._moments if since_s <= max(at_s, 0)]
        self._lamp.colour = LIGHTS[shown[-1]]
        return self._person.picture(at_s, prompt, hint)


def a_person(chance: Random, lamp: Lamp | None = None, mover: Mover | None = None) -> Person:
    """Anybody, anywhere, before any camera."""
    return Person(
        any_head(chance),
        any_room(chance),
        any_camera(chance),
        mover or Obedient(Habits(), chance),
        chance.uniform(34, 58),
        chance,
        (chance.uniform(-3, 3), chance.uniform(-2, 2)),
        lamp,
    )


def presentation(species: str, chance: Random) -> tuple[Presenter, Lamp]:
    """The presenter, and the lamp that shows the dealt colours to it."""
    strength = exp(chance.uniform(log(0.02), log(0.5)))
    lamp, unseen = Lamp(strength, chance.uniform(0.03, 0.35)), Lamp(0.0, 0.0)
    if species == "bona_fide":
        return a_person(chance, lamp), lamp
    if species in {"print", "screen"}:
        camera = any_camera(chance)
        paper = Sheet(printed(any_face(chance), chance), 22.0)
        held = SheetInHand(
            paper, Handling(yaw=0.0), any_room(chance), camera, still(), 38.0, chance, lamp=lamp
        )
        if species == "print":
            return held, lamp
        shown = a_person(chance, mover=other_turns(chance))
        return Screen(shown, held, brightness=chance.uniform(0.6, 1.1), lamp=lamp), lamp
    if species == "injected":
        return InjectedClip(a_person(chance, mover=still())), unseen
    if species == "tinted":
        return Tinted(a_person(chance, mover=still()), lamp), lamp
    return OtherDeal(a_person(chance, lamp, still()), lamp, chance), unseen


def measured(species: str, number: int) -> tuple[Reflection | None, float]:
    """What is found of one presentation under a deal of its own, and how strong its light was."""
    chance = Random(f"light/{species}/{number}")
    presenter, lamp = presentation(species, chance)
    light = ScreenLight.start_dealt(deal_lights(chance)).begin(0.0)
    interval_s, delay_s = chance.choice((0.16, 0.2, 0.24, 0.28)), chance.uniform(0.03, 0.12)
    told: list[tuple[float, str | None]] = [(0.0, light.colour)]
    frames: list[PresenceFrame] = []
    at_s = 0.0
    while light.colour is not None and at_s < _PATIENCE_S:
        at_s += interval_s
        shot_s = at_s - _CAMERA_S
        shown = [colour for since_s, colour in told if since_s + delay_s <= shot_s]
        lamp.colour = LIGHTS[shown[-1]] if shown and shown[-1] else _DARK
        image = presenter.picture(shot_s, "center")
        # Nobody moves far in half a second, and to find a face is what takes the time.
        is_new = len(frames) % 3 == 0
        seen = observe_frame(image, ENGINE) if is_new else frames[-1].observation
        frames.append(PresenceFrame(at_s, seen, image, light.colour, light.age_s(at_s)))
        light = light.observe(seen, at_s)
        if light.colour != told[-1][1]:
            told.append((at_s, light.colour))
    return measure_reflection(frames), lamp.strength


def main(count: int) -> None:
    """So many of each species, and four times as many people."""
    passed: defaultdict[str, list[bool]] = defaultdict(list)
    for species in SPECIES:
        for number in range(count * (4 if species == "bona_fide" else 1)):
            found, strength = measured(species, number)
            name = species
            if species in {"bona_fide", "print"}:
                name += " from a tenth of the light" if strength >= 0.1 else " under a tenth"
            passed[name].append(found is not None and found.agreement >= LIGHT_AGREEMENT)
            agreement = None if found is None else round(found.agreement, 3)
            line = {"species": species, "n": number, "strength": round(strength, 3)}
            print(json.dumps(line | {"agreement": agreement}), flush=True)  # noqa: T201
    for name, each in passed.items():
        print(name, error_rate(sum(each), len(each)).as_dict())  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
