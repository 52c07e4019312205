"""Bona fide presentations and attacks of every species, the same again for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from app.specimens.stage.holes import cut_out, with_holes
from app.specimens.stage.motion import Habits, Obedient, other_turns, still, swinging
from app.specimens.stage.presenters import (
    Handling,
    InjectedClip,
    InjectedStills,
    Person,
    Screen,
    SheetInHand,
)
from app.specimens.stage.sheet import Sheet
from app.specimens.stage.surroundings import (
    any_camera,
    any_face,
    any_head,
    any_room,
    printed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.specimens.stage.camera import Light
    from app.specimens.stage.motion import Mover
    from app.specimens.stage.presenters import Presenter

BONA_FIDE = "bona_fide"
_BLANK = np.zeros((4, 4, 4), np.float32)
_PORTRAIT_CM = 26.5  # a print in the size of life: 9 cm between the outer corners of the eyes


@dataclass(frozen=True, slots=True, eq=False)
class Presentation:
    """One thing before one camera. `interval_s` is the time from frame to frame.

    What has not answered a prompt after `patience_s` never will.
    """

    species: str
    presenter: Presenter
    interval_s: float
    seed: str
    patience_s: float


def presentation_names(count: int, bona_fide: int) -> Iterator[tuple[str, int]]:
    """The species and numbers of `bona_fide` persons and of `count` attacks of each species.

    All species at an even pace, so that a run which is broken off has seen its share of each.
    """
    names = [
        (number / total, species, number)
        for species in SPECIES
        for total in (bona_fide if species == BONA_FIDE else count,)
        for number in range(total)
    ]
    for _, species, number in sorted(names, key=lambda name: name[0]):
        yield species, number


def presentation(species: str, seed: int, number: int) -> Presentation:
    """The presentation of this species and number, the same again for the same seed.

    Raises: KeyError for an unknown species; PortraitMissingError without the `demo` extra.
    Cost: 35 ms for each frame that is asked of it.
    """
    chance = Random(f"{seed}/{species}/{number}")  # noqa: S311 - repeatable on purpose
    presenter = _SPECIES[species](chance)
    return Presentation(
        species,
        presenter,
        interval_s=chance.choice((0.16, 0.2, 0.24, 0.28)),
        seed=f"{seed}/{species}/{number}",
        patience_s=9.0 if species == BONA_FIDE else 4.0,
    )


def any_habits(chance: Random) -> Habits:
    """Quick and slow people; some do not look straight when it begins."""
    slow = chance.random() < 0.25
    return Habits(
        reaction_s=(0.9, 2.6) if slow else (0.3, 1.2),
        speed_deg_s=(18.0, 40.0) if slow else (40.0, 110.0),
        yaw_deg=(24.0, 32.0) if chance.random() < 0.3 else (28.0, 46.0),
        tremor_deg=chance.uniform(0.2, 1.2),
        begins_at_deg=chance.choice((0.0, 0.0, 0.0, -14.0, 14.0, 22.0)),
    )


def _person(chance: Random, mover: Mover | None = None) -> Person:
    return Person(
        any_head(chance),
        any_room(chance),
        any_camera(chance),
        mover or Obedient(any_habits(chance), chance),
        chance.uniform(34, 58),
        chance,
        (chance.uniform(-3, 3), chance.uniform(-2, 2)),
    )


def _attacker(chance: Random) -> Obedient:
    """A skilled hand: turns at once and never to the wrong side."""
    return Obedient(Habits((0.3, 0.8), (40.0, 90.0), (30.0, 50.0), slip_share=0.0), chance)


def _held(chance: Random, paper: Light, handling: Handling) -> SheetInHand:
    share = chance.uniform(0.6, 1.1)
    return SheetInHand(
        Sheet(paper, _PORTRAIT_CM * share),
        handling,
        any_room(chance),
        any_camera(chance),
        _attacker(chance),
        share * chance.uniform(32, 48),
        chance,
    )


def _print(chance: Random) -> Light:
    return printed(any_face(chance), chance)


def _bare_print(chance: Random) -> Light:
    paper = printed(any_face(chance), chance)
    rim = next(place for place in range(40) if not (paper[place, place, :3] > 0.84).all())
    return paper[rim : paper.shape[0] - rim, rim : paper.shape[1] - rim]


def _turned(chance: Random) -> Presenter:
    return _held(chance, _print(chance), Handling(yaw=chance.uniform(0.8, 1.3)))


def _slanted(chance: Random) -> Presenter:
    handling = Handling(
        yaw=chance.uniform(0.7, 1.2),
        pitch=chance.choice((-1, 1)) * chance.uniform(0.4, 1.0),
        roll=chance.uniform(-0.6, 0.6),
        lean_deg=chance.uniform(-12, 12),
    )
    return _held(chance, _print(chance), handling)


def _moved(chance: Random) -> Presenter:
    handling = Handling(
        yaw=chance.uniform(0.0, 0.7),
        across_cm=chance.uniform(-0.2, 0.2),
        nearer_cm=chance.uniform(-0.1, 0.25),
        roll=chance.uniform(-0.4, 0.4),
    )
    return _held(chance, _print(chance), handling)


def _bent(chance: Random) -> Presenter:
    handling = Handling(
        yaw=chance.uniform(0.7, 1.2),
        bend_deg=chance.choice((-1, 1, 1)) * chance.uniform(40, 130),
        axis_deg=chance.uniform(-30, 30),
        pitch=chance.uniform(-0.5, 0.5),
    )
    return _held(chance, _print(chance), handling)


def _flexed(chance: Random) -> Presenter:
    handling = Handling(
        yaw=chance.uniform(0.5, 1.1),
        bend=chance.choice((-1, 1, 1)) * chance.uniform(1.0, 2.6),
        axis_deg=chance.uniform(10, 45) * chance.choice((-1, 1)),
    )
    return _held(chance, _print(chance), handling)


def _worn(chance: Random) -> Presenter:
    handling = Handling(bend_deg=chance.uniform(110, 170), about_neck=True)
    held = _held(chance, _print(chance), handling)
    held.wearer = any_head(chance)
    return held


def _eyes_cut(chance: Random) -> Presenter:
    handling = Handling(
        yaw=chance.uniform(0.7, 1.1),
        pitch=chance.uniform(-0.5, 0.5),
        lean_deg=chance.uniform(-8, 8),
    )
    held = _held(chance, with_holes(_bare_print(chance)), handling)
    held.wearer = any_head(chance)
    return held


def _mask_worn(chance: Random) -> Presenter:
    handling = Handling(bend_deg=chance.uniform(80, 150), about_neck=True)
    held = _held(chance, with_holes(_bare_print(chance)), handling)
    held.wearer = any_head(chance)
    return held


def _outline_cut(chance: Random) -> Presenter:
    handling = Handling(
        yaw=chance.uniform(0.6, 1.2),
        pitch=chance.uniform(-0.8, 0.8),
        across_cm=chance.uniform(0, 0.2),
        bend_deg=chance.choice((0.0, 0.0, 60.0, 100.0)),
    )
    return _held(chance, cut_out(_bare_print(chance)), handling)


def _on_screen(chance: Random, mover: Mover, handling: Handling) -> Screen:
    width_cm = chance.choice((14.0, 22.0, 34.0, 52.0))
    camera = any_camera(chance)
    holder = SheetInHand(
        Sheet(_BLANK, width_cm),
        handling,
        any_room(chance),
        camera,
        _attacker(chance),
        camera.focal_px * width_cm / (640 * chance.uniform(0.85, 1.25)),
        chance,
    )
    return Screen(
        _person(chance, mover),
        holder,
        brightness=chance.uniform(0.6, 1.1),
        stripe_px=chance.uniform(2.1, 5.0),
        stripe_depth=chance.uniform(0.0, 0.05),
        banding=chance.uniform(0.0, 0.04),
        bezel_px=chance.randrange(8, 40),
        refresh_s=1 / chance.choice((24, 30, 60)),
    )


def _screen_still(chance: Random) -> Presenter:
    handling = Handling(
        yaw=chance.uniform(0.7, 1.2),
        pitch=chance.uniform(-0.8, 0.8),
        roll=chance.uniform(-0.4, 0.4),
    )
    return _on_screen(chance, still(), handling)


def _screen_other(chance: Random) -> Presenter:
    return _on_screen(chance, other_turns(chance), Handling(yaw=chance.choice((0.0, 0.3))))


def _screen_swinging(chance: Random) -> Presenter:
    return _on_screen(chance, swinging(chance), Handling(yaw=0.0))


def _injected_other(chance: Random) -> Presenter:
    return InjectedClip(_person(chance, other_turns(chance)))


def _injected_swinging(chance: Random) -> Presenter:
    return InjectedClip(_person(chance, swinging(chance)), chance.uniform(5.0, 9.0))


def _stills(chance: Random, fade_s: float) -> Presenter:
    posed = {"center": 0.0, "yaw_left": 34.0, "yaw_right": -34.0}
    person = _person(chance, still())
    pictures = {}
    for prompt, yaw_deg in posed.items():
        person.mover = Obedient(Habits(begins_at_deg=yaw_deg, tremor_deg=0.0), chance)
        pictures[prompt] = person.picture(0.0, prompt)
    return InjectedStills(pictures, fade_s, chance.uniform(0.4, 1.0))


def _stills_switched(chance: Random) -> Presenter:
    return _stills(chance, 0.0)


def _stills_faded(chance: Random) -> Presenter:
    return _stills(chance, chance.uniform(0.4, 1.0))


_SPECIES: dict[str, Callable[[Random], Presenter]] = {
    BONA_FIDE: _person,
    "print_turned": _turned,
    "print_slanted": _slanted,
    "print_moved": _moved,
    "print_bent": _bent,
    "print_flexed": _flexed,
    "print_worn": _worn,
    "cut_out_eyes": _eyes_cut,
    "cut_out_worn": _mask_worn,
    "cut_out_outline": _outline_cut,
    "screen_still_turned": _screen_still,
    "screen_other_turns": _screen_other,
    "screen_swinging": _screen_swinging,
    "injected_other_turns": _injected_other,
    "injected_swinging_loop": _injected_swinging,
    "injected_stills_switched": _stills_switched,
    "injected_stills_faded": _stills_faded,
}
SPECIES = tuple(_SPECIES)
"""Bona fide first, then each species of attack."""
