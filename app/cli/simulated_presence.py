"""Presentations drawn here, each dealt a challenge and judged, on several cores."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TYPE_CHECKING

from app.proofing.evaluate_presence import Judged, judge_presentation
from app.specimens.stage.presentation_set import presentation, presentation_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from app.vision.faces import FaceEngine

    Name = tuple[int, str, int]

_engines: list[FaceEngine] = []  # one in each process of the pool


def judge_simulations(
    names: Iterable[Name],
    make_engine: Callable[[], FaceEngine],
    jobs: int,
    trials: Path | None = None,
) -> list[Judged]:
    """What is said of the presentations of these names (seed, species, number).

    `trials` is a file to which each is written as soon as it is judged. What it holds already is
    not held again, so a run may be broken off and gone on with, or put together from several.
    Raises: ValueError when a line of the file is not one that was written here.
    Cost: 4 s of one core for each presentation.
    """
    judged = {} if trials is None or not trials.exists() else _read(trials)
    wanted = list(names)
    due = [name for name in wanted if name not in judged]
    with ProcessPoolExecutor(jobs, initializer=_load, initargs=(make_engine,)) as pool:
        running = {pool.submit(_judge, name): name for name in due}
        for done in as_completed(running):
            judged[running[done]] = done.result()
            if trials is not None:
                _write(trials, running[done], done.result())
    return [judged[name] for name in wanted]


def simulation_names(seed: int, count: int, bona_fide: int) -> list[Name]:
    """So many persons and so many attacks of each species, all species in turn."""
    return [(seed, *name) for name in presentation_names(count, bona_fide)]


def _load(make_engine: Callable[[], FaceEngine]) -> None:
    _engines[:] = [make_engine()]


def _judge(name: Name) -> Judged:
    seed, species, number = name
    return judge_presentation(presentation(species, seed, number), _engines[0])


def _read(trials: Path) -> dict[Name, Judged]:
    judged = {}
    for line in trials.read_text(encoding="utf-8").splitlines():
        try:
            seed, species, number, verdict, is_acquired = json.loads(line)
        except (TypeError, ValueError):
            message = f"{trials.name} holds something else than trials"
            raise ValueError(message) from None
        judged[seed, species, number] = Judged(species, verdict, is_acquired)
    return judged


def _write(trials: Path, name: Name, found: Judged) -> None:
    with trials.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps([*name, found.verdict, found.is_acquired]) + "\n")
