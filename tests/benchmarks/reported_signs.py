"""What is only reported of drawn presences, and how many deals a recording of each person answers.

`python -m tests.benchmarks.reported_signs PERSONS ATTACKS [MODELS]` draws so many persons and so
many attacks of each print and display, and prints one JSON line each, then the rates. MODELS is a
folder with the passive networks. Cost: 5 s of one core each, and 5 s for the deals of a person.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.domain.checks import Outcome
from app.proofing.border_signal import border_signal
from app.proofing.error_rates import error_rate
from app.proofing.passive_pad_signal import passive_pad_signal
from app.proofing.presence_trial import hold_trial
from app.proofing.replayed_clip import judge_replays
from app.specimens.stage.presentation_set import BONA_FIDE, presentation
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.model_folder import ModelFolder
from app.vision.passive_pad import installed_passive_pad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.proofing.presence_signals import PresenceFrame, Signal
    from app.vision.faces import FaceEngine
    from app.vision.passive_pad import PassivePad

SEED = 4711
DEALS = 50
ATTACKS = (
    "cut_out_eyes",
    "print_bent",
    "print_moved",
    "print_slanted",
    "print_turned",
    "screen_still_turned",
    "screen_other_turns",
    "screen_swinging",
)
_TREMBLE_PX = 7.0


def signs(
    species: str,
    number: int,
    frames: Sequence[PresenceFrame],
    engine: FaceEngine,
    passive_pad: PassivePad | None,
) -> Iterator[tuple[str, Signal | list[bool]]]:
    """Each sign by name, and for a person which deals its recording was accepted for."""
    yield "moving_border", border_signal(frames)
    if passive_pad is not None:
        yield "passive_pad", passive_pad_signal(frames, passive_pad)
    if species == BONA_FIDE:
        yield "moving_border, trembling camera", border_signal(trembling(frames, number))
        verdicts = judge_replays(frames, engine, DEALS, f"{SEED}/{number}")
        yield "deals answered", [verdict == "present" for verdict in verdicts]


def trembling(frames: Sequence[PresenceFrame], seed: int) -> list[PresenceFrame]:
    """The same frames as a camera in the hand would take them."""
    chance, at_px, moved = np.random.default_rng(seed), np.zeros(2), []
    for frame in frames:
        at_px = 0.6 * at_px + chance.normal(0, _TREMBLE_PX, 2)
        way = np.array([[1, 0, at_px[0]], [0, 1, at_px[1]]], np.float32)
        height_px, width_px = frame.image.shape[:2]
        size = (width_px, height_px)
        image = cv2.warpAffine(frame.image, way, size, borderMode=cv2.BORDER_REPLICATE)
        seen = frame.observation
        if seen.box is not None:
            left, top, right, bottom = (round(edge) for edge in seen.box + np.tile(at_px, 2))
            seen = replace(seen, box=(left, top, right, bottom))
        moved.append(replace(frame, image=np.asarray(image, np.uint8), observation=seen))
    return moved


def main(persons: int, attacks: int, models: Path | None) -> None:
    """Draw, judge and tell."""
    engine = DlibFaceEngine()
    passive_pad = None if models is None else installed_passive_pad(ModelFolder(models))
    failed: defaultdict[str, list[bool]] = defaultdict(list)
    for species in (BONA_FIDE, *ATTACKS):
        for number in range(persons if species == BONA_FIDE else attacks):
            frames = hold_trial(presentation(species, SEED, number), engine).frames
            line: dict[str, object] = {"species": species, "n": number}
            for name, found in signs(species, number, frames, engine, passive_pad):
                if isinstance(found, list):
                    line[name] = sum(found)
                    failed[f"{species}: {name}"] += found
                else:
                    line[name] = None if found.score is None else round(found.score, 3)
                    failed[f"{species}: {name} failed"].append(found.outcome is Outcome.FAILED)
            print(json.dumps(line), flush=True)  # noqa: T201
    for name, each in failed.items():
        print(name, error_rate(sum(each), len(each)).as_dict())  # noqa: T201


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 24,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
        Path(sys.argv[3]) if len(sys.argv) > 3 else None,
    )
