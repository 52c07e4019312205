"""Presentations drawn here, each dealt a challenge and judged, on several cores."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from app.proofing.evaluate_presence import judge_presentation
from app.specimens.stage.presentation_set import presentation, presentation_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.proofing.evaluate_presence import Judged
    from app.vision.faces import FaceEngine

_engines: list[FaceEngine] = []  # one in each process of the pool


def judge_simulations(
    count: int, bona_fide: int, seed: int, make_engine: Callable[[], FaceEngine], jobs: int
) -> list[Judged]:
    """What is said of so many persons, and of so many attacks of each species.

    Cost: 4 s of one core for each presentation.
    """
    names = [(seed, *name) for name in presentation_names(count, bona_fide)]
    with ProcessPoolExecutor(jobs, initializer=_load, initargs=(make_engine,)) as pool:
        return list(pool.map(_judge, names, chunksize=4))


def _load(make_engine: Callable[[], FaceEngine]) -> None:
    _engines[:] = [make_engine()]


def _judge(name: tuple[int, str, int]) -> Judged:
    seed, species, number = name
    return judge_presentation(presentation(species, seed, number), _engines[0])
